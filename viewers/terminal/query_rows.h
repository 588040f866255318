// query_rows.h - the answer to a SQL statement: a table for people, CSV or JSON for programs.
//
// Path:    query::Statement -> THIS -> scope query
// Threads: one owner.
// Fails:   the statement's status. Memory: the first rows of a table, which fix its widths.

#pragma once

#include <cstdint>
#include <functional>

#include "absl/status/statusor.h"
#include "scope/query.h"
#include "viewers/terminal/paint.h"
#include "viewers/terminal/text_sink.h"

namespace scope::viewers {

enum class RowFormat { kTable, kCsv, kJson };

struct RowStyle {
  RowFormat format = RowFormat::kTable;
  Paint paint;
  size_t cell_width_max = 60;  // of a table; what is longer is cut off with an ellipsis
};

// Runs the statement to its end, or until nobody reads any more. Returns the number of rows.
//   kTable  control characters are shown as escapes; NULL is "NULL"
//   kCsv    RFC 4180, names first; NULL is empty, an empty text is ""; a blob is hexadecimal
//   kJson   an object a row, without line breaks; a blob is hexadecimal; nan and inf are strings
absl::StatusOr<uint64_t> ShowRows(query::Statement& statement, const RowStyle& style,
                                  const TextSink& sink);

// The tables and their columns, a line each. `json`: an object a table.
std::string SchemaText(const std::vector<query::TableInfo>& tables, const Paint& paint);
std::string SchemaJson(const std::vector<query::TableInfo>& tables);

}  // namespace scope::viewers
