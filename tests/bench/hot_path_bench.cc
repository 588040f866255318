// What an event costs: instrumented loops against the same loops without, and against the floor.
//
// Runs itself again inside a session of its own whose rings overwrite their oldest records, so that
// no reader takes part. Times are CPU time of the thread, the least of several runs.

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>

#include "runtime/cold/switches.h"
#include "runtime/hot/cursor.h"
#include "runtime/hot/shared.h"
#include "scope/node.h"
#include "scope/wire/ring.h"
#include "scope/wire/session.h"
#include "tests/bench/hot_path_work.h"

extern "C" {
[[gnu::visibility("hidden")]] extern char __start_scope_nodes[];
[[gnu::visibility("hidden")]] extern char __stop_scope_nodes[];
}

namespace {

constexpr int kRuns = 7;
constexpr uint64_t kIterations = 20'000'000;
constexpr uint64_t kFactor = 6364136223846793005u;
constexpr uint64_t kStep = 1442695040888963407u;
constexpr uint64_t kFloorRingBytes = 64 * 1024;

void* MapFile(const std::string& path, uint64_t bytes, int flags) {
  const int file = open(path.c_str(), O_RDWR | flags, 0600);
  if (file < 0) return nullptr;
  if ((flags & O_CREAT) != 0 && ftruncate(file, static_cast<off_t>(bytes)) != 0) return nullptr;
  void* memory = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  close(file);
  return memory == MAP_FAILED ? nullptr : memory;
}

double CpuNs() {
  timespec now;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e9 + static_cast<double>(now.tv_nsec);
}

// The least time of a call of `work`, divided by `count`.
template <typename Work>
double Measure(uint64_t count, const Work& work) {
  double least_ns = 1e30;
  for (int run = 0; run < kRuns; ++run) {
    const double started_ns = CpuNs();
    volatile uint64_t result = work();
    static_cast<void>(result);
    least_ns = std::min(least_ns, CpuNs() - started_ns);
  }
  return least_ns / static_cast<double>(count);
}

// A record into a ring in cache and nothing else: no computation, switch, limit or handler.
template <bool kStamp>
[[gnu::noinline]] uint64_t Floor(char* ring, uint64_t n) {
  uint64_t at = 0;
  for (uint64_t i = 0; i < n; ++i) {
    auto* record = reinterpret_cast<scope_record*>(ring + at);
    scope::runtime::Store(record->value, kStamp ? uint64_t{__builtin_ia32_rdtsc()} : i);
    scope::runtime::Store(record->head, n);
    at = (at + SCOPE_RECORD_BYTES) & (kFloorRingBytes - 1);
  }
  return at;
}

// What an entry and an exit cannot do without: each takes room for itself, one behind the other.
[[gnu::noinline]] uint64_t FloorPair(char* ring, uint64_t n) {
  scope_cursor cursor{};
  for (uint64_t i = 0; i < 2 * n; ++i) {
    const uint64_t at = ScopeTakeRoom(&cursor, SCOPE_RECORD_BYTES) & (kFloorRingBytes - 1);
    auto* record = reinterpret_cast<scope_record*>(ring + at);
    scope::runtime::Store(record->value, i);
    scope::runtime::Store(record->head, n);
  }
  return cursor.cur;
}

class Bench {
 public:
  explicit Bench(scope_ring_header* ring) : ring_(ring) {}

  void Run() {
    PrintFloor();
    const double plain_values = Measure(kIterations, [] { return RunValues(plain::Values); });
    const double plain_calls = Measure(kIterations, [] { return plain::Calls(kIterations); });
    std::printf("the loops themselves: %.2f ns an iteration, %.2f ns a call\n", plain_values,
                plain_calls);
    const double per_iteration = CountEvents([] { RunValues(values::Values); });
    const auto value = [&] {
      return (Measure(kIterations, [] { return RunValues(values::Values); }) - plain_values) /
             per_iteration;
    };
    const auto pair = [&] {
      return Measure(kIterations, [] { return functions::Calls(kIterations); }) - plain_calls;
    };
    std::printf("events an iteration: %.1f\n", per_iteration);
    Print("value, on", value());
    Print("enter + exit, clock off", (SetClock(kScopeClockOff), pair()));
    Print("enter + exit, clock adaptive", (SetClock(kScopeClockAdaptive), pair()));
    Print("enter + exit, clock exact", (SetClock(kScopeClockExact), pair()));
    scope::runtime::SetSwitches(__start_scope_nodes, __stop_scope_nodes, SCOPE_SWITCH_OFF);
    Print("value, off", value());
    Print("enter + exit, off", pair());
  }

