// table.h - rows of text in aligned columns.
//
// Path:    cells of printable text -> THIS -> lines of a report
// Threads: one owner.
// Fails:   never; a row may have fewer cells than there are columns.

#pragma once

#include <string>
#include <vector>

#include "viewers/terminal/paint.h"

namespace scope::viewers {

class Table {
 public:
  enum class Align { kLeft, kRight };
  struct Column {
    std::string title;
    Align align = Align::kLeft;
    size_t width_max = 60;
  };

  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}

  void Add(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }

  // Two spaces in front of each line and between columns, titles first, nothing behind the last
  // cell.
  std::string Text(const Paint& paint) const;

 private:
  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace scope::viewers
