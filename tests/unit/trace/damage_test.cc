// A trace that is cut off or has rotten bits: a readable prefix and a plain word, or a refusal.

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include "absl/strings/str_cat.h"
#include "tests/unit/trace/made_trace.h"

namespace scope::trace {
namespace {

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

  ~DamageTest() override { close(damaged_); }

  struct Seen {
    bool opened = false;
    bool complete = false;
    std::string damage;
    std::vector<Event> events;
  };

  Seen Read(const std::string& bytes) {
    EXPECT_EQ(ftruncate(damaged_, 0), 0);
    EXPECT_EQ(pwrite(damaged_, bytes.data(), bytes.size(), 0), static_cast<ssize_t>(bytes.size()));
    Seen seen;
    auto reader = TraceReader::Open(damaged_path_);
    seen.opened = reader.ok();
    if (!reader.ok()) return seen;
    seen.events = MadeTrace::EventsOf(**reader);
    seen.complete = (*reader)->info().complete;
    seen.damage = (*reader)->info().damage;
    EXPECT_EQ((*reader)->info().event_count, seen.events.size());
    ExpectHonestAnswers();
    return seen;
  }

  // What is answered out of the index and single columns is true, too, or the damage is said.
  void ExpectHonestAnswers() {
    const auto opened = TraceReader::Open(damaged_path_);
    ASSERT_TRUE(opened.ok());
    TraceReader& reader = **opened;
    if (reader.nodes().size() != 3) return;  // The module's block is damaged: nothing to ask.
    const auto counts = reader.Counts();
    ASSERT_TRUE(counts.ok());
    if ((*counts)[2] != 12) {
      EXPECT_NE(reader.info().damage, "");
    }
    EXPECT_LE((*counts)[2], 12u);
    uint64_t next = 0;
    const auto pyramid = reader.Pyramid(2, 0, {});
    ASSERT_TRUE(pyramid.ok());
    for (const Bucket& bucket : *pyramid) {
      EXPECT_EQ(bucket.first_seq, next);
      EXPECT_EQ(bucket.min, next);
      EXPECT_EQ(bucket.first, next);
      next += bucket.count;
      EXPECT_EQ(bucket.max, next - 1);
      EXPECT_EQ(bucket.last, next - 1);
    }
    if (next != 12) {
      EXPECT_NE(reader.info().damage, "");
    }
    next = 0;
    ASSERT_TRUE(reader
                    .History({.node = 2},
                             [&](const HistorySpan& span) {
                               for (size_t i = 0; i < span.count; ++i, ++next) {
                                 EXPECT_EQ(span.seq[i], next);
                                 EXPECT_EQ(span.bits[i], next);
                               }
                               return true;
                             })
                    .ok());
    if (next != 12) {
      EXPECT_NE(reader.info().damage, "");
    }
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
  // In memory: thousands of files are written.
  const int damaged_ = memfd_create("damaged", MFD_CLOEXEC);
  const std::string damaged_path_ = absl::StrCat("/proc/self/fd/", damaged_);
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
