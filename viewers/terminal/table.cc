#include "viewers/terminal/table.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "viewers/terminal/text_width.h"

namespace scope::viewers {

std::string Table::Text(const Paint& paint) const {
  std::vector<size_t> widths;
  for (const Column& column : columns_) widths.push_back(TextWidth(column.title));
  for (const auto& row : rows_) {
    for (size_t i = 0; i < row.size() && i < widths.size(); ++i) {
      widths[i] = std::max(widths[i], std::min(TextWidth(row[i]), columns_[i].width_max));
    }
  }
  const auto line = [&](const auto& cell_of, size_t cells) {
    std::string text;
    for (size_t i = 0; i < cells && i < widths.size(); ++i) {
      const std::string cell = Fit(cell_of(i), widths[i]);
      const bool right = columns_[i].align == Align::kRight;
      absl::StrAppend(&text, "  ", right ? PadLeft(cell, widths[i]) : PadRight(cell, widths[i]));
    }
    absl::StripTrailingAsciiWhitespace(&text);
    return text;
  };

  std::string text;
  const bool titled = std::any_of(columns_.begin(), columns_.end(),
                                  [](const Column& column) { return !column.title.empty(); });
  if (titled) {
    const auto title = [&](size_t i) -> const std::string& { return columns_[i].title; };
    absl::StrAppend(&text, paint.Dim(line(title, columns_.size())), "\n");
  }
  for (const auto& row : rows_) {
    const auto cell = [&](size_t i) -> const std::string& { return row[i]; };
    absl::StrAppend(&text, line(cell, row.size()), "\n");
  }
  return text;
}

}  // namespace scope::viewers
