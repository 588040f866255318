#include "tools/quantity.h"

#include <gtest/gtest.h>

namespace scope::tools {
namespace {

TEST(QuantityTest, Sizes) {
  EXPECT_EQ(*ParseSize("4096"), 4096u);
  EXPECT_EQ(*ParseSize("64K"), 65536u);
  EXPECT_EQ(*ParseSize("64k"), 65536u);
  EXPECT_EQ(*ParseSize("1M"), 1u << 20);
  EXPECT_EQ(*ParseSize("1MiB"), 1u << 20);
  EXPECT_EQ(*ParseSize("1.5G"), uint64_t{3} << 29);
  EXPECT_EQ(*ParseSize("0"), 0u);
  for (const char* wrong :
       {"", "lots", "64Q", "-1", "1..5K", "K", "1e9", "64K ", "99999999T", "+1"}) {
    EXPECT_FALSE(ParseSize(wrong).ok()) << wrong;
  }
}

TEST(QuantityTest, Durations) {
  EXPECT_EQ(*ParseDurationNs("10ms"), 10'000'000);
  EXPECT_EQ(*ParseDurationNs("2s"), 2'000'000'000);
  EXPECT_EQ(*ParseDurationNs("1.5us"), 1500);
  EXPECT_EQ(*ParseDurationNs("1min"), 60'000'000'000);
  EXPECT_EQ(*ParseDurationNs("0"), 0);
  for (const char* wrong : {"", "10", "ms", "10 parsecs", "-1s", "9999999h"}) {
    EXPECT_FALSE(ParseDurationNs(wrong).ok()) << wrong;
  }
}

TEST(QuantityTest, Counts) {
  EXPECT_EQ(*ParseCount("18446744073709551615"), ~uint64_t{0});
  for (const char* wrong : {"", "-1", "+1", " 1", "1 ", "0x10", "18446744073709551616"}) {
    EXPECT_FALSE(ParseCount(wrong).ok()) << wrong;
  }
}

TEST(QuantityTest, ErrorsNameTheTextAndARightOne) {
  EXPECT_EQ(ParseSize("lots").status().message(), "'lots' is no size; 64K, 1M and 2G are");
  EXPECT_EQ(ParseDurationNs("10").status().message(), "'10' is no duration; 10ms, 2s and 1min are");
}

}  // namespace
}  // namespace scope::tools
