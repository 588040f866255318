#include "tools/nearest.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace scope::tools {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(NearestTest, TyposFindTheirWord) {
  const std::vector<std::string> verbs = {"replay", "report", "record", "run", "vars", "info"};
  EXPECT_THAT(Nearest("rpelay", verbs), ElementsAre("replay"));
  EXPECT_THAT(Nearest("VARS", verbs), ElementsAre("vars"));
  EXPECT_THAT(Nearest("inf", verbs), ElementsAre("info"));
  EXPECT_THAT(Nearest("smu", {"sum", "a", "main"}), ElementsAre("sum"));
}

TEST(NearestTest, PartsOfLongNamesAreNear) {
  EXPECT_THAT(Nearest("total", {"grand_total_of_all", "other"}), ElementsAre("grand_total_of_all"));
}

TEST(NearestTest, NothingNearIsNothing) {
  EXPECT_THAT(Nearest("zebra", {"replay", "x"}), IsEmpty());
  EXPECT_THAT(Nearest("x", {"y"}), IsEmpty());
  EXPECT_EQ(DidYouMean("zebra", {"replay"}), "");
}

TEST(NearestTest, AtMostThreeNearestFirst) {
  EXPECT_THAT(Nearest("value", {"values", "value1", "valve", "value2", "valu"}),
              ElementsAre("valu", "value1", "value2"));
  EXPECT_EQ(DidYouMean("--form", {"--from", "--dir", "--to"}), "; did you mean '--from'?");
}

}  // namespace
}  // namespace scope::tools
