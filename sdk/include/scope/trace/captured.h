// scope/trace/captured.h - reads the bytes of a captured object.
//
// Path:    a wide value of type Captured (scope/wire/captured.h) -> THIS -> text, JSON
// Threads: any.
// Fails:   never; bytes that make no sense, and what is missing at their end, become a More.

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "scope/wire/captured.h"

namespace scope::trace {

// One value and those in it.
struct Captured {
  scope_captured_tag tag = kScopeCapturedMore;
  // Numbers as they are; True is 1; of Text and Bits the size of the whole, kUnknownCount
  // if nobody knew; of a Sequence and Map
  // the number of elements, kUnknownCount if nobody knew; of an Alternative which one.
  uint64_t number = 0;
  uint64_t high = 0;         // Of 128 bits; the denominator of a Duration.
  double floating = 0;       // F32, F64, F80.
  std::string text;          // The text; the name of a type or category; '0' and '1'.
  std::string name;          // Of a field in a Record.
  bool cut = false;          // Elements, or the end of the text, were left out.
  std::vector<Captured> in;  // Elements; keys and values by turns; the value that it has.
};

inline constexpr uint64_t kUnknownCount = ~uint64_t{0};

Captured ReadCaptured(absl::string_view bytes);

// As a C++ programmer writes it: {"a", "b", ... 998 more}, optional(3), nullopt, {x = 1, y = 2}.
std::string FormatCaptured(const Captured& value);

// The text of a C++ string literal, with the quotes.
std::string QuoteText(absl::string_view text);

}  // namespace scope::trace
