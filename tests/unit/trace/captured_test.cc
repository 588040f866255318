#include "scope/trace/captured.h"

#include <gtest/gtest.h>

#include <any>
#include <array>
#include <atomic>
#include <bitset>
#include <chrono>
#include <complex>
#include <cstring>
#include <deque>
#include <filesystem>
#include <forward_list>
#include <functional>
#include <future>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <span>
#include <stdexcept>
#include <string>
#include <system_error>
#include <tuple>
#include <unordered_map>
#include <unordered_set>
#include <variant>
#include <vector>

#include "scope/capture.h"

namespace program {

struct Account {
  std::string owner;
  long cents;
};

void ScopeCapture(scope::Sink& sink, const Account& account) {
  sink.Field("owner", account.owner);
  sink.Field("cents", account.cents);
}

struct Price {
  int cents;
};

void ScopeCapture(scope::Sink& sink, const Price& price) {
  sink.Value(price.cents);
  sink.Value("a second value is ignored");
}

struct Silent {};
void ScopeCapture(scope::Sink&, const Silent&) {}

struct Secret {};
void ScopeCapture(scope::Sink& sink, const Secret&) { sink.Redacted(); }

class Closed {
  [[maybe_unused]] int hidden_[12] = {};
};

}  // namespace program

namespace scope::trace {
namespace {

template <typename T>
std::string Bytes(const T& value) {
  unsigned char bytes[__scope::kValueBytes];
  __scope::Writer writer(bytes, sizeof(bytes));
  __scope::Put(writer, value);
  return {reinterpret_cast<const char*>(bytes), writer.size()};
}

template <typename T>
std::string Shown(const T& value) {
  return FormatCaptured(ReadCaptured(Bytes(value)));
}

TEST(CapturedTest, Scalars) {
  EXPECT_EQ(Shown(-3), "-3");
  EXPECT_EQ(Shown(~uint64_t{0}), "18446744073709551615");
  EXPECT_EQ(Shown(INT64_MIN), "-9223372036854775808");
  EXPECT_EQ(Shown(true), "true");
  EXPECT_EQ(Shown('x'), "'x'");
  EXPECT_EQ(Shown(u'\u00e4'), "'\\xe4'");
  EXPECT_EQ(Shown(0.1f), "0.1");
  EXPECT_EQ(Shown(2.5), "2.5");
  EXPECT_EQ(Shown(2.5L), "2.5");
  EXPECT_EQ(Shown(static_cast<__int128>(-5)), "-5");
  EXPECT_EQ(Shown(~static_cast<unsigned __int128>(0)), "340282366920938463463374607431768211455");
  EXPECT_EQ(Shown(nullptr), "nullptr");
  EXPECT_EQ(Shown(reinterpret_cast<const char*>(0x10)), "0x10");
  enum class Small : signed char { kMinus = -2 };
  EXPECT_EQ(Shown(Small::kMinus), "-2");
}

TEST(CapturedTest, Texts) {
  EXPECT_EQ(Shown(std::string("a\"b\n")), "\"a\\\"b\\n\"");
  EXPECT_EQ(Shown(std::string_view("view")), "\"view\"");
  EXPECT_EQ(Shown(std::wstring(L"h\u00e4")), "\"h\u00e4\"");
  EXPECT_EQ(Shown(std::u16string(u"\U0001F600")), "\"\U0001F600\"");
  EXPECT_EQ(Shown(std::filesystem::path("/tmp/x")), "\"/tmp/x\"");
  char name[8] = "ab";
  EXPECT_EQ(Shown(name), "\"ab\"");
}

TEST(CapturedTest, Containers) {
  EXPECT_EQ(Shown(std::vector<int>{1, 2, 3}), "{1, 2, 3}");
  EXPECT_EQ(Shown(std::vector<bool>{true, false}), "{true, false}");
  EXPECT_EQ(Shown(std::vector<int>()), "{}");
  EXPECT_EQ(Shown(std::array<int, 2>{4, 5}), "{4, 5}");
  EXPECT_EQ(Shown(std::deque<std::string>{"a"}), "{\"a\"}");
  EXPECT_EQ(Shown(std::list<int>{1}), "{1}");
  EXPECT_EQ(Shown(std::forward_list<int>{1, 2}), "{1, 2}");
  EXPECT_EQ(Shown(std::set<int>{2, 1}), "{1, 2}");
  EXPECT_EQ(Shown(std::unordered_set<int>{7}), "{7}");
  EXPECT_EQ(Shown(std::map<std::string, int>{{"a", 1}, {"b", 2}}), "{[\"a\"] = 1, [\"b\"] = 2}");
  EXPECT_EQ(Shown(std::unordered_map<int, int>{{1, 2}}), "{[1] = 2}");
  EXPECT_EQ(Shown(std::multimap<int, int>{{1, 2}, {1, 3}}), "{[1] = 2, [1] = 3}");
  const int numbers[] = {1, 2, 3};
  EXPECT_EQ(Shown(numbers), "{1, 2, 3}");
  EXPECT_EQ(Shown(std::span<const int>(numbers)), "{1, 2, 3}");
  EXPECT_EQ(Shown(std::initializer_list<int>{1, 2}), "{1, 2}");
}

TEST(CapturedTest, OneOfSeveral) {
  EXPECT_EQ(Shown(std::optional<int>(3)), "optional(3)");
  EXPECT_EQ(Shown(std::optional<int>()), "nullopt");
  EXPECT_EQ(Shown(std::pair<int, std::string>(1, "a")), "(1, \"a\")");
  EXPECT_EQ(Shown(std::tuple<int, char, double>(1, 'c', 0.5)), "(1, 'c', 0.5)");
  EXPECT_EQ(Shown(std::tuple<>()), "()");
  EXPECT_EQ(Shown(std::variant<int, std::string>("a")), "#1 \"a\"");
  EXPECT_EQ(Shown(std::monostate()), "()");
}

TEST(CapturedTest, Pointers) {
  EXPECT_EQ(Shown(std::make_unique<int>(4)), "-> 4");
  EXPECT_EQ(Shown(std::unique_ptr<int>()), "nullptr");
  EXPECT_EQ(Shown(std::make_shared<std::string>("s")), "-> \"s\"");
  const std::unique_ptr<int[]> several(new int[2]);
  EXPECT_EQ(Shown(several)[0], '0');
  const std::shared_ptr<void> any = std::make_shared<int>(1);
  EXPECT_EQ(Shown(any).substr(0, 2), "0x");
  int x = 5;
  EXPECT_EQ(Shown(std::ref(x)), "5");
}

TEST(CapturedTest, OtherClassesOfTheLibrary) {
  EXPECT_EQ(Shown(std::chrono::milliseconds(1500)), "1500ms");
  EXPECT_EQ(Shown(std::chrono::duration<double>(0.5)), "0.5s");
  EXPECT_EQ(Shown(std::chrono::duration<int, std::ratio<1, 3>>(2)), "2[1/3]s");
  using Clock = std::chrono::steady_clock;
  EXPECT_EQ(Shown(Clock::time_point(std::chrono::nanoseconds(7))), "epoch + 7ns");
  EXPECT_EQ(Shown(std::make_error_code(std::errc::invalid_argument)), "generic:22");
  EXPECT_EQ(Shown(std::runtime_error("no")), "std::runtime_error(\"no\")");
  const std::exception& base = std::out_of_range("far");
  EXPECT_EQ(Shown(base), "std::out_of_range(\"far\")");
  EXPECT_EQ(Shown(std::atomic<int>(6)), "6");
  EXPECT_EQ(Shown(std::bitset<4>(5)), "0b0101");
  EXPECT_EQ(Shown(std::complex<double>(1, 2)), "(1.0, 2.0)");
}

// A future's get() would wait, and what an any holds is not to be known.
TEST(CapturedTest, WhatMayHaveEffectsIsLeftAlone) {
  std::promise<int> promise;
  const std::shared_future<int> future = promise.get_future();
  EXPECT_EQ(Shown(future), "{16 bytes}");
  EXPECT_EQ(Shown(std::any(1)), "{16 bytes}");
  EXPECT_EQ(Shown(program::Closed()), "{48 bytes}");
}

TEST(CapturedTest, AClassSaysWhatIsToBeSeen) {
  const program::Account account{"ada", 12};
  EXPECT_EQ(Shown(account), "{owner = \"ada\", cents = 12}");
  EXPECT_EQ(Shown(std::vector<program::Price>{{1}, {2}}), "{1, 2}");
  EXPECT_EQ(Shown(program::Silent()), "{1 bytes}");
  EXPECT_EQ(Shown(std::make_unique<program::Secret>()), "-> redacted");
}

TEST(CapturedTest, LengthsAreLimitedAndSaid) {
  const std::vector<int> many(1000, 7);
  const std::string text = Shown(many);
  EXPECT_EQ(text.substr(0, 9), "{7, 7, 7,");
  EXPECT_NE(text.find("... 984 more}"), std::string::npos) << text;
  EXPECT_EQ(Shown(std::string(1000, 'x')), "\"" + std::string(160, 'x') + "\"... 840 more");
  const std::string wide = Shown(std::vector<std::string>(10, std::string(150, 'y')));
  EXPECT_LE(wide.size(), 600u);
  EXPECT_NE(wide.find("... 7 more}"), std::string::npos) << wide;
}

struct Chain {
  std::shared_ptr<Chain> next;
};
void ScopeCapture(Sink& sink, const Chain& chain) { sink.Field("next", chain.next); }

TEST(CapturedTest, DepthIsLimitedAndSaid) {
  Chain round;
  round.next.reset(&round, [](Chain*) {});
  EXPECT_EQ(Shown(round), "{next = -> {next = -> {next = -> ...}}}");
  round.next.reset();
}

// A text is cut between characters.
TEST(CapturedTest, ACutTextStaysUtf8) {
  std::string text;
  for (int i = 0; i < 100; ++i) text += "\u20ac";
  EXPECT_EQ(ReadCaptured(Bytes(text)).text.size() % 3, 0u);
}

std::string Sample() {
  const program::Account account{"ada", 12};
  using Row = std::tuple<std::map<int, std::string>, std::optional<double>, program::Account,
                         std::variant<int, bool>, std::chrono::seconds, std::error_code>;
  return Bytes(std::vector<Row>(
      3, Row({{1, "one"}, {2, "two"}}, 0.5, account, true, std::chrono::seconds(3), {})));
}

TEST(CapturedTest, EveryTruncationIsReadAndSaid) {
  const std::string whole = Sample();
  const std::string text = FormatCaptured(ReadCaptured(whole));
  EXPECT_EQ(text.find("..."), std::string::npos) << text;
  for (size_t size = 0; size < whole.size(); ++size) {
    EXPECT_NE(FormatCaptured(ReadCaptured(whole.substr(0, size))).find("..."), std::string::npos)
        << size;
  }
}

TEST(CapturedTest, DamagedBytesAreReadWithinBounds) {
  const std::string whole = Sample();
  for (size_t bit = 0; bit < whole.size() * 8; ++bit) {
    std::string damaged = whole;
    damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ 1 << bit % 8);
    EXPECT_LT(FormatCaptured(ReadCaptured(damaged)).size(), 64 * whole.size());
  }
  std::mt19937_64 random(1);
  for (int round = 0; round < 20000; ++round) {
    std::string noise(random() % 200, '\0');
    for (char& c : noise) c = static_cast<char>(random() % (round % 2 == 0 ? 256 : 34));
    EXPECT_LT(FormatCaptured(ReadCaptured(noise)).size(), 16000u);
  }
  const std::string deep(60000, static_cast<char>(kScopeCapturedTuple));
  EXPECT_LT(FormatCaptured(ReadCaptured(deep)).size(), 1000u);
}

}  // namespace
}  // namespace scope::trace
