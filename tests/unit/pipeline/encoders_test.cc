// An encoder that fails costs nothing; a batch that no encoder can take is put aside and counted.

#include "pipeline/encoders.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <stdexcept>

#include "pipeline/quarantine.h"
#include "pipeline/stages/encode.h"
#include "tests/unit/trace/made_trace.h"

namespace scope::pipeline {
namespace {

using ::testing::HasSubstr;

const std::vector<std::vector<MadeNode>> kNodes = {{{kScopeEventInit, kScopeValueI64}}};

// The encoder that ships, but some calls of it fail; each encoder fails once at most.
class Failing {
 public:
  explicit Failing(std::function<bool(int call)> fails) : fails_(std::move(fails)) {}
  Encoders::Options Options() {
    return {.make = [this]() -> Encoders::Encoder {
              ++made;
              auto encode = std::make_shared<Encode>();
              return [this, encode](Batch& batch) {
                if (fails_(calls++)) throw std::runtime_error("the encoder is tired");
                return (*encode)(batch);
              };
            },
            .put_aside =
                [this](const Batch& batch, const std::string& why) {
                  const auto path = WriteQuarantine(folder.path(), batch, why);
                  ASSERT_TRUE(path.ok()) << path.status();
                  paths.push_back(*path);
                }};
  }

  int made = 0;
  int calls = 0;
  std::vector<std::string> paths;
  Folder folder;

 private:
  const std::function<bool(int)> fails_;
};

std::string Content(const std::string& path) {
  std::stringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

// Two threads, a gap that was there before, three blocks.
void Fill(MadeTrace& trace) {
  trace.AddThread(0);
  trace.AddThread(1);
  for (uint64_t block = 0; block < 3; ++block) {
    trace.Add(0, 100 * block + 1);
    trace.Add(0, 100 * block + 2);
    trace.AddGap(7, kScopeGapDropped);
    trace.Add(0, 100 * block + 3);
    trace.Add(0, 100 * block + 4, 1);
    trace.EndBlock();
  }
  trace.End();
}

std::vector<uint64_t> Values(const MadeTrace& trace) {
  std::vector<uint64_t> values;
  for (const trace::Event& event : trace.Events()) {
    if (event.node != nullptr) values.push_back(event.bits);
  }
  return values;
}

TEST(EncodersTest, AFailureIsTriedAgainWithAnotherEncoder) {
  for (int first = 0; first < 3; ++first) {
    Failing failing([first](int call) { return call == first || call == first + 1; });
    MadeTrace trace(kNodes, failing.Options());
    Fill(trace);
    EXPECT_EQ(failing.made, 3);
    EXPECT_EQ(failing.calls, 5);
    EXPECT_TRUE(failing.paths.empty());
    EXPECT_EQ(Values(trace),
              (std::vector<uint64_t>{1, 2, 3, 4, 101, 102, 103, 104, 201, 202, 203, 204}));
  }
}

TEST(EncodersTest, ABatchThatFailsThreeTimesIsPutAside) {
  Failing failing([](int call) { return call >= 1 && call <= 3; });
  MadeTrace trace(kNodes, failing.Options());
  Fill(trace);
  EXPECT_EQ(Values(trace), (std::vector<uint64_t>{1, 2, 3, 4, 201, 202, 203, 204}));
  // What is missing is said, thread by thread, and what was missing before as well.
  uint64_t put_aside[2] = {0, 0};
  uint64_t dropped = 0;
  for (const trace::Event& event : trace.Events()) {
    if (event.node != nullptr) continue;
    if (event.gap_reason == kScopeGapQuarantined) put_aside[event.thread] += event.gap_count;
    if (event.gap_reason == kScopeGapDropped) dropped += event.gap_count;
  }
  EXPECT_EQ(put_aside[0], 3u);
  EXPECT_EQ(put_aside[1], 1u);
  EXPECT_EQ(dropped, 21u);
  const auto reader = trace.Open();
  ASSERT_NE(reader, nullptr);
  EXPECT_TRUE(reader->info().complete);
  EXPECT_EQ(reader->threads()[0].emitted, 9u + 21u);
  EXPECT_EQ(reader->threads()[0].stored, 6u);
  EXPECT_EQ(reader->threads()[0].dropped, 24u);
  ASSERT_EQ(failing.paths.size(), 1u);
  const std::string text = Content(failing.paths.front());
  EXPECT_THAT(text, HasSubstr("the encoder is tired"));
  EXPECT_THAT(text, HasSubstr("0x65"));  // 101
  EXPECT_THAT(text, HasSubstr("\n0 10 "));
  EXPECT_THAT(text, HasSubstr("\n1 1 "));
}

}  // namespace
}  // namespace scope::pipeline
