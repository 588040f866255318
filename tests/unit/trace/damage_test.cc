// A trace that is cut off or has rotten bits: a readable prefix and a plain word, or a refusal.

#include <gtest/gtest.h>

#include <fstream>

#include "tests/unit/trace/made_trace.h"

namespace scope::trace {
namespace {

using pipeline::Folder;
using pipeline::MadeTrace;

class DamageTest : public ::testing::Test {
 protected:
  DamageTest()
      : trace_({{{kScopeEventEnter}, {kScopeEventExit}, {kScopeEventInit, kScopeValueI32}}}) {
    trace_.AddThread(0);
    for (uint64_t block = 0; block < 3; ++block) {
      for (uint64_t i = 0; i < 4; ++i) trace_.Add(2, block * 4 + i);
      trace_.EndBlock(1000, block == 1);
    }
    trace_.End();
    bytes_ = trace_.Bytes();
  }

  struct Seen {
    bool opened = false;
    bool complete = false;
    std::string damage;
    std::vector<Event> events;
  };

  Seen Read(const std::string& bytes) {
    std::ofstream(damaged_.file(), std::ios::binary | std::ios::trunc) << bytes;
    Seen seen;
    auto reader = TraceReader::Open(damaged_.path());
    seen.opened = reader.ok();
    if (!reader.ok()) return seen;
    seen.events = MadeTrace::EventsOf(**reader);
    seen.complete = (*reader)->info().complete;
    seen.damage = (*reader)->info().damage;
    EXPECT_EQ((*reader)->info().event_count, seen.events.size());
    return seen;
  }

  // What is read is a prefix of what was written, and what is missing is said.
  void ExpectHonest(const Seen& seen) {
    if (!seen.opened) return;
    for (size_t i = 0; i < seen.events.size(); ++i) {
      ASSERT_NE(seen.events[i].node, nullptr);
      ASSERT_EQ(seen.events[i].bits, i);
    }
    if (seen.events.size() < 12) {
      EXPECT_FALSE(seen.complete);
    }
    EXPECT_EQ(seen.complete, seen.damage.empty());
  }

  MadeTrace trace_;
  Folder damaged_;
  std::string bytes_;
};

TEST_F(DamageTest, WholeAsItWasWritten) {
  const Seen seen = Read(bytes_);
  EXPECT_TRUE(seen.complete);
  EXPECT_EQ(seen.events.size(), 12u);
}

TEST_F(DamageTest, EveryTruncation) {
  size_t readable = 0;
  for (size_t size = 0; size < bytes_.size(); ++size) {
    const Seen seen = Read(bytes_.substr(0, size));
    ExpectHonest(seen);
    EXPECT_FALSE(seen.complete) << size;
    readable = std::max(readable, seen.events.size());
  }
  EXPECT_EQ(readable, 12u);
}

TEST_F(DamageTest, EverySingleBitFlip) {
  for (size_t bit = 0; bit < bytes_.size() * 8; ++bit) {
    std::string flipped = bytes_;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << bit % 8));
    ExpectHonest(Read(flipped));
  }
}

TEST_F(DamageTest, DamageInTheMiddleEndsTheTraceThere) {
  std::string damaged = bytes_;
  // The last event block but one: found by its first values' neighbourhood in the file.
  const size_t third = bytes_.rfind("SBLK", bytes_.rfind("SBLK") - 1);
  const size_t second = bytes_.rfind("SBLK", bytes_.rfind("SBLK", third - 1) - 1);
  damaged[second + 60] = static_cast<char>(damaged[second + 60] ^ 0x10);
  const Seen seen = Read(damaged);
  ASSERT_TRUE(seen.opened);
  EXPECT_FALSE(seen.complete);
  EXPECT_LT(seen.events.size(), 12u);
  EXPECT_NE(seen.damage.find("damaged"), std::string::npos) << seen.damage;
}

TEST_F(DamageTest, BytesBehindTheEndAreDamage) {
  const Seen seen = Read(bytes_ + "more");
  EXPECT_TRUE(seen.opened);
  EXPECT_EQ(seen.events.size(), 12u);
  EXPECT_FALSE(seen.damage.empty());
}

}  // namespace
}  // namespace scope::trace
