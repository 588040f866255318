// What an event by hand costs: not recorded, switched off by a guard, recorded; beside the floor.
//
// Measures itself without a recording, and then once more under `scope record`, with rings that
// overwrite their oldest records, so that no reader holds it up. CPU time, the least of several
// runs.

#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>

#include "scope/report.h"

namespace {

constexpr int kRuns = 7;
constexpr uint32_t kCount = 1'000'000;

double CpuNs() {
  timespec now;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e9 + static_cast<double>(now.tv_nsec);
}

template <typename Work>
double LeastNs(const Work& work) {
  double least = 1e30;
  for (int run = 0; run < kRuns; ++run) {
    const double started_ns = CpuNs();
    for (uint32_t i = 0; i < kCount; ++i) work(i);
    least = std::min(least, (CpuNs() - started_ns) / kCount);
  }
  return least;
}

// 16 bytes into memory that stays in the cache: nothing can be cheaper.
double FloorNs() {
  static volatile uint64_t ring[2 * 1024];
  return LeastNs([](uint32_t i) {
    ring[2 * (i & 1023)] = i;
    ring[2 * (i & 1023) + 1] = i;
  });
}

void Measure(const char* state) {
  const double value_ns = LeastNs([](uint32_t i) { SCOPE_VALUE(i); });
  const double pair_ns = LeastNs([](uint32_t) { SCOPE_ZONE("zone"); });
  const double text_ns = LeastNs([](uint32_t) { SCOPE_TEXT("text", "sixteen letters."); });
  const double named_ns = LeastNs([](uint32_t i) {
    scope_report_expression_value(
        scope_site_named(kScopeEventValue, kScopeValueU32, "bench", "named", "i", 1), i);
  });
  std::printf("%-24s %8.2f %12.2f %12.2f %12.2f\n", state, value_ns, pair_ns, text_ns, named_ns);
}

int Recorded() {
  Measure("recorded");
  scope_disable_thread();
  Measure("recorded, in a guard");
  scope_enable_thread();
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (scope_api_table != nullptr) return Recorded();
  if (argc > 1) return 1;  // It should have been recorded.
  std::printf("ns an event; floor (16 bytes stored) %.2f\n", FloorNs());
  std::printf("%-24s %8s %12s %12s %12s\n", "", "value", "entry+exit", "text of 16", "by name");
  Measure("not recorded");
  std::fflush(stdout);
  const std::string folder = std::filesystem::temp_directory_path() / "scope-report-bench.data";
  const std::string command = std::string(SCOPE_BENCH_COMMAND) +
                              " record -q --limit 1K --on-full drop_oldest -d " + folder + " -- " +
                              argv[0] + " recorded";
  const int status = std::system(command.c_str());
  std::filesystem::remove_all(folder);
  std::filesystem::remove_all(folder + ".old");
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
