// SQL over a trace from a program of one's own: query TRACE SQL prints the first column.

#include <cstdio>

#include "scope/query.h"

int main(int, char** argv) {
  const auto database = scope::query::Database::Open(argv[1]);
  if (!database.ok()) return 1;
  absl::string_view sql = argv[2];
  auto statement = (*database)->Prepare(sql);
  if (!statement.ok()) return 2;
  auto more = statement->Step();
  for (; more.ok() && *more; more = statement->Step()) {
    const absl::string_view text = statement->Text(0);
    std::printf("%.*s\n", static_cast<int>(text.size()), text.data());
  }
  return more.ok() ? 0 : 3;
}
