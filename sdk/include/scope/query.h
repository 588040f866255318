// scope/query.h - SQL over a recorded trace, without import. docs/query.md lists the tables.
//
// Path:    scope.data/ -> TraceReader -> THIS (SQLite virtual tables) -> scope query, viewers,
// yours Threads: one Database, one thread; Interrupt() and progress() from any thread or signal
// handler. Fails:   absl::Status: InvalidArgument for SQL that makes no sense, with SQLite's own
// words;
//          PermissionDenied for statements that would not only read; Cancelled after Interrupt().

#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "scope/trace/reader.h"

struct sqlite3;
struct sqlite3_stmt;

namespace scope::query {

struct TableColumn {
  std::string name;
  std::string type;          // INTEGER, REAL, TEXT; empty: as the value is
  std::string what;          // one line
  bool is_argument = false;  // of a table-valued function
};

struct TableInfo {
  std::string name;
  std::string what;  // one line
  std::vector<TableColumn> columns;
};

// What a Database has had to read since it was opened.
struct Progress {
  uint64_t events = 0;  // that the trace reader delivered
};

enum class CellKind { kNull, kInteger, kReal, kText, kBlob };

// A prepared statement. The Database must outlive it.
class Statement {
 public:
  Statement(Statement&& other) noexcept;
  Statement& operator=(Statement&&) = delete;
  ~Statement();

  // True: there is a row. False: there are no more.
  absl::StatusOr<bool> Step();

  int column_count() const;
  std::string column_name(int column) const;
  // Of the current row. Text and Blob stay valid until the next Step().
  CellKind Kind(int column) const;
  int64_t Integer(int column) const;
  double Real(int column) const;
  absl::string_view Text(int column) const;  // of any kind but NULL; a blob's bytes

 private:
  friend class Database;
  Statement(class Database& database, sqlite3_stmt* statement);

  Database* database_;
  sqlite3_stmt* statement_;
};

// Text that ends a statement: there is a semicolon behind it.
bool IsComplete(const std::string& sql);

class Database {
 public:
  // `directory`: as for TraceReader::Open().
  static absl::StatusOr<std::unique_ptr<Database>> Open(const std::string& directory);
  static absl::StatusOr<std::unique_ptr<Database>> Open(std::unique_ptr<trace::TraceReader> reader);
  virtual ~Database() = default;

  // Prepares the first statement of `sql` and takes it off. FailedPrecondition: there is none, just
  // blanks and comments.
  virtual absl::StatusOr<Statement> Prepare(absl::string_view& sql) = 0;

  // Ends what runs, with Cancelled. ClearInterrupt() before the next.
  virtual void Interrupt() = 0;
  virtual void ClearInterrupt() = 0;

  virtual Progress progress() const = 0;
  virtual const std::vector<TableInfo>& tables() const = 0;
  virtual const trace::TraceReader& reader() const = 0;

 protected:
  Statement MakeStatement(sqlite3_stmt* statement) { return Statement(*this, statement); }

 private:
  friend class Statement;
  // What went wrong in the last call.
  virtual absl::Status Error() = 0;
};

}  // namespace scope::query
