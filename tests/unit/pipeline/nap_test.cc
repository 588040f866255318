// A collector that has nothing to do sleeps longer and longer, and wakes at once.

#include "pipeline/nap.h"

#include <gtest/gtest.h>

namespace scope::pipeline {
namespace {

constexpr int64_t kMs = 1'000'000;

int64_t AfterQuietLooks(Nap& nap, int looks) {
  int64_t last = 0;
  for (int i = 0; i < looks; ++i) last = nap.NextNs(0);
  return last;
}

TEST(NapTest, ShortWhileEventsCome) {
  Nap nap(16 * kMs);
  for (int i = 0; i < 1000; ++i) {
    EXPECT_EQ(nap.NextNs(i % 10 == 0 ? 1 : 0), kMs);
  }
}

TEST(NapTest, LongerAndLongerButNotTooLong) {
  Nap nap(16 * kMs);
  int64_t last = 0;
  int64_t sum = 0;
  for (int i = 0; i < 1'000'000; ++i) {
    const int64_t next = nap.NextNs(0);
    EXPECT_GE(next, last);
    last = next;
    sum += i < 100 ? next : 0;
  }
  EXPECT_EQ(last, 16 * kMs);
  EXPECT_GT(sum, 1000 * kMs);  // a second needs fewer than 100 looks
}

TEST(NapTest, AnEventOrABellEndsIt) {
  Nap nap(2 * kMs);
  EXPECT_EQ(AfterQuietLooks(nap, 100), 2 * kMs);
  EXPECT_EQ(nap.NextNs(1), kMs);
  EXPECT_EQ(AfterQuietLooks(nap, 100), 2 * kMs);
  nap.Wake();
  EXPECT_EQ(nap.NextNs(0), kMs);
}

}  // namespace
}  // namespace scope::pipeline
