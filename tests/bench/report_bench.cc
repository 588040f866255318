// What each function of scope/report.h costs: not recorded, switched off, off by a guard, recorded;
// beside the floor.
//
// Measures itself without a recording, and then under `scope record`, with rings that overwrite
// their oldest records, so that no reader holds it up. CPU time, the least of several runs.

#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string>
#include <vector>

#include "scope/report.h"

namespace {

constexpr int kRuns = 5;
constexpr uint32_t kCount = 200'000;
constexpr uint32_t kCallsAtOnce = 1000;  // A thread has room for 4,096 open ones.

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

scope_site* CallSite() {
  static scope_site site =
      SCOPE_SITE_OF(Enter, kScopeValueNone, __func__, "function", nullptr, nullptr);
  return &site;
}

// Entries or exits alone: many calls are opened, and then closed.
double CallsNs(bool exits) {
  double least = 1e30;
  static std::array<scope_correlation, kCallsAtOnce> calls;
  for (uint32_t run = 0; run < kCount / kCallsAtOnce; ++run) {
    const double started_ns = CpuNs();
    for (scope_correlation& call : calls) call = scope_report_function_entry(CallSite());
    const double entered_ns = CpuNs();
    for (auto call = calls.rbegin(); call != calls.rend(); ++call) {
      scope_report_function_exit(*call, kScopeExitReturn);
    }
    const double ns = exits ? CpuNs() - entered_ns : entered_ns - started_ns;
    least = std::min(least, ns / kCallsAtOnce);
  }
  return least;
}

struct Sample {
  uint64_t turn;
  double load;
};
const scope_field kSampleFields[] = {
    {"turn", nullptr, kScopeValueU64, offsetof(Sample, turn), sizeof(uint64_t)},
    {"load", nullptr, kScopeValueF64, offsetof(Sample, load), sizeof(double)}};
const scope_event_type kSample = {"sample", kSampleFields, 2, sizeof(Sample)};

struct Row {
  const char* name;
  double (*measure)();
};

const std::vector<Row>& Rows() {
  static const std::vector<Row> rows = {
      {"function_entry", [] { return CallsNs(false); }},
      {"function_exit", [] { return CallsNs(true); }},
      {"function_entry_named + exit",
       [] {
         return LeastNs([](uint32_t) {
           scope_report_function_exit(scope_report_function_entry_named("bench", "named"), 0);
         });
       }},
      {"expression_value", [] { return LeastNs([](uint32_t i) { SCOPE_VALUE(i); }); }},
      {"variable_snapshot of 2",
       [] {
         return LeastNs([](uint32_t i) {
           const scope_variable both[] = {{"one", kScopeValueU32, i}, {"two", kScopeValueU32, i}};
           scope_report_variable_snapshot("bench", "main", 1, both, 2);
         });
       }},
      {"text of 16", [] { return LeastNs([](uint32_t) { SCOPE_TEXT("t", "sixteen letters."); }); }},
      {"line_execution", [] { return LeastNs([](uint32_t) { SCOPE_LINE("line"); }); }},
      {"pattern_match", [] { return LeastNs([](uint32_t i) { SCOPE_MATCH("match", i & 1); }); }},
      {"branch_execution", [] { return LeastNs([](uint32_t i) { SCOPE_BRANCH(i & 1); }); }},
      {"loop_iteration", [] { return LeastNs([](uint32_t i) { SCOPE_LOOP("loop", i); }); }},
      {"state_change", [] { return LeastNs([](uint32_t i) { SCOPE_STATE("state", i, i + 1); }); }},
      {"thread_spawn",
       [] {
         static scope_site site =
             SCOPE_SITE_OF(Spawn, kScopeValueU64, __func__, "spawn", nullptr, nullptr);
         return LeastNs([](uint32_t i) { scope_report_thread_spawn(&site, i); });
       }},
      {"message_send",
       [] {
         static scope_site site =
             SCOPE_SITE_OF(Send, kScopeValueObject, __func__, "send", nullptr, nullptr);
         return LeastNs([](uint32_t i) { scope_report_message_send(&site, 1, i); });
       }},
      {"message_receive",
       [] {
         static scope_site site =
             SCOPE_SITE_OF(Receive, kScopeValueObject, __func__, "receive", nullptr, nullptr);
         return LeastNs([](uint32_t i) { scope_report_message_receive(&site, 1, i, 1); });
       }},
      {"error, with its stack",
       [] { return LeastNs([](uint32_t i) { SCOPE_ERROR(i, "wrong"); }); }},
      {"metric", [] { return LeastNs([](uint32_t i) { SCOPE_PLOT("metric", i); }); }},
      {"custom, 2 fields",
       [] {
         return LeastNs([](uint32_t i) {
           const Sample sample = {i, 0.5};
           SCOPE_EVENT(kSample, &sample);
         });
       }},
  };
  return rows;
}

void PrintRows() {
  for (const Row& row : Rows()) std::printf("%.3f\n", row.measure());
  std::fflush(stdout);
}

// In a recording: the figures of each state, a line each.
int Recorded(const char* what) {
  if (std::strcmp(what, "guard") == 0) scope_disable_thread();
  PrintRows();
  return 0;
}

std::vector<double> RunRecorded(const std::string& program, const std::string& what) {
  const std::string folder = std::filesystem::temp_directory_path() / "scope-report-bench.data";
  const std::string command =
      std::string(SCOPE_BENCH_COMMAND) + " record -q --limit 1K --on-full drop_oldest " +
      (what == "off" ? "--start-off " : "") + "-d " + folder + " -- " + program + " " + what;
  std::vector<double> figures;
  FILE* const out = popen(command.c_str(), "r");
  double figure = 0;
  while (out != nullptr && std::fscanf(out, "%lf", &figure) == 1) figures.push_back(figure);
  if (out != nullptr) pclose(out);
  std::filesystem::remove_all(folder);
  std::filesystem::remove_all(folder + ".old");
  return figures;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc > 1) return scope_api_table != nullptr ? Recorded(argv[1]) : 1;
  std::vector<std::vector<double>> columns(1);
  for (const Row& row : Rows()) columns[0].push_back(row.measure());
  for (const char* what : {"off", "guard", "on"}) columns.push_back(RunRecorded(argv[0], what));
  std::printf("scope_report_..., ns a call; floor (16 bytes stored) %.2f\n", FloorNs());
  std::printf("%-28s %12s %12s %12s %12s\n", "", "not recorded", "switched off", "in a guard",
              "recorded");
  for (size_t row = 0; row < Rows().size(); ++row) {
    std::printf("%-28s", Rows()[row].name);
    for (const std::vector<double>& column : columns) {
      if (column.size() != Rows().size()) return 1;  // It should have been recorded.
      std::printf(" %12.2f", column[row]);
    }
    std::printf("\n");
  }
  return 0;
}
