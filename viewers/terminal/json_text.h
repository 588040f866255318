// json_text.h - writes JSON, one object a line.
//
// Path:    facts of a trace -> THIS -> --json of every command
// Threads: one owner.
// Fails:   never; bytes that are no UTF-8 become U+FFFD, numbers that JSON lacks become strings.

#pragma once

#include <concepts>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace scope::viewers {

// Quoted and escaped.
std::string JsonString(absl::string_view text);
// The shortest text that reads back as the same double; "nan", "inf" and "-inf" as strings.
std::string JsonDouble(double value);
// Node and function ids: 16 hexadecimal digits in quotes.
std::string JsonId(uint64_t id);

// An object, member by member in the order of the calls.
class JsonObject {
 public:
  JsonObject& Text(absl::string_view key, absl::string_view value) {
    return Raw(key, JsonString(value));
  }
  template <std::integral T>
  JsonObject& Number(absl::string_view key, T value) {
    return Raw(key, absl::StrCat(value));
  }
  JsonObject& Bool(absl::string_view key, bool value) { return Raw(key, value ? "true" : "false"); }
  JsonObject& Null(absl::string_view key) { return Raw(key, "null"); }
  // `json` is written as it is.
  JsonObject& Raw(absl::string_view key, absl::string_view json);

  std::string Str() const { return absl::StrCat("{", members_, "}"); }

 private:
  std::string members_;
};

class JsonArray {
 public:
  void Add(absl::string_view json) { absl::StrAppend(&items_, items_.empty() ? "" : ", ", json); }
  std::string Str() const { return absl::StrCat("[", items_, "]"); }

 private:
  std::string items_;
};

}  // namespace scope::viewers
