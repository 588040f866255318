// format_wide.h - values of more than 64 bits as a person writes them.
//
// Path:    Event.bytes -> THIS -> FormatValue
// Threads: any.
// Fails:   never; too few bytes are said.

#pragma once

#include <string>

#include "absl/strings/string_view.h"
#include "scope/trace/reader.h"

namespace scope::trace {

// Decimal digits of a 128-bit integer whose bytes are in the order of the machine; at most 16.
std::string FormatInteger(absl::string_view bytes, bool is_signed);

// The shortest text that reads back as the same number. `bytes`: the 10 of the x87 format.
std::string FormatLongDouble(absl::string_view bytes);

// The same for any format, told apart by the bits of the significand.
std::string FormatFloatBytes(absl::string_view bytes, uint64_t significand_bits);

// 'a', '\n', 'é'; of `bytes` (1, 2 or 4) bytes.
std::string FormatCharacter(uint64_t code, uint32_t bytes);

// In double quotes; what is no printable ASCII is escaped, but for bytes from 0x80 on.
std::string FormatText(absl::string_view text);

std::string FormatWide(const Event& event);

}  // namespace scope::trace
