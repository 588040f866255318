#include "viewers/terminal/sparkline.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "viewers/terminal/text_width.h"

namespace scope::viewers {
namespace {

std::string Curve(const std::vector<double>& values, size_t width = 8) {
  Sparkline curve;
  for (const double value : values) curve.Add(value);
  return curve.Text(width);
}

TEST(SparklineTest, NothingGivesNothing) {
  EXPECT_EQ(Curve({}), "");
  EXPECT_EQ(Curve({1, 2}, 0), "");
}

TEST(SparklineTest, OneValueIsOneLowBar) { EXPECT_EQ(Curve({42}), "▁"); }

TEST(SparklineTest, ConstantsAreFlat) { EXPECT_EQ(Curve({3, 3, 3}), "▁▁▁"); }

TEST(SparklineTest, ARiseUsesAllHeights) { EXPECT_EQ(Curve({0, 1, 2, 3, 4, 5, 6, 7}), "▁▂▃▄▅▆▇█"); }

TEST(SparklineTest, NegativeValuesHaveHeightsToo) { EXPECT_EQ(Curve({-1, 1, -1}), "▁█▁"); }

TEST(SparklineTest, NanAndInfinityAreLeftOut) {
  const double inf = std::numeric_limits<double>::infinity();
  EXPECT_EQ(Curve({std::nan(""), inf, -inf}), "");
  EXPECT_EQ(Curve({0, std::nan(""), 1, inf}), "▁█");
}

TEST(SparklineTest, TheLargestDoublesDoNotOverflow) {
  const double max = std::numeric_limits<double>::max();
  EXPECT_EQ(Curve({-max, max}), "▁█");
  EXPECT_EQ(Curve({max, max, max, max}, 2), "▁▁");
}

TEST(SparklineTest, AMillionValuesKeepTheirShape) {
  Sparkline rise;
  for (int i = 0; i < 1'000'000; ++i) rise.Add(i);
  EXPECT_EQ(rise.Text(8), "▁▂▃▄▅▆▇█");
  EXPECT_EQ(TextWidth(rise.Text(40)), 40u);
  EXPECT_EQ(rise.Text(40).substr(0, 3), "▁");
}

TEST(SparklineTest, FewValuesAreOneCharacterEach) {
  EXPECT_EQ(TextWidth(Curve({1, 2, 3}, 40)), 3u);
}

}  // namespace
}  // namespace scope::viewers
