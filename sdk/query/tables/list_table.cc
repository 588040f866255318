#include "sdk/query/tables/list_table.h"

#include <algorithm>

#include "sdk/query/bounds.h"

namespace scope::query {
namespace {

class ListCursor final : public Cursor {
 public:
  ListCursor(Source& source, const std::vector<ListColumn>& columns, size_t rows)
      : source_(source), columns_(columns), rows_(rows) {}

  absl::Status Begin(const Plan& plan) override {
    const Bounds bounds = BoundsOf(plan, 0);
    row_ = bounds.is_empty() ? 1 : bounds.first;
    end_ = bounds.is_empty() ? 0 : std::min<uint64_t>(rows_, bounds.last + (bounds.last < rows_));
    for (size_t i = 0; i < columns_.size(); ++i) {
      if (!columns_[i].needs_counts) continue;
      if ((plan.columns_used >> std::min<size_t>(i, 63) & 1) == 0) continue;
      if (const auto counts = source_.Counts(); !counts.ok()) return counts.status();
    }
    return absl::OkStatus();
  }
  absl::Status Next() override {
    ++row_;
    return absl::OkStatus();
  }
  bool AtEnd() const override { return row_ >= end_; }
  int64_t RowId() const override { return static_cast<int64_t>(row_); }
  void Column(int column, Cell& cell) override {
    if (column == 0) return cell.Unsigned(row_);
    columns_[static_cast<size_t>(column)].set(row_, cell);
  }

 private:
  Source& source_;
  const std::vector<ListColumn>& columns_;
  size_t rows_;
  uint64_t row_ = 0;
  uint64_t end_ = 0;
};

TableInfo WithColumns(TableInfo info, const std::vector<ListColumn>& columns) {
  for (const ListColumn& column : columns) info.columns.push_back(column.facts);
  return info;
}

}  // namespace

ListTable::ListTable(Source& source, TableInfo info, std::vector<ListColumn> columns, size_t rows)
    : Table(WithColumns(std::move(info), columns)),
      source_(source),
      columns_(std::move(columns)),
      rows_(rows) {}

std::unique_ptr<Cursor> ListTable::Open() const {
  return std::make_unique<ListCursor>(source_, columns_, rows_);
}

}  // namespace scope::query