 private:
  static uint64_t RunValues(uint64_t (*loop)(uint64_t, uint64_t, uint64_t)) {
    return loop(kIterations, kFactor, kStep);
  }

  void PrintFloor() {
    char* const memory = static_cast<char*>(std::calloc(1, kFloorRingBytes));
    floor_ns_ = Measure(kIterations, [=] { return Floor<false>(memory, kIterations); });
    const double stamped = Measure(kIterations, [=] { return Floor<true>(memory, kIterations); });
    const double pair = Measure(kIterations, [=] { return FloorPair(memory, kIterations); });
    std::free(memory);
    std::printf("%-28s %6.2f ns\n", "floor: a record", floor_ns_);
    Print("floor: a record with rdtsc", stamped);
    Print("floor: two reservations", pair);
  }

  void Print(const char* what, double ns) const {
    std::printf("%-28s %6.2f ns  %5.1f x floor\n", what, ns, ns / floor_ns_);
  }

  void SetClock(uint64_t clock) {
    scope::runtime::Store(ring_->cursor.clock, clock);
    const uint64_t period = clock == kScopeClockAdaptive ? 1 : 0;
    scope::runtime::Store(ring_->cursor.stamp_period, period);
    scope::runtime::Store(ring_->cursor.stamp_at, scope::runtime::Load(ring_->cursor.cur));
  }

  uint64_t Emitted() const {
    const uint64_t cur = scope::runtime::Load(ring_->cursor.cur);
    const uint64_t offset = (cur & SCOPE_CURSOR_ADDRESS) - ring_->data_address;
    return ring_->region_seq[cur >> SCOPE_HEAD_TAG_SHIFT & 1] +
           offset % ring_->chunk_bytes / SCOPE_RECORD_BYTES;
  }

  template <typename Work>
  double CountEvents(const Work& work) const {
    const uint64_t before = Emitted();
    work();
    return static_cast<double>(Emitted() - before) / static_cast<double>(kIterations);
  }

  scope_ring_header* ring_;
  double floor_ns_ = 0;
};

int RunInSession(const std::string& folder) {
  values::Values(1, 1, 1);  // The first event makes the ring.
  void* ring = MapFile(folder + "/ring-0", sizeof(scope_ring_header), 0);
  if (ring == nullptr) {
    std::fprintf(stderr, "hot_path_bench: no ring in %s\n", folder.c_str());
    return 1;
  }
  Bench(static_cast<scope_ring_header*>(ring)).Run();
  return 0;
}

int StartSession(char** argv, uint64_t ring_bytes) {
  char folder[] = "/dev/shm/scope-bench-XXXXXX";
  if (mkdtemp(folder) == nullptr) return 1;
  auto* session = static_cast<scope_session*>(
      MapFile(std::string(folder) + "/control", sizeof(scope_session), O_CREAT | O_EXCL));
  session->magic = SCOPE_SESSION_MAGIC;
  session->layout = SCOPE_SESSION_LAYOUT;
  session->state = kScopeSessionOpen;
  session->ring_bytes = ring_bytes;
  session->on_full = kScopeOnFullDropOldest;
  session->clock = kScopeClockExact;
  std::printf("ring of %lu KiB\n", static_cast<unsigned long>(ring_bytes / 1024));
  std::fflush(stdout);
  const pid_t child = fork();
  if (child == 0) {
    setenv(SCOPE_ENV_SESSION, folder, 1);
    setenv(SCOPE_ENV_RUNTIME, SCOPE_BENCH_RUNTIME, 1);
    execv("/proc/self/exe", argv);
    _exit(127);
  }
  int status = 1;
  waitpid(child, &status, 0);
  std::filesystem::remove_all(folder);
  return status == 0 ? 0 : 1;
}

}  // namespace

// usage: scope_bench_hot_path [ring in KiB]
int main(int argc, char** argv) {
  if (const char* folder = std::getenv(SCOPE_ENV_SESSION)) return RunInSession(folder);
  return StartSession(
      argv, argc > 1 ? std::strtoull(argv[1], nullptr, 10) * 1024 : SCOPE_RING_BYTES_DEFAULT);
}
