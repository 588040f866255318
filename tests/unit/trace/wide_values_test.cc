#include "sdk/trace/wide_values.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "sdk/trace/columns.h"
#include "tests/unit/trace/made_trace.h"

namespace scope::pipeline {
namespace {

constexpr uint32_t kEnter = 0;
constexpr uint32_t kText = 1;
constexpr uint32_t kNumber = 2;

MadeTrace MakeTextTrace() {
  return MadeTrace({{{kScopeEventEnter},
                     {kScopeEventInit, kScopeValueText},
                     {kScopeEventInit, kScopeValueI64}}});
}

std::string Pattern(size_t bytes) {
  std::string text(bytes, ' ');
  for (size_t i = 0; i < bytes; ++i) text[i] = static_cast<char>('a' + i % 26);
  return text;
}

// The records of one piece; at most `records_max` of them.
void AddPiece(MadeTrace& trace, const std::string& text, size_t offset, size_t bytes,
              size_t records_max = ~size_t{0}) {
  if (records_max == 0) return;
  trace.Add(kText, SCOPE_WIDE_HEAD(bytes, offset, text.size()));
  for (size_t at = 0, n = 1; at < bytes && n < records_max; at += 8, ++n) {
    uint64_t word = 0;
    std::memcpy(&word, text.data() + offset + at, std::min<size_t>(8, bytes - at));
    trace.Add(kText, word, 0, SCOPE_FLAG_PART);
  }
}

void AddText(MadeTrace& trace, const std::string& text) {
  size_t at = 0;
  do {
    const size_t bytes = std::min<size_t>(text.size() - at, SCOPE_WIDE_PIECE_MAX);
    AddPiece(trace, text, at, bytes);
    at += bytes;
  } while (at < text.size());
}

struct Seen {
  std::string bytes;
  uint64_t whole;
  bool truncated;
};

std::vector<Seen> Texts(const MadeTrace& trace, const trace::Selection& selection = {}) {
  std::vector<Seen> seen;
  uint64_t last_seq = 0;
  EXPECT_TRUE(trace.Open()
                  ->ForEach(selection,
                            [&](const trace::Event& event) {
                              EXPECT_GE(event.seq, last_seq);
                              last_seq = event.seq;
                              if (event.node == nullptr) return true;
                              if (event.node->value_type != kScopeValueText) return true;
                              seen.push_back({std::string(event.bytes.data(), event.bytes.size()),
                                              event.whole_bytes, event.truncated});
                              return true;
                            })
                  .ok());
  return seen;
}

TEST(WideValuesTest, EveryLengthIsPutTogether) {
  MadeTrace trace = MakeTextTrace();
  trace.AddThread(0);
  const std::vector<size_t> lengths = {0, 1, 7, 8, 9, 247, 248, 249, 496, 497, 10000};
  for (const size_t length : lengths) AddText(trace, Pattern(length));
  trace.EndBlock();
  trace.End();
  const std::vector<Seen> seen = Texts(trace);
  ASSERT_EQ(seen.size(), lengths.size());
  for (size_t i = 0; i < lengths.size(); ++i) {
    EXPECT_EQ(seen[i].bytes, Pattern(lengths[i]));
    EXPECT_FALSE(seen[i].truncated);
  }
  EXPECT_EQ(trace.Open()->info().event_count, lengths.size());
}

TEST(WideValuesTest, BlocksMayEndInsideAValue) {
  MadeTrace trace = MakeTextTrace();
  trace.AddThread(0);
  const std::string text = Pattern(300);
  trace.Add(kText, SCOPE_WIDE_HEAD(248, 0, 300));
  for (size_t at = 0; at < 248; at += 8) {
    uint64_t word;
    std::memcpy(&word, text.data() + at, 8);
    trace.Add(kText, word, 0, SCOPE_FLAG_PART);
    trace.EndBlock();
  }
  AddPiece(trace, text, 248, 52);
  trace.EndBlock();
  trace.End();
  ASSERT_EQ(Texts(trace).size(), 1u);
  EXPECT_EQ(Texts(trace)[0].bytes, text);
  EXPECT_EQ(trace.Open()->info().event_count, 1u);
}

TEST(WideValuesTest, AValueTornAtAnyRecordIsCutShortThere) {
  const std::string text = Pattern(300);
  const size_t records = 2 + SCOPE_WIDE_PARTS(248) + SCOPE_WIDE_PARTS(52);
  for (size_t whole = 1; whole < records; ++whole) {
    MadeTrace trace = MakeTextTrace();
    trace.AddThread(0);
    AddPiece(trace, text, 0, 248, whole);
    if (whole > 32) AddPiece(trace, text, 248, 52, whole - 32);
    trace.AddGap(records - whole, kScopeGapTorn);
    AddText(trace, "next");
    trace.EndBlock();
    trace.End();
    const std::vector<Seen> seen = Texts(trace);
    ASSERT_EQ(seen.size(), 2u) << whole;
    const size_t heads = whole > 32 ? 2 : 1;
    EXPECT_EQ(seen[0].bytes, text.substr(0, 8 * (whole - heads))) << whole;
    EXPECT_TRUE(seen[0].truncated);
    EXPECT_EQ(seen[0].whole, 300u);
    EXPECT_EQ(seen[1].bytes, "next");
  }
}

TEST(WideValuesTest, AHandlersValueStandsBetweenTwoPieces) {
  MadeTrace trace = MakeTextTrace();
  trace.AddThread(0);
  const std::string outer = Pattern(400);
  const std::string inner(350, 'x');
  AddPiece(trace, outer, 0, 248);
  trace.Add(kNumber, 5);
  AddText(trace, inner);
  AddPiece(trace, outer, 248, 152);
  trace.EndBlock();
  trace.End();
  const std::vector<Seen> seen = Texts(trace);
  ASSERT_EQ(seen.size(), 2u);
  EXPECT_EQ(seen[0].bytes, inner);
  EXPECT_EQ(seen[1].bytes, outer);
}

TEST(WideValuesTest, ALimitIsNoTear) {
  MadeTrace trace = MakeTextTrace();
  trace.AddThread(0);
  const std::string text = Pattern(1000);
  AddPiece(trace, text, 0, 100);
  AddPiece(trace, text, 0, 248);
  AddPiece(trace, text, 248, 0);
  trace.EndBlock();
  trace.End();
  const std::vector<Seen> seen = Texts(trace);
  ASSERT_EQ(seen.size(), 2u);
  EXPECT_EQ(seen[0].bytes.size(), 100u);
  EXPECT_EQ(seen[1].bytes.size(), 248u);
  EXPECT_TRUE(seen[0].truncated && seen[1].truncated);
}

TEST(WideValuesTest, LyingHeadsAreNoValues) {
  std::mt19937_64 random(5);
  MadeTrace trace = MakeTextTrace();
  trace.AddThread(0);
  trace.Add(kEnter, 1000);
  for (int i = 0; i < 20000; ++i) {
    const uint64_t head = random() % 2 == 0 ? random() : SCOPE_WIDE_HEAD(random() % 300, 0, 300);
    trace.Add(kText, head, 0, random() % 2 == 0 ? SCOPE_FLAG_PART : 0);
  }
  trace.EndBlock();
  trace.End();
  for (const Seen& seen : Texts(trace)) EXPECT_LE(seen.bytes.size(), seen.whole);
}

TEST(WideColumnsTest, HeadsAndPartsComeBackAndDamageIsRefused) {
  std::mt19937_64 random(7);
  for (int round = 0; round < 100; ++round) {
    std::vector<uint64_t> values(random() % 200);
    std::vector<uint8_t> is_part(values.size());
    for (uint64_t& value : values) value = random() >> random() % 64;
    for (uint8_t& part : is_part) part = random() % 3 != 0;
    std::vector<uint8_t> bytes((values.size() + 1) * trace::kCodedBytesMax);
    bytes.resize(
        static_cast<size_t>(trace::EncodeColumn(trace::Coding::kWide, values.data(), is_part.data(),
                                                values.size(), bytes.data()) -
                            bytes.data()));
    std::vector<uint64_t> decoded(values.size());
    std::vector<uint8_t> parts(values.size());
    const auto decode = [&](size_t size) {
      return trace::DecodeColumn(trace::Coding::kWide, bytes.data(), size, decoded.data(),
                                 parts.data(), decoded.size());
    };
    ASSERT_TRUE(decode(bytes.size()));
    EXPECT_EQ(decoded, values);
    EXPECT_EQ(parts, is_part);
    for (size_t size = 0; size < bytes.size(); ++size) EXPECT_FALSE(decode(size));
  }
}

}  // namespace
}  // namespace scope::pipeline
