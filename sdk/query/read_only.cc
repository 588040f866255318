#include "sdk/query/read_only.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace scope::query {
namespace {

const char* WordOf(int action) {
  switch (action) {
    case SQLITE_ATTACH:
      return "ATTACH";
    case SQLITE_DETACH:
      return "DETACH";
    case SQLITE_PRAGMA:
      return "PRAGMA";
    case SQLITE_INSERT:
      return "INSERT";
    case SQLITE_UPDATE:
      return "UPDATE";
    case SQLITE_DELETE:
      return "DELETE";
    case SQLITE_TRANSACTION:
      return "a transaction";
    case SQLITE_SAVEPOINT:
      return "SAVEPOINT";
    case SQLITE_ANALYZE:
      return "ANALYZE";
    case SQLITE_REINDEX:
      return "REINDEX";
    default:
      return "CREATE, DROP and ALTER";
  }
}

// Those that only tell.
bool IsHarmlessPragma(const char* name) {
  for (const char* known : {"table_info", "table_xinfo", "table_list", "function_list",
                            "compile_options", "collation_list"}) {
    if (name != nullptr && absl::EqualsIgnoreCase(name, known)) return true;
  }
  return false;
}

int Authorize(void* refused, int action, const char* first, const char* second, const char*,
              const char*) {
  std::string& word = *static_cast<std::string*>(refused);
  switch (action) {
    case SQLITE_SELECT:
    case SQLITE_READ:
    case SQLITE_RECURSIVE:
      return SQLITE_OK;
    case SQLITE_FUNCTION:
      if (second == nullptr || !absl::EqualsIgnoreCase(second, "load_extension")) return SQLITE_OK;
      word = "load_extension()";
      return SQLITE_DENY;
    case SQLITE_PRAGMA:
      if (IsHarmlessPragma(first)) return SQLITE_OK;
      word = absl::StrCat("PRAGMA ", first == nullptr ? "" : first);
      return SQLITE_DENY;
    default:
      word = WordOf(action);
      return SQLITE_DENY;
  }
}

}  // namespace

void AllowReadingOnly(sqlite3* database, std::string* refused) {
  sqlite3_set_authorizer(database, Authorize, refused);
}

}  // namespace scope::query
