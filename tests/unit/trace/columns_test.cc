#include "sdk/trace/columns.h"

#include <gtest/gtest.h>

#include <limits>
#include <random>
#include <vector>

namespace scope::trace {
namespace {

constexpr Coding kCodings[] = {Coding::kStamps, Coding::kFloats, Coding::kDeltas};

std::vector<uint8_t> Encoded(Coding coding, const std::vector<uint64_t>& values) {
  std::vector<uint8_t> bytes((values.size() + 1) * kCodedBytesMax);
  bytes.resize(static_cast<size_t>(
      EncodeColumn(coding, values.data(), nullptr, values.size(), bytes.data()) - bytes.data()));
  return bytes;
}

void ExpectRoundTrip(const std::vector<uint64_t>& values) {
  for (const Coding coding : kCodings) {
    const std::vector<uint8_t> bytes = Encoded(coding, values);
    std::vector<uint64_t> decoded(values.size());
    ASSERT_TRUE(
        DecodeColumn(coding, bytes.data(), bytes.size(), decoded.data(), nullptr, decoded.size()));
    EXPECT_EQ(decoded, values);
  }
}

TEST(ColumnsTest, ExtremesSurvive) {
  constexpr uint64_t kMax = std::numeric_limits<uint64_t>::max();
  constexpr uint64_t kMin = uint64_t{1} << 63;
  ExpectRoundTrip({});
  ExpectRoundTrip({0});
  ExpectRoundTrip({0, kMax, 0, kMin, kMax, kMin - 1, kMin, 1, kMax - 1});
  ExpectRoundTrip(std::vector<uint64_t>(100, kMax));
}

TEST(ColumnsTest, RandomValuesOfAllWidthsSurvive) {
  std::mt19937_64 random(19);
  for (int round = 0; round < 200; ++round) {
    std::vector<uint64_t> values(random() % 300);
    const uint64_t width = random() % 64 + 1;
    for (uint64_t& value : values) value = random() >> (64 - width);
    ExpectRoundTrip(values);
  }
}

TEST(ColumnsTest, EveryWidthIsRightAtItsEdge) {
  std::vector<uint64_t> values;
  for (int bit = 0; bit < 64; ++bit) {
    const uint64_t edge = uint64_t{1} << bit;
    for (const uint64_t value : {edge - 1, edge, edge + 1}) values.push_back(value);
  }
  ExpectRoundTrip(values);
}

TEST(ColumnsTest, SmallStepsTakeOneByte) {
  std::vector<uint64_t> values;
  for (uint64_t i = 0; i < 1000; ++i) values.push_back(i * 3);
  EXPECT_EQ(Encoded(Coding::kDeltas, values).size(), values.size());
}

TEST(ColumnsTest, TooFewAndTooManyBytesAreRefused) {
  const std::vector<uint64_t> values = {1, 300, 70000, 5, 6, 7, 8, 9, 10, uint64_t{1} << 63};
  for (const Coding coding : kCodings) {
    std::vector<uint8_t> bytes = Encoded(coding, values);
    std::vector<uint64_t> out(values.size());
    for (size_t size = 0; size < bytes.size(); ++size) {
      EXPECT_FALSE(DecodeColumn(coding, bytes.data(), size, out.data(), nullptr, out.size()));
    }
    bytes.push_back(0);
    EXPECT_FALSE(DecodeColumn(coding, bytes.data(), bytes.size(), out.data(), nullptr, out.size()));
  }
}

TEST(ColumnsTest, AVarintThatIsTooLongIsRefused) {
  const std::vector<uint8_t> bytes(11, 0x80);
  uint64_t out;
  EXPECT_FALSE(DecodeColumn(Coding::kDeltas, bytes.data(), bytes.size(), &out, nullptr, 1));
  const std::vector<uint8_t> overflow = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2};
  EXPECT_FALSE(DecodeColumn(Coding::kDeltas, overflow.data(), overflow.size(), &out, nullptr, 1));
}

TEST(ColumnsTest, AnExitKeepsItsTicksAndFlags) {
  for (const uint64_t ticks : {uint64_t{0}, uint64_t{1}, uint64_t{40}, kStampTicksMax}) {
    for (uint64_t flags = 0; flags < 16; ++flags) {
      EXPECT_EQ(ExitTicks(PackExit(ticks, flags)), ticks);
      EXPECT_EQ(ExitFlags(PackExit(ticks, flags)), flags);
    }
  }
}

}  // namespace
}  // namespace scope::trace
