// text_width.h - how many columns text takes on a terminal, and text of an exact width.
//
// Path:    printable text -> THIS -> tables and rows
// Threads: any.
// Fails:   never.

#pragma once

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"

namespace scope::viewers {

// East Asian wide characters and emoji take two columns, combining marks none.
size_t TextWidth(absl::string_view text);

// At most `width` columns; what is cut off is marked by an ellipsis.
std::string Fit(absl::string_view text, size_t width);

std::string PadRight(absl::string_view text, size_t width);
std::string PadLeft(absl::string_view text, size_t width);

}  // namespace scope::viewers
