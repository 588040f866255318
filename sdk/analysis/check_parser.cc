// The grammar of checks. docs/check.md shows it.

#include <cctype>
#include <cmath>
#include <cstdlib>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "scope/analysis/check.h"

namespace scope::analysis {
namespace {

constexpr size_t kTextMax = 4096;

using Kind = CheckTerm::Kind;

struct Function {
  const char* name;
  Kind kind;
};
constexpr Function kFunctions[] = {
    {"calls", Kind::kCalls}, {"exceptions", Kind::kExceptions}, {"duration", Kind::kDuration}};
constexpr Function kAggregates[] = {{"min", Kind::kMin},     {"max", Kind::kMax},
                                    {"mean", Kind::kMean},   {"sum", Kind::kSum},
                                    {"count", Kind::kCount}, {"first", Kind::kFirst},
                                    {"last", Kind::kLast},   {"changes", Kind::kChanges}};
struct Unit {
  const char* name;
  long double factor;
};
constexpr Unit kUnits[] = {{"ns", 1},   {"us", 1e3L},   {"ms", 1e6L},
                           {"s", 1e9L}, {"min", 60e9L}, {"h", 3600e9L}};

class Parser {
 public:
  explicit Parser(absl::string_view text) : text_(text) {}

  absl::StatusOr<Check> Parse() {
    if (text_.size() > kTextMax) return Fail(0, "the check is too long");
    Check check;
    check.text = std::string(absl::StripAsciiWhitespace(text_));
    bool quantified = TakeQuantifier(check.quantifier);
    if (!quantified && Peek("no")) {
      Take("no");
      if (!Take("losses")) return Fail(at_, "'losses' must follow 'no'");
      check.kind = Check::Kind::kNoLosses;
      return End(std::move(check));
    }
    if (absl::Status status = Term(check.left); !status.ok()) return status;
    if (!quantified) {
      Skip();
      const size_t begin = at_;
      quantified = TakeQuantifier(check.quantifier);
      if (quantified && check.quantifier == Check::Quantifier::kNever && TakeChange(check.kind)) {
        return Change(std::move(check), begin);
      }
    }
    if (!TakeOperator(check.op)) {
      return Fail(at_,
                  "one of < <= > >= = != must follow, or 'never decreases', 'never increases', "
                  "'never changes'");
    }
    if (absl::Status status = Term(check.right); !status.ok()) return status;
    if (!quantified) TakeQuantifier(check.quantifier);
    if (check.left.kind == Kind::kText) return Fail(0, "a text stands on the right side");
    const bool mixes = (IsSeries(check.left) && IsWhole(check.right)) ||
                       (IsWhole(check.left) && IsSeries(check.right));
    if (mixes) {
      return Fail(0, absl::StrCat("'", check.left.text, "' and '", check.right.text,
                                  "': one has many values, the other one for the whole trace; put "
                                  "the first into min(), max(), last() ..."));
    }
    const bool has_text = check.right.kind == Kind::kText;
    const bool equals =
        check.op == Check::Operator::kEqual || check.op == Check::Operator::kNotEqual;
    if (has_text && check.left.kind != Kind::kVariable) {
      return Fail(0, "only a variable is compared with a text");
    }
    if (has_text && !equals) return Fail(0, "a text is compared with = or !=");
    return End(std::move(check));
  }

 private:
  absl::Status Fail(size_t at, absl::string_view what) const {
    return absl::InvalidArgumentError(absl::StrCat("column ", at + 1, ": ", what));
  }

  static bool IsSeries(const CheckTerm& term) {
    return term.kind == Kind::kVariable || term.kind == Kind::kDuration;
  }
  static bool IsWhole(const CheckTerm& term) {
    return !IsSeries(term) && term.kind != Kind::kNumber && term.kind != Kind::kText;
  }

  absl::StatusOr<Check> Change(Check check, size_t begin) {
    if (check.left.kind != Kind::kVariable && check.left.kind != Kind::kDuration) {
      return Fail(begin, "only a variable or duration(F) changes");
    }
    if (Take("in")) {
      if (!Take("each") || !Take("call")) return Fail(at_, "'each call' must follow 'in'");
      check.per_call = true;
    }
    return End(std::move(check));
  }

