#include "ingestors/tbb/arenas.h"

#include <tbb/task_scheduler_observer.h>

#include <atomic>
#include <memory>
#include <mutex>
#include <vector>

#include "scope/ingestor.h"

namespace scope::ingestors {
namespace {

thread_local int t_depth = 0;  // of observed arenas around the thread

// Entries and exits nest in a thread as its calls do.
class Observer final : public tbb::task_scheduler_observer {
 public:
  explicit Observer(uint64_t number) : number_(number) {}
  Observer(tbb::task_arena& arena, uint64_t number)
      : tbb::task_scheduler_observer(arena), number_(number) {}

  void on_scheduler_entry(bool is_worker) override {
    ++t_depth;
    SCOPE_SITE_ENTER(site, "tbb arena");
    scope_report_function_entry(&site);
    const uint64_t arena = number_;
    const int slot = tbb::this_task_arena::current_thread_index();
    SCOPE_VALUE(arena);
    SCOPE_VALUE(slot);
    SCOPE_VALUE(is_worker);
  }
  void on_scheduler_exit(bool /*is_worker*/) override {
    --t_depth;
    scope_report_function_exit(scope_current_correlation(), kScopeExitReturn);
  }

 private:
  const uint64_t number_;
};

// An observer goes when its arena has: threads leave it until then.
struct Observers {
  std::mutex mutex;
  std::vector<std::unique_ptr<Observer>> all;
  uint64_t count = 0;
};

// Lives as long as the process: threads leave arenas after main.
Observers& Known() {
  static Observers* const observers = new Observers();
  return *observers;
}

template <typename... Arena>
void Observe(Arena&... arena) {
  Observers& known = Known();
  Observer* observer = nullptr;
  {
    const std::lock_guard<std::mutex> lock(known.mutex);
    std::erase_if(known.all, [](const auto& old) { return !old->is_observing(); });
    observer = new Observer(arena..., ++known.count);
    // Before others can look: one that does not observe yet would be taken for one that is over.
    observer->observe(true);
    known.all.emplace_back(observer);
  }
}

}  // namespace

void ObserveArena(tbb::task_arena& arena) { Observe(arena); }

void ObserveOwnArena() {
  if (t_depth == 0) Observe();
}

}  // namespace scope::ingestors
