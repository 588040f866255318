#include "sdk/query/reserved_names.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace scope::query {
namespace {

bool IsNamePart(char c) {
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '$' ||
         (static_cast<unsigned char>(c) & 0x80) != 0;
}

// Behind the character that ends it; the end of the text, if nothing does.
size_t SkipQuoted(absl::string_view sql, size_t at) {
  const char end = sql[at] == '[' ? ']' : sql[at];
  const size_t found = sql.find(end, at + 1);
  return found == absl::string_view::npos ? sql.size() : found + 1;
}

// Behind the comment that begins at `at`; `at` if none does.
size_t SkipComment(absl::string_view sql, size_t at) {
  const absl::string_view rest = sql.substr(at);
  if (!absl::StartsWith(rest, "--") && !absl::StartsWith(rest, "/*")) return at;
  const absl::string_view end = rest[0] == '-' ? "\n" : "*/";
  const size_t found = rest.find(end, 2);
  return found == absl::string_view::npos ? sql.size() : at + found + end.size();
}

size_t SkipBlanks(absl::string_view sql, size_t at) {
  while (at < sql.size()) {
    const size_t behind = absl::ascii_isspace(static_cast<unsigned char>(sql[at])) != 0
                              ? at + 1
                              : SkipComment(sql, at);
    if (behind == at) break;
    at = behind;
  }
  return at;
}

}  // namespace

size_t QuotedSql::GivenOffset(size_t offset) const {
  const auto behind = std::lower_bound(added.begin(), added.end(), offset);
  return offset - static_cast<size_t>(behind - added.begin());
}

QuotedSql QuoteReservedNames(absl::string_view sql) {
  QuotedSql quoted;
  for (size_t at = 0; at < sql.size();) {
    const char c = sql[at];
    size_t end = SkipComment(sql, at);
    bool is_table = false;
    if (end == at && (c == '\'' || c == '"' || c == '`' || c == '[')) end = SkipQuoted(sql, at);
    if (end == at && IsNamePart(c)) {
      while (end < sql.size() && IsNamePart(sql[end])) ++end;
      const size_t next = SkipBlanks(sql, end);
      is_table = absl::EqualsIgnoreCase(sql.substr(at, end - at), "values") &&
                 (next == sql.size() || sql[next] != '(');
    }
    if (end == at) ++end;
    const absl::string_view part = sql.substr(at, end - at);
    if (is_table) quoted.added.push_back(quoted.text.size());
    absl::StrAppend(&quoted.text, is_table ? "\"" : "", part, is_table ? "\"" : "");
    if (is_table) quoted.added.push_back(quoted.text.size() - 1);
    at = end;
  }
  return quoted;
}

}  // namespace scope::query