  absl::StatusOr<Check> End(Check check) {
    Skip();
    if (at_ < text_.size()) return Fail(at_, "nothing more is expected here");
    return check;
  }

  void Skip() {
    while (at_ < text_.size() && absl::ascii_isspace(text_[at_])) ++at_;
  }

  static bool IsWord(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return absl::ascii_isalnum(byte) || c == '_' || byte >= 0x80;
  }

  // A whole word, without taking it.
  bool Peek(absl::string_view word) {
    Skip();
    if (text_.substr(at_, word.size()) != word) return false;
    const size_t end = at_ + word.size();
    return end == text_.size() || !(IsWord(text_[end]) || text_[end] == '@' || text_[end] == '(' ||
                                    text_[end] == ':' || text_[end] == '.');
  }
  bool Take(absl::string_view word) {
    if (!Peek(word)) return false;
    at_ += word.size();
    return true;
  }

  bool TakeQuantifier(Check::Quantifier& quantifier) {
    using Quantifier = Check::Quantifier;
    for (const auto& [word, meaning] :
         {std::pair("always", Quantifier::kAlways), std::pair("never", Quantifier::kNever),
          std::pair("eventually", Quantifier::kEventually)}) {
      if (!Take(word)) continue;
      quantifier = meaning;
      return true;
    }
    return false;
  }

  bool TakeChange(Check::Kind& kind) {
    for (const auto& [word, meaning] : {std::pair("decreases", Check::Kind::kNeverDecreases),
                                        std::pair("increases", Check::Kind::kNeverIncreases),
                                        std::pair("changes", Check::Kind::kNeverChanges)}) {
      if (!Take(word)) continue;
      kind = meaning;
      return true;
    }
    return false;
  }

  bool TakeOperator(Check::Operator& op) {
    using Operator = Check::Operator;
    Skip();
    for (const auto& [sign, meaning] :
         {std::pair("<=", Operator::kLessEqual), std::pair(">=", Operator::kGreaterEqual),
          std::pair("!=", Operator::kNotEqual), std::pair("==", Operator::kEqual),
          std::pair("<", Operator::kLess), std::pair(">", Operator::kGreater),
          std::pair("=", Operator::kEqual)}) {
      const absl::string_view written(sign);
      if (text_.substr(at_, written.size()) != written) continue;
      at_ += written.size();
      op = meaning;
      return true;
    }
    return false;
  }

  absl::Status Term(CheckTerm& term) {
    Skip();
    const size_t begin = at_;
    absl::Status status = TermAt(term);
    if (status.ok()) term.text = std::string(text_.substr(begin, at_ - begin));
    return status;
  }

  absl::Status TermAt(CheckTerm& term) {
    Skip();
    if (at_ >= text_.size()) {
      return Fail(at_, "a value must follow: a number, a variable, calls(F), max(X), ...");
    }
    const char c = text_[at_];
    const bool is_signed = (c == '-' || c == '+' || c == '.') && at_ + 1 < text_.size() &&
                           (absl::ascii_isdigit(text_[at_ + 1]) || text_[at_ + 1] == '.');
    if (absl::ascii_isdigit(c) || is_signed) return Number(term);
    if (c == '"') return Quoted(term);
    if (Take("true") || Take("false")) {
      term.number = text_[at_ - 4] == 't' ? 1 : 0;
      return absl::OkStatus();
    }
    if (Take("losses")) {
      term.kind = Kind::kLosses;
      return absl::OkStatus();
    }
    const size_t begin = at_;
    if (c == '\'') return Variable(term);
    while (at_ < text_.size() && IsWord(text_[at_])) ++at_;
    const absl::string_view word = text_.substr(begin, at_ - begin);
    Skip();
    if (at_ < text_.size() && text_[at_] == '(') {
      ++at_;
      return Call(word, begin, term);
    }
    at_ = begin;
    return Variable(term);
  }

