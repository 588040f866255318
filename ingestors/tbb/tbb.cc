// oneTBB: which threads work in the arena of the main thread, and when.

#include <tbb/task_arena.h>
#include <tbb/task_scheduler_observer.h>

#include "scope/ingestor.h"

namespace {

// Entries and exits nest in a thread as its calls do.
class Observer final : public tbb::task_scheduler_observer {
 public:
  void on_scheduler_entry(bool is_worker) override {
    SCOPE_SITE_ENTER(site, "tbb arena");
    scope_report_function_entry(&site);
    const int slot = tbb::this_task_arena::current_thread_index();
    SCOPE_VALUE(slot);
    SCOPE_VALUE(is_worker);
  }
  void on_scheduler_exit(bool /*is_worker*/) override {
    scope_report_function_exit(scope_current_correlation(), kScopeExitReturn);
  }
};

int Start(const char* /*options*/, char* /*error*/) {
  // Lives as long as the process: threads leave the arena after main.
  static Observer* const observer = new Observer();
  observer->observe(true);
  return 0;
}

const scope_ingestor kIngestor = {sizeof(scope_ingestor), SCOPE_PLUGIN_VERSION, "tbb",
                                  "oneTBB: the threads that work in an arena", Start};

}  // namespace

SCOPE_INGESTOR(kIngestor)
