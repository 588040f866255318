// Text that is safe and as wide as it claims.

#include <gtest/gtest.h>

#include "viewers/terminal/printable.h"
#include "viewers/terminal/table.h"
#include "viewers/terminal/text_width.h"
#include "viewers/terminal/units.h"

namespace scope::viewers {
namespace {

TEST(PrintableTest, OrdinaryTextStays) {
  EXPECT_EQ(Printable("ns::größe<int>(λ) 日本"), "ns::größe<int>(λ) 日本");
}

TEST(PrintableTest, ControlCharactersBecomeVisible) {
  EXPECT_EQ(Printable("a\x1b[31mred\x07\r\n\t\x7f"), "a\\x1b[31mred\\x07\\x0d\\n\\t\\x7f");
  EXPECT_EQ(Printable(absl::string_view("\0x", 2)), "\\x00x");
  EXPECT_EQ(Printable("\xc2\x9b"
                      "31m"),
            "\\x9b31m");  // CSI in one character.
}

TEST(PrintableTest, MarksThatReorderTextBecomeVisible) {
  EXPECT_EQ(Printable("a\u202eb\u2066\u200bc\ufeff"), "a\\u202eb\\u2066\\u200bc\\ufeff");
}

TEST(PrintableTest, BrokenUtf8BecomesBytes) {
  EXPECT_EQ(Printable("\xff"), "\\xff");
  EXPECT_EQ(Printable("\xe2\x82"), "\\xe2\\x82");  // Cut off.
  EXPECT_EQ(Printable("\xc0\xaf"), "\\xc0\\xaf");  // Overlong.
  EXPECT_EQ(Printable("\xe0\x80\xaf"), "\\xe0\\x80\\xaf");
  EXPECT_EQ(Printable("\xed\xa0\x80"), "\\xed\\xa0\\x80");           // A surrogate.
  EXPECT_EQ(Printable("\xf4\x90\x80\x80"), "\\xf4\\x90\\x80\\x80");  // Behind the last character.
}

TEST(TextWidthTest, CountsColumns) {
  EXPECT_EQ(TextWidth("abc"), 3u);
  EXPECT_EQ(TextWidth("größe"), 5u);
  EXPECT_EQ(TextWidth("日本"), 4u);
  EXPECT_EQ(TextWidth("e\u0301"), 1u);
}

TEST(TextWidthTest, FitNeverExceedsAndMarksTheCut) {
  EXPECT_EQ(Fit("abcdef", 6), "abcdef");
  EXPECT_EQ(Fit("abcdef", 5), "abcd…");
  EXPECT_EQ(Fit("日本語", 4), "日…");
  EXPECT_EQ(Fit("abc", 0), "");
  EXPECT_EQ(PadLeft("ä", 3), "  ä");
  EXPECT_EQ(PadRight("日", 3), "日 ");
}

TEST(TableTest, AlignsAndLeavesNothingBehindTheLastCell) {
  Table table({{"n", Table::Align::kRight}, {"name"}, {"where"}});
  table.Add({"1", "größe", "a.cc:1"});
  table.Add({"1,000", "x", "b.cc:22"});
  EXPECT_EQ(table.Text({}),
            "      n  name   where\n"
            "      1  größe  a.cc:1\n"
            "  1,000  x      b.cc:22\n");
}

TEST(TableTest, ALongCellIsCut) {
  Table table({{"", Table::Align::kLeft, 4}, {""}});
  table.Add({"abcdefgh", "x"});
  EXPECT_EQ(table.Text({}), "  abc…  x\n");
}

TEST(UnitsTest, Counts) {
  EXPECT_EQ(CountText(0), "0");
  EXPECT_EQ(CountText(999), "999");
  EXPECT_EQ(CountText(1000), "1,000");
  EXPECT_EQ(CountText(1203118), "1,203,118");
  EXPECT_EQ(CountText(1, "thread"), "1 thread");
  EXPECT_EQ(CountText(2, "thread"), "2 threads");
}

TEST(UnitsTest, Durations) {
  EXPECT_EQ(DurationText(0), "0 ns");
  EXPECT_EQ(DurationText(412'000), "412.0 us");
  EXPECT_EQ(DurationText(999'960), "1.0 ms");
  EXPECT_EQ(DurationText(410'000'000), "0.41 s");
  EXPECT_EQ(DurationText(125'000'000'000), "2 min 5 s");
  EXPECT_EQ(DurationText(-1500), "-1.5 us");
  EXPECT_EQ(DurationText(INT64_MIN), DurationText(-INT64_MAX));
}

TEST(UnitsTest, StampsKeepTheirDigits) {
  EXPECT_EQ(StampText(412'040), "412.0 us");
  EXPECT_EQ(StampText(1'312'420), "1.3124 ms");
  EXPECT_EQ(StampText(123'456'789), "123.457 ms");
  EXPECT_EQ(StampText(1'234'567'890), "1.234568 s");
  for (int64_t ns = 1; ns < 9'000'000'000'000; ns = ns * 3 + 1) {
    EXPECT_LE(StampText(ns).size(), 10u) << ns;
  }
}

TEST(UnitsTest, BytesAndShares) {
  EXPECT_EQ(BytesText(999), "999 B");
  EXPECT_EQ(BytesText(1'100'000), "1.1 MB");
  EXPECT_EQ(BytesText(999'999), "1.0 MB");
  EXPECT_EQ(BytesText(80'400'000'000), "80.4 GB");
  EXPECT_EQ(PercentText(175, 1000), "17.5%");
  EXPECT_EQ(PercentText(1, 1'000'000), "<0.1%");
  EXPECT_EQ(PercentText(0, 0), "0%");
  EXPECT_EQ(SizeArgument(65536), "64K");
  EXPECT_EQ(SizeArgument(4u << 20), "4M");
}

}  // namespace
}  // namespace scope::viewers
