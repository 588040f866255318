// What is said at the end of a recording, and by the doctor.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "tests/unit/terminal/fake_trace.h"
#include "tools/checks.h"
#include "tools/install_paths.h"
#include "tools/progress_line.h"
#include "tools/run_summary.h"
#include "tools/silence_advice.h"

namespace scope::tools {
namespace {

using ::testing::HasSubstr;

pipeline::RecordResult Result() {
  pipeline::RecordResult result;
  result.events = 1'203'118;
  result.threads = 2;
  result.processes = 1;
  result.wall_ns = 410'000'000;
  result.recording_ns = 500'000'000;
  result.trace_bytes = 1'100'000;
  return result;
}

TEST(RunSummaryTest, HeadlineWithoutLoss) {
  EXPECT_EQ(
      RunHeadline(Result(), {}),
      "1,203,118 events, 0 lost, 2 threads, 0.41 s (+90.0 ms recording), 1.1 MB in scope.data");
}

TEST(RunSummaryTest, HeadlineWithLoss) {
  pipeline::RecordResult result = Result();
  pipeline::RecordOptions options;
  options.on_full = kScopeOnFullDropNewest;
  options.ring_bytes = 64 << 10;
  options.directory = "x\x1b.data";
  result.events = 992'114;
  result.dropped = 211'004;
  trace::Thread thread;
  thread.number = 1;
  thread.emitted = 1'203'118;
  thread.stored = 992'114;
  thread.dropped = 211'004;
  result.losses.Add(thread);
  EXPECT_EQ(RunHeadline(result, options),
            "992,114 events, 211,004 lost (17.5%) in thread 1; --on-full block or --ring 4M would "
            "have kept them; 2 threads, 0.41 s (+90.0 ms recording), 1.1 MB in x\\x1b.data");
}

TEST(RunSummaryTest, JsonKeys) {
  pipeline::RecordResult result = Result();
  result.dropped = 1;
  result.torn = 2;
  result.dropped_without_ring = 4;
  const auto json = nlohmann::json::parse(RunJson(result, {}));
  EXPECT_EQ(json["events"], 1'203'118);
  EXPECT_EQ(json["lost"], 7);
  EXPECT_EQ(json["directory"], "scope.data");
  EXPECT_EQ(json["exit_code"], 0);
  EXPECT_EQ(json["instrumented"], true);
}

TEST(ProgressTest, OneLine) {
  pipeline::Progress progress;
  progress.events = 1'203'118;
  progress.dropped = 3;
  progress.torn = 1;
  progress.trace_bytes = 1'100'000;
  progress.elapsed_ns = 12'000'000'000;
  EXPECT_EQ(ProgressText(progress), "12.00 s, 1,203,118 events, 4 lost, 1.1 MB");
}

TEST(SilenceAdviceTest, OnlyBigTracesGetIt) {
  viewers::DemoTrace trace;
  const auto totals = viewers::CollectTotals(trace);
  EXPECT_EQ(SilenceAdvice(*totals, 21, 1000), "");
  EXPECT_EQ(SilenceAdvice(*totals, kBigTraceEvents, 1000),
            "  big: step made 71.4% of the events (k alone 14.3%); -F '!step' leaves it out\n");
  EXPECT_NE(SilenceAdvice(*totals, 21, kBigTraceBytes), "");
}

TEST(CheckupTest, TextAndJson) {
  const std::vector<Check> checks = {{"compiler", "clang 19.1.7", true, ""},
                                     {"plugin", "not found", false, "install \x1b it"}};
  EXPECT_EQ(ChecksText(checks, {}),
            "compiler   clang 19.1.7            ok\n"
            "plugin     not found               NO  install \\x1b it\n");
  const auto json = nlohmann::json::parse(ChecksJson(checks));
  EXPECT_EQ(json["ok"], false);
  EXPECT_EQ(json["checks"][0]["found"], "clang 19.1.7");
  EXPECT_EQ(json["checks"][1]["ok"], false);
}

TEST(CheckBinaryTest, WhatIsNoBinary) {
  const std::string path = testing::TempDir() + "/no_binary";
  std::ofstream(path) << "text";
  EXPECT_FALSE(CheckBinary(path).ok);
  EXPECT_FALSE(CheckBinary("/proc/self/exe").ok);
  EXPECT_THAT(CheckBinary("/proc/self/exe").detail, HasSubstr("scope c++"));
}

TEST(InstallPathsTest, TheFirstThatExists) {
  const std::string root = testing::TempDir() + "/install_paths";
  std::filesystem::create_directories(root + "/lib/scope");
  std::ofstream(root + "/lib/scope/scope") << "x";
  EXPECT_EQ(FirstExisting(root, {"lib/scope", "lib/scope/scope"}, false),
            root + "/lib/scope/scope");
  EXPECT_EQ(FirstExisting(root, {"lib/scope"}, true), root + "/lib/scope");
  EXPECT_EQ(FirstExisting(root, {"bin"}, true), "");
}

}  // namespace
}  // namespace scope::tools
