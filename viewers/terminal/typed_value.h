// typed_value.h - compares and writes the 64 bits of a value as its type says.
//
// Path:    Event::bits, Node::value_type -> THIS -> histories, JSON
// Threads: any.
// Fails:   never; unknown types are read as unsigned numbers.

#pragma once

#include <cstdint>
#include <string>

#include "scope/trace/reader.h"

namespace scope::viewers {

bool IsFloating(scope_value_type type);
// Integers, floats, bool and char of any width: there is a smallest and a largest, and a curve to
// draw.
bool IsNumeric(scope_value_type type);

// Exact for integers. False where either is NaN.
bool LessThan(scope_value_type type, uint64_t a, uint64_t b);
double AsDouble(scope_value_type type, uint64_t bits);
// The same for events of one variable, wide ones too.
bool LessThan(const trace::Event& a, const trace::Event& b);
double AsDouble(const trace::Event& event);

// A JSON number, true or false; strings for pointers ("0x..."), characters ("a"), "nan" and "inf";
// null without a value.
std::string ValueJson(scope_value_type type, uint64_t bits);
// The same for any event that is no gap: 128-bit integers and long doubles are numbers with all
// their digits, text is a string.
std::string ValueJson(const trace::Event& event);

}  // namespace scope::viewers
