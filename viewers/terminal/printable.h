// printable.h - makes text from a stranger's program safe to show on a terminal.
//
// Path:    names and values of a trace, command lines -> THIS -> every text view
// Threads: any.
// Fails:   never; bytes that are no UTF-8 become \xNN.

#pragma once

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

namespace scope::viewers {

// Control characters, characters that change the direction of text and broken UTF-8 become visible
// escapes (\n, \x1b, \u202e); everything else stays. One line stays one line.
std::string Printable(absl::string_view text);

// Decodes the character at the front of `text`. Returns its length in bytes; 0: broken UTF-8.
size_t DecodeUtf8(absl::string_view text, uint32_t& code);

}  // namespace scope::viewers
