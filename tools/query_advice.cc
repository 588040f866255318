#include "tools/query_advice.h"

#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "tools/nearest.h"
#include "tools/trace_arguments.h"
#include "viewers/terminal/printable.h"

namespace scope::tools {
namespace {

std::vector<std::string> TableNames(const query::Database& database) {
  std::vector<std::string> names;
  for (const query::TableInfo& table : database.tables()) names.push_back(table.name);
  return names;
}

std::vector<std::string> ColumnNames(const query::Database& database) {
  std::vector<std::string> names;
  for (const query::TableInfo& table : database.tables()) {
    for (const query::TableColumn& column : table.columns) names.push_back(column.name);
  }
  return names;
}

// "e.nam" -> "nam"
std::string LastPart(absl::string_view name) {
  const size_t dot = name.rfind('.');
  return std::string(dot == absl::string_view::npos ? name : name.substr(dot + 1));
}

std::string Suggestion(const query::Database& database, absl::string_view message) {
  for (const char* begin : {"no such table: ", "no such table-valued function: "}) {
    if (absl::ConsumePrefix(&message, begin)) {
      const std::string near = DidYouMean(LastPart(message), TableNames(database));
      return near.empty() ? "; 'scope query --schema' lists the tables" : near;
    }
  }
  if (absl::ConsumePrefix(&message, "no such column: ")) {
    const std::string near = DidYouMean(LastPart(message), ColumnNames(database));
    return near.empty() ? "; 'scope query --schema' lists the columns" : near;
  }
  if (absl::ConsumePrefix(&message, "no variable matches \"")) {
    std::string name(message.substr(0, message.find_first_of("\"@")));
    return DidYouMean(name, VariableNames(database.reader()));
  }
  return "";
}

}  // namespace

std::string QueryAdvice(const query::Database& database, const absl::Status& status) {
  const std::string message(status.message());
  return viewers::Printable(absl::StrCat(message, Suggestion(database, message)));
}

}  // namespace scope::tools
