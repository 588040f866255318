// reserved_names.h - lets tables have names that SQL keeps for itself.
//
// Path:    SQL as it was written -> THIS -> SQLite
// Threads: any.
// Fails:   never; text that is no SQL passes as it is.

#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace scope::query {

struct QuotedSql {
  std::string text;
  std::vector<size_t> added;  // where in `text` the quotes are that were added

  // What was written at `offset` in `text` as it was given.
  size_t GivenOffset(size_t offset) const;
};

// VALUES begins a list in parentheses. Where none follows it is the table, and gets its quotes.
// Texts, quoted names and comments stay as they are.
QuotedSql QuoteReservedNames(absl::string_view sql);

}  // namespace scope::query
