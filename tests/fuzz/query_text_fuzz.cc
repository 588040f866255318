// Any text as SQL and as the node that history() is asked for: nothing crashes, statements are
// taken off the text, and quotes that were added for table names can be taken out again.

#include <stdint.h>
#include <stdlib.h>

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "scope/query.h"
#include "sdk/query/reserved_names.h"
#include "tests/unit/trace/made_trace.h"

namespace {

void Require(bool holds) {
  if (!holds) abort();
}

// The trace must last as long as its reader.
scope::query::Database& TheDatabase() {
  static auto* trace = [] {
    auto* made =
        new scope::pipeline::MadeTrace({{{kScopeEventEnter}, {kScopeEventInit, kScopeValueI32}}});
    made->AddThread(0);
    made->Add(0, 2000);
    made->Add(1, 5);
    made->EndBlock();
    made->End();
    return made;
  }();
  static auto* database = scope::query::Database::Open(trace->directory())->release();
  return *database;
}

void CheckQuotes(const std::string& text) {
  const scope::query::QuotedSql quoted = scope::query::QuoteReservedNames(text);
  std::string given;
  size_t next = 0;
  for (size_t i = 0; i < quoted.text.size(); ++i) {
    if (next < quoted.added.size() && quoted.added[next] == i) {
      Require(quoted.text[i] == '"');
      ++next;
    } else {
      Require(quoted.GivenOffset(i) == given.size());
      given += quoted.text[i];
    }
  }
  Require(given == text);
}

// Compiled, which asks each table for a plan, and not run: a query may take forever.
void CompileAll(absl::string_view sql) {
  for (int i = 0; i < 100; ++i) {
    const size_t before = sql.size();
    const auto statement = TheDatabase().Prepare(sql);
    Require(sql.size() <= before);
    if (!statement.ok() && !absl::IsFailedPrecondition(statement.status())) return;
    if (sql.size() == before) return;
  }
}

void AskForNode(const std::string& text) {
  const std::string sql =
      absl::StrCat("SELECT * FROM history('", absl::StrReplaceAll(text, {{"'", "''"}}), "')");
  absl::string_view rest = sql;
  auto statement = TheDatabase().Prepare(rest);
  if (!statement.ok()) return;
  while (true) {
    const auto more = statement->Step();
    if (!more.ok() || !*more) return;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  CheckQuotes(text);
  CompileAll(text);
  if (text.find('\0') == std::string::npos) AskForNode(text);
  return 0;
}
