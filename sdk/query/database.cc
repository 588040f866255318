#include <sqlite3.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "scope/query.h"
#include "sdk/query/module.h"
#include "sdk/query/read_only.h"
#include "sdk/query/reserved_names.h"
#include "sdk/query/source.h"
#include "sdk/query/tables/calls.h"
#include "sdk/query/tables/event_table.h"
#include "sdk/query/tables/functions.h"
#include "sdk/query/tables/list_table.h"
#include "sdk/query/tables/losses.h"

namespace scope::query {
namespace {

class TraceDatabase final : public Database {
 public:
  explicit TraceDatabase(std::unique_ptr<trace::TraceReader> reader) : source_(std::move(reader)) {}
  ~TraceDatabase() override { sqlite3_close_v2(database_); }

  absl::Status Start();

  absl::StatusOr<Statement> Prepare(absl::string_view& sql) override;
  void Interrupt() override {
    source_.interrupted = true;
    sqlite3_interrupt(database_);
  }
  void ClearInterrupt() override { source_.interrupted = false; }
  Progress progress() const override { return {source_.events_read}; }
  const std::vector<TableInfo>& tables() const override { return infos_; }
  const trace::TraceReader& reader() const override { return source_.trace(); }

 private:
  absl::Status Error() override;

  Source source_;
  std::vector<std::unique_ptr<Table>> tables_;
  std::vector<TableInfo> infos_;
  std::string refused_;
  sqlite3* database_ = nullptr;
};

absl::Status TraceDatabase::Start() {
  if (sqlite3_open(":memory:", &database_) != SQLITE_OK) {
    return absl::ResourceExhaustedError("SQLite cannot be started");
  }
  for (auto make : {MakeEvents, MakeCalls, MakeValues, MakeNodes, MakeFunctions, MakeTypes,
                    MakeThreads, MakeProcesses, MakeLosses, MakeMetrics, MakeHistory, MakePyramid,
                    MakeStateAt, MakeCallers, MakePath}) {
    tables_.push_back(make(source_));
  }
  std::vector<std::string> taken;
  for (const auto& table : tables_) taken.push_back(table->info().name);
  for (auto& table : MakeDeclared(source_, taken)) tables_.push_back(std::move(table));
  for (const auto& table : tables_) {
    if (absl::Status status = Register(database_, *table); !status.ok()) return status;
    infos_.push_back(table->info());
    // To declare its columns is a CREATE TABLE for SQLite: done once, and before those are refused.
    sqlite3_stmt* statement = nullptr;
    const std::string sql = absl::StrCat("SELECT 1 FROM ", QuotedName(table->info().name));
    sqlite3_prepare_v2(database_, sql.c_str(), -1, &statement, nullptr);
    sqlite3_finalize(statement);
  }
  AllowReadingOnly(database_, &refused_);
  return absl::OkStatus();
}

absl::StatusOr<Statement> TraceDatabase::Prepare(absl::string_view& sql) {
  refused_.clear();
  const QuotedSql quoted = QuoteReservedNames(sql);
  const std::string& text = quoted.text;
  sqlite3_stmt* statement = nullptr;
  const char* tail = nullptr;
  const int result =
      sqlite3_prepare_v2(database_, text.c_str(), static_cast<int>(text.size()), &statement, &tail);
  if (result != SQLITE_OK) return Error();
  sql.remove_prefix(quoted.GivenOffset(static_cast<size_t>(tail - text.c_str())));
  if (statement == nullptr) return absl::FailedPreconditionError("no statement");
  if (sqlite3_stmt_readonly(statement) == 0) {
    sqlite3_finalize(statement);
    return absl::PermissionDeniedError("a trace is only read: this statement would write");
  }
  return MakeStatement(statement);
}

absl::Status TraceDatabase::Error() {
  const int code = sqlite3_errcode(database_);
  if (source_.interrupted || code == SQLITE_INTERRUPT) return absl::CancelledError("interrupted");
  if (!refused_.empty()) {
    return absl::PermissionDeniedError(
        absl::StrCat("a trace is only read: ", std::exchange(refused_, ""), " is refused"));
  }
  if (code == SQLITE_NOMEM) return absl::ResourceExhaustedError("out of memory");
  return absl::InvalidArgumentError(sqlite3_errmsg(database_));
}

}  // namespace

bool IsComplete(const std::string& sql) { return sqlite3_complete(sql.c_str()) != 0; }

absl::StatusOr<std::unique_ptr<Database>> Database::Open(const std::string& directory) {
  auto reader = trace::TraceReader::Open(directory);
  if (!reader.ok()) return reader.status();
  return Open(*std::move(reader));
}

absl::StatusOr<std::unique_ptr<Database>> Database::Open(
    std::unique_ptr<trace::TraceReader> reader) {
  auto database = std::make_unique<TraceDatabase>(std::move(reader));
  if (absl::Status status = database->Start(); !status.ok()) return status;
  return std::unique_ptr<Database>(std::move(database));
}

Statement::Statement(Database& database, sqlite3_stmt* statement)
    : database_(&database), statement_(statement) {}

Statement::Statement(Statement&& other) noexcept
    : database_(other.database_), statement_(std::exchange(other.statement_, nullptr)) {}

Statement::~Statement() { sqlite3_finalize(statement_); }

absl::StatusOr<bool> Statement::Step() {
  const int result = sqlite3_step(statement_);
  if (result == SQLITE_ROW) return true;
  if (result == SQLITE_DONE) return false;
  return database_->Error();
}

int Statement::column_count() const { return sqlite3_column_count(statement_); }

std::string Statement::column_name(int column) const {
  const char* name = sqlite3_column_name(statement_, column);
  return name == nullptr ? "" : name;
}

CellKind Statement::Kind(int column) const {
  switch (sqlite3_column_type(statement_, column)) {
    case SQLITE_INTEGER:
      return CellKind::kInteger;
    case SQLITE_FLOAT:
      return CellKind::kReal;
    case SQLITE_TEXT:
      return CellKind::kText;
    case SQLITE_BLOB:
      return CellKind::kBlob;
    default:
      return CellKind::kNull;
  }
}

int64_t Statement::Integer(int column) const { return sqlite3_column_int64(statement_, column); }

double Statement::Real(int column) const { return sqlite3_column_double(statement_, column); }

absl::string_view Statement::Text(int column) const {
  const auto* bytes = static_cast<const char*>(sqlite3_column_blob(statement_, column));
  if (bytes == nullptr) return "";
  return {bytes, static_cast<size_t>(sqlite3_column_bytes(statement_, column))};
}

}  // namespace scope::query
