// row_table.h - table-valued functions whose few rows are made at once.
//
// Path:    arguments -> a function -> THIS -> module.cc
// Threads: the Database's.
// Fails:   the function's status.

#pragma once

#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "sdk/query/table.h"

namespace scope::query {

// The last columns are the arguments; Make() gets their values in this order.
template <typename Row>
class RowTable final : public Table {
 public:
  using Make = std::function<absl::StatusOr<std::vector<Row>>(const std::vector<Value>&)>;
  using Set = std::function<void(const Row& row, int column, Cell& cell)>;

  RowTable(TableInfo info, Make make, Set set)
      : Table(std::move(info)), make_(std::move(make)), set_(std::move(set)) {}

  double RowCount() const override { return 100; }
  std::unique_ptr<Cursor> Open() const override { return std::make_unique<Rows>(*this); }

 private:
  class Rows final : public Cursor {
   public:
    explicit Rows(const RowTable& table) : table_(table) {}

    absl::Status Begin(const Plan& plan) override {
      std::vector<Value> arguments;
      const auto& columns = table_.info().columns;
      for (size_t i = 0; i < columns.size(); ++i) {
        if (!columns[i].is_argument) continue;
        arguments.emplace_back();
        for (const Constraint& constraint : plan.constraints) {
          if (constraint.column == static_cast<int>(i)) arguments.back() = constraint.values[0];
        }
      }
      auto rows = table_.make_(arguments);
      if (!rows.ok()) return rows.status();
      rows_ = *std::move(rows);
      at_ = 0;
      return absl::OkStatus();
    }
    absl::Status Next() override {
      ++at_;
      return absl::OkStatus();
    }
    bool AtEnd() const override { return at_ >= rows_.size(); }
    int64_t RowId() const override { return static_cast<int64_t>(at_); }
    void Column(int column, Cell& cell) override { table_.set_(rows_[at_], column, cell); }

   private:
    const RowTable& table_;
    std::vector<Row> rows_;
    size_t at_ = 0;
  };

  Make make_;
  Set set_;
};

}  // namespace scope::query