  absl::Status Call(absl::string_view word, size_t begin, CheckTerm& term) {
    for (const Function& function : kFunctions) {
      if (word != function.name) continue;
      term.kind = function.kind;
      return FunctionName(term.name);
    }
    for (const Function& aggregate : kAggregates) {
      if (word != aggregate.name) continue;
      CheckTerm inner;
      if (absl::Status status = Term(inner); !status.ok()) return status;
      if (inner.kind != Kind::kVariable && inner.kind != Kind::kDuration) {
        return Fail(begin, absl::StrCat(word, "() takes a variable or duration(F)"));
      }
      term.kind = aggregate.kind;
      term.name = inner.name;
      term.of_duration = inner.kind == Kind::kDuration;
      Skip();
      if (at_ >= text_.size() || text_[at_] != ')') return Fail(at_, "')' must follow");
      ++at_;
      return absl::OkStatus();
    }
    return Fail(begin, absl::StrCat("there is no ", word,
                                    "(): calls, exceptions, duration, min, "
                                    "max, mean, sum, count, first, last, changes"));
  }

  // Up to the parenthesis that closes: 'ns::C<int>::operator()' holds some of its own.
  absl::Status FunctionName(std::string& name) {
    Skip();
    const size_t begin = at_;
    int open = 1;
    for (; at_ < text_.size(); ++at_) {
      if (text_[at_] == '(') ++open;
      if (text_[at_] == ')' && --open == 0) break;
    }
    if (at_ >= text_.size()) return Fail(at_, "')' must follow");
    name = std::string(absl::StripAsciiWhitespace(text_.substr(begin, at_ - begin)));
    if (name.size() > 1 && name.front() == '\'' && name.back() == '\'') {
      name = name.substr(1, name.size() - 2);
    }
    if (name.empty()) return Fail(begin, "the name of a function must follow");
    ++at_;
    return absl::OkStatus();
  }

  absl::Status Variable(CheckTerm& term) {
    term.kind = Kind::kVariable;
    const size_t begin = at_;
    if (text_[at_] == '\'') {
      const size_t end = text_.find('\'', at_ + 1);
      if (end == absl::string_view::npos) return Fail(begin, "the quote is not closed");
      term.name = std::string(text_.substr(at_ + 1, end - at_ - 1));
      at_ = end + 1;
      if (at_ < text_.size() && text_[at_] == '@') term.name += std::string(TakePlace());
    } else {
      while (at_ < text_.size() && (IsWord(text_[at_]) || Is(text_[at_], ".[]*?"))) ++at_;
      if (at_ < text_.size() && text_[at_] == '@') TakePlace();
      term.name = std::string(text_.substr(begin, at_ - begin));
    }
    if (term.name.empty()) {
      return Fail(begin, "a value must follow: a number, a variable, calls(F), max(X), ...");
    }
    return absl::OkStatus();
  }

  // "@src/app.cc:12"
  absl::string_view TakePlace() {
    const size_t begin = at_;
    while (at_ < text_.size() && !absl::ascii_isspace(text_[at_]) && !Is(text_[at_], "<>=!()'\"")) {
      ++at_;
    }
    return text_.substr(begin, at_ - begin);
  }

  absl::Status Number(CheckTerm& term) {
    const size_t begin = at_;
    const std::string rest(text_.substr(at_, 64));
    char* end = nullptr;
    term.number = std::strtold(rest.c_str(), &end);
    at_ += static_cast<size_t>(end - rest.c_str());
    const size_t unit = at_;
    while (at_ < text_.size() && IsWord(text_[at_])) ++at_;
    const absl::string_view word = text_.substr(unit, at_ - unit);
    if (word.empty() && at_ > begin) return absl::OkStatus();
    for (const Unit& known : kUnits) {
      if (word != known.name) continue;
      term.number *= known.factor;
      return absl::OkStatus();
    }
    return Fail(unit, absl::StrCat("'", word, "' is no unit: ns, us, ms, s, min, h"));
  }

  absl::Status Quoted(CheckTerm& term) {
    term.kind = Kind::kText;
    const size_t begin = at_++;
    while (at_ < text_.size() && text_[at_] != '"') {
      if (text_[at_] == '\\' && at_ + 1 < text_.size()) ++at_;
      term.name += text_[at_++];
    }
    if (at_ >= text_.size()) return Fail(begin, "the quote is not closed");
    ++at_;
    return absl::OkStatus();
  }

  static bool Is(char c, absl::string_view any) { return any.find(c) != absl::string_view::npos; }

  absl::string_view text_;
  size_t at_ = 0;
};

}  // namespace

absl::StatusOr<Check> ParseCheck(absl::string_view text) { return Parser(text).Parse(); }

}  // namespace scope::analysis
