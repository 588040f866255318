// cell.h - what a trace says, as a value of SQLite.
//
// Path:    events, types, names -> THIS -> the current row's columns
// Threads: any.
// Fails:   never; what is not known is NULL.

#pragma once

#include <sqlite3.h>

#include <cstdint>

#include "absl/strings/string_view.h"
#include "scope/trace/reader.h"

namespace scope::query {

class Cell {
 public:
  explicit Cell(sqlite3_context* context) : context_(context) {}

  // A column that is not set is NULL.
  void Null() { sqlite3_result_null(context_); }
  void Integer(int64_t value) { sqlite3_result_int64(context_, value); }
  // Above 2^63 - 1, which is where integers of SQLite end, the nearest double.
  void Unsigned(uint64_t value);
  // NaN becomes NULL: SQLite has none.
  void Real(double value) { sqlite3_result_double(context_, value); }
  void Text(absl::string_view text);
  void TextOrNull(absl::string_view text) { text.empty() ? Null() : Text(text); }
  // `text` outlives the statement.
  void LastingText(absl::string_view text);
  void Blob(absl::string_view bytes);
  // 16 hexadecimal digits.
  void Id(uint64_t id);
  // NULL if it is `none`.
  void NumberOr(uint64_t value, uint64_t none) { value == none ? Null() : Unsigned(value); }

  // The value of an event: INTEGER of integers, bools, enumerations and pointers, REAL of floating
  // point, TEXT of characters and text, and of objects that describe themselves, BLOB of others.
  void Value(const trace::Event& event);
  // One member of a declared event's struct.
  void Field(const trace::Type::Member& member, absl::string_view bytes);

 private:
  void Scalar(scope_value_type type, uint64_t bits);
  void Wide(const trace::Event& event);
  void Captured(absl::string_view bytes);

  sqlite3_context* context_;
};

}  // namespace scope::query
