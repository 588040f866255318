// table.h - one SQL table, and a walk over its rows: what a file of sdk/query/tables/ implements.
//
// Path:    tables/ -> THIS -> module.cc, which SQLite calls
// Threads: the Database's.
// Fails:   absl::Status, which becomes SQLite's error message.

#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "scope/query.h"
#include "sdk/query/cell.h"

namespace scope::query {

enum class Op : char { kEqual = '=', kGreater = '>', kAtLeast = 'g', kLess = '<', kAtMost = 'l' };

struct BlobValue {};  // equals no column
using Value = std::variant<std::monostate, int64_t, double, std::string, BlobValue>;

// A constraint that SQLite leaves to the table. Of kEqual there may be several values: any of them.
struct Constraint {
  int column = 0;
  Op op = Op::kEqual;
  std::vector<Value> values;
};

// What a query wants of the table.
struct Plan {
  uint64_t columns_used = ~uint64_t{0};  // bit 63: any column from 63 on
  std::vector<Constraint> constraints;
  std::vector<int>
      order;  // rows are to come sorted by these columns, of which Table::Groups() holds
  bool distinct = false;  // and one row of equal ones will do
};

class Cursor {
 public:
  virtual ~Cursor() = default;
  // To the first row.
  virtual absl::Status Begin(const Plan& plan) = 0;
  virtual absl::Status Next() = 0;
  virtual bool AtEnd() const = 0;
  virtual void Column(int column, Cell& cell) = 0;
  // The same in every walk of a statement, and of no other row: SQLite takes the rows of several
  // walks together by it (OR).
  virtual int64_t RowId() const = 0;
};

class Table {
 public:
  explicit Table(TableInfo info) : info_(std::move(info)) {}
  virtual ~Table() = default;

  const TableInfo& info() const { return info_; }

  // The table leaves out every row that does not meet such a constraint; SQLite does not look
  // again.
  virtual bool Takes(int /*column*/, Op /*op*/) const { return false; }
  // The table leaves out some rows that do not meet such a constraint; SQLite looks at the rest.
  virtual bool Thins(int /*column*/, Op /*op*/) const { return false; }
  // Takes several values at once, too.
  virtual bool TakesSet(int /*column*/) const { return false; }
  // Rows come in its ascending order.
  virtual bool Ascends(int /*column*/) const { return false; }
  // At most one row for each value of it.
  virtual bool IsKey(int /*column*/) const { return false; }
  // While only such columns are used, rows cost less than a pass, and come sorted as is asked for.
  virtual bool Groups(int /*column*/) const { return false; }
  virtual double RowCount() const { return 1000; }
  // Of beginning a walk, in rows.
  virtual double StartCost() const { return 100; }
  // How much of the work for all rows is left with such a constraint.
  virtual double CostShare(int /*column*/, Op /*op*/) const { return 1; }
  virtual std::unique_ptr<Cursor> Open() const = 0;

 private:
  TableInfo info_;
};

}  // namespace scope::query
