#include <gtest/gtest.h>

#include <bit>

#include "scope/trace/reader.h"

namespace scope::trace {
namespace {

TEST(FormatValueTest, AsAPersonWritesIt) {
  const auto bits = [](double value) { return std::bit_cast<uint64_t>(value); };
  EXPECT_EQ(FormatValue(kScopeValueI32, static_cast<uint64_t>(-3)), "-3");
  EXPECT_EQ(FormatValue(kScopeValueU64, ~uint64_t{0}), "18446744073709551615");
  EXPECT_EQ(FormatValue(kScopeValueBool, 1), "true");
  EXPECT_EQ(FormatValue(kScopeValueF64, bits(0.1)), "0.1");
  EXPECT_EQ(FormatValue(kScopeValueF32, bits(static_cast<double>(0.1f))), "0.1");
  EXPECT_EQ(FormatValue(kScopeValueF64, bits(2)), "2.0");
  EXPECT_EQ(FormatValue(kScopeValueF64, bits(-1.0 / 0.0)), "-inf");
  EXPECT_EQ(FormatValue(kScopeValueChar, 'a'), "'a'");
  EXPECT_EQ(FormatValue(kScopeValueChar, '\n'), "'\\n'");
  EXPECT_EQ(FormatValue(kScopeValueChar, 0xff), "'\\xff'");
  EXPECT_EQ(FormatValue(kScopeValuePointer, 0x7ffe12), "0x7ffe12");
  EXPECT_EQ(FormatValue(kScopeValuePointer, 0), "nullptr");
  EXPECT_EQ(FormatValue(static_cast<scope_value_type>(99), 5), "0x5");
}

}  // namespace
}  // namespace scope::trace
