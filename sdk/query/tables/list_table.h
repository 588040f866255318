// list_table.h - tables of what is known before the first event: nodes, functions, types, threads.
//
// Path:    TraceReader's tables -> THIS -> module.cc
// Threads: the Database's.
// Fails:   the status of a count of events, where a column needs it.

#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "sdk/query/source.h"
#include "sdk/query/table.h"

namespace scope::query {

// The first column is the row's number.
struct ListColumn {
  TableColumn facts;
  std::function<void(size_t row, Cell& cell)> set;
  bool needs_counts = false;  // of events
};

class ListTable final : public Table {
 public:
  ListTable(Source& source, TableInfo info, std::vector<ListColumn> columns, size_t rows);

  bool Takes(int column, Op op) const override { return column == 0 && op == Op::kEqual; }
  bool Ascends(int column) const override { return column == 0; }
  bool IsKey(int column) const override { return column == 0; }
  double RowCount() const override { return static_cast<double>(rows_) + 1; }
  double StartCost() const override { return 0; }
  double CostShare(int /*column*/, Op /*op*/) const override { return 1 / RowCount(); }
  std::unique_ptr<Cursor> Open() const override;

 private:
  Source& source_;
  std::vector<ListColumn> columns_;
  size_t rows_;
};

std::unique_ptr<Table> MakeNodes(Source& source);
std::unique_ptr<Table> MakeFunctions(Source& source);
std::unique_ptr<Table> MakeTypes(Source& source);
std::unique_ptr<Table> MakeThreads(Source& source);
std::unique_ptr<Table> MakeProcesses(Source& source);

}  // namespace scope::query
