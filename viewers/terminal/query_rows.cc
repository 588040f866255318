#include "viewers/terminal/query_rows.h"

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "viewers/terminal/json_text.h"
#include "viewers/terminal/printable.h"
#include "viewers/terminal/text_width.h"

namespace scope::viewers {
namespace {

using query::CellKind;
using query::Statement;

constexpr size_t kRowsForWidths = 500;

std::string Hex(absl::string_view bytes) { return absl::BytesToHexString(bytes); }

std::string NumberText(const Statement& row, int column) {
  if (row.Kind(column) == CellKind::kInteger) return absl::StrCat(row.Integer(column));
  const std::string json = JsonDouble(row.Real(column));
  return json[0] == '"' ? json.substr(1, json.size() - 2) : json;
}

class JsonRows {
 public:
  explicit JsonRows(const Statement& statement) {
    std::set<std::string> taken;
    for (int i = 0; i < statement.column_count(); ++i) {
      // Two members of one name would be one for most readers.
      std::string name = statement.column_name(i);
      for (int number = 2; !taken.insert(name).second; ++number) {
        name = absl::StrCat(statement.column_name(i), "_", number);
      }
      keys_.push_back(JsonString(name));
    }
  }

  bool Show(const Statement& row, const TextSink& sink) {
    std::string line = "{";
    for (int i = 0; i < row.column_count(); ++i) {
      absl::StrAppend(&line, i == 0 ? "" : ", ", keys_[static_cast<size_t>(i)], ": ", Json(row, i));
    }
    return sink(line + "}\n");
  }

  bool Finish(const TextSink&) { return true; }

 private:
  static std::string Json(const Statement& row, int column) {
    switch (row.Kind(column)) {
      case CellKind::kNull:
        return "null";
      case CellKind::kInteger:
        return absl::StrCat(row.Integer(column));
      case CellKind::kReal:
        return JsonDouble(row.Real(column));
      case CellKind::kText:
        return JsonString(row.Text(column));
      case CellKind::kBlob:
        return JsonString(Hex(row.Text(column)));
    }
    return "null";
  }

  std::vector<std::string> keys_;
};

class CsvRows {
 public:
  explicit CsvRows(const Statement& statement) {
    for (int i = 0; i < statement.column_count(); ++i) {
      absl::StrAppend(&names_, i == 0 ? "" : ",", Quoted(statement.column_name(i)));
    }
    names_ += "\r\n";
  }

  bool Show(const Statement& row, const TextSink& sink) {
    std::string line = std::exchange(names_, "");
    for (int i = 0; i < row.column_count(); ++i) {
      absl::StrAppend(&line, i == 0 ? "" : ",", Csv(row, i));
    }
    return sink(line + "\r\n");
  }

  bool Finish(const TextSink& sink) { return names_.empty() || sink(names_); }

 private:
  static std::string Quoted(absl::string_view text) {
    const bool plain = !text.empty() && text.find_first_of(",\"\r\n") == absl::string_view::npos;
    if (plain) return std::string(text);
    return absl::StrCat("\"", absl::StrReplaceAll(text, {{"\"", "\"\""}}), "\"");
  }

  static std::string Csv(const Statement& row, int column) {
    switch (row.Kind(column)) {
      case CellKind::kNull:
        return "";
      case CellKind::kText:
        return Quoted(row.Text(column));
      case CellKind::kBlob:
        return Hex(row.Text(column));
      default:
        return NumberText(row, column);
    }
  }

  std::string names_;
};

class TableRows {
 public:
  TableRows(const Statement& statement, const RowStyle& style) : style_(style) {
    for (int i = 0; i < statement.column_count(); ++i) {
      columns_.push_back({Printable(statement.column_name(i))});
    }
  }

  bool Show(const Statement& row, const TextSink& sink) {
    std::vector<Cell> cells;
    for (int i = 0; i < row.column_count(); ++i) {
      const CellKind kind = row.Kind(i);
      Cell cell{"", kind == CellKind::kNull};
      if (kind == CellKind::kNull) {
        cell.text = "NULL";
      } else if (kind == CellKind::kText) {
        cell.text = Fit(Printable(row.Text(i)), style_.cell_width_max);
      } else if (kind == CellKind::kBlob) {
        cell.text = Fit(Hex(row.Text(i)), style_.cell_width_max);
      } else {
        cell.text = NumberText(row, i);
      }
      if (!started_) {
        Column& column = columns_[static_cast<size_t>(i)];
        column.is_text = column.is_text || kind == CellKind::kText || kind == CellKind::kBlob;
        column.width = std::max(column.width, TextWidth(cell.text));
      }
      cells.push_back(std::move(cell));
    }
    if (started_) return sink(Line(cells));
    first_.push_back(std::move(cells));
    return first_.size() < kRowsForWidths || Start(sink);
  }

  bool Finish(const TextSink& sink) { return started_ || Start(sink); }

 private:
  struct Column {
    std::string title;
    size_t width = 0;
    bool is_text = false;
  };
  struct Cell {
    std::string text;
    bool is_null = false;
  };

  // Widths and sides are known: shows the titles and what was waiting.
  bool Start(const TextSink& sink) {
    started_ = true;
    std::string titles;
    for (Column& column : columns_) {
      column.width = std::max(column.width, TextWidth(column.title));
      absl::StrAppend(&titles, "  ", Padded(column, column.title));
    }
    absl::StripTrailingAsciiWhitespace(&titles);
    bool goes_on = columns_.empty() || sink(style_.paint.Dim(titles) + "\n");
    for (const std::vector<Cell>& cells : first_) goes_on = goes_on && sink(Line(cells));
    first_.clear();
    return goes_on;
  }

  static std::string Padded(const Column& column, const std::string& text) {
    return column.is_text ? PadRight(text, column.width) : PadLeft(text, column.width);
  }

  std::string Line(const std::vector<Cell>& cells) const {
    std::string line;
    for (size_t i = 0; i < cells.size(); ++i) {
      const std::string padded = Padded(columns_[i], cells[i].text);
      const bool last = i + 1 == cells.size();
      std::string text = last ? std::string(absl::StripTrailingAsciiWhitespace(padded)) : padded;
      absl::StrAppend(&line, "  ", cells[i].is_null ? style_.paint.Dim(text) : text);
    }
    return line + "\n";
  }

  const RowStyle& style_;
  std::vector<Column> columns_;
  std::vector<std::vector<Cell>> first_;
  bool started_ = false;
};

template <typename Rows>
absl::StatusOr<uint64_t> ShowAll(Statement& statement, Rows rows, const TextSink& sink) {
  uint64_t count = 0;
  while (true) {
    const auto more = statement.Step();
    if (!more.ok()) {
      if (count > 0) rows.Finish(sink);
      return more.status();
    }
    if (!*more) break;
    ++count;
    if (!rows.Show(statement, sink)) return count;
  }
  rows.Finish(sink);
  return count;
}

}  // namespace

absl::StatusOr<uint64_t> ShowRows(Statement& statement, const RowStyle& style,
                                  const TextSink& sink) {
  switch (style.format) {
    case RowFormat::kJson:
      return ShowAll(statement, JsonRows(statement), sink);
    case RowFormat::kCsv:
      return ShowAll(statement, CsvRows(statement), sink);
    case RowFormat::kTable:
      break;
  }
  return ShowAll(statement, TableRows(statement, style), sink);
}

std::string SchemaText(const std::vector<query::TableInfo>& tables, const Paint& paint) {
  std::string text;
  for (const query::TableInfo& table : tables) {
    absl::StrAppend(&text, text.empty() ? "" : "\n", paint.Bold(Printable(table.name)), "  ",
                    Printable(table.what), "\n");
    size_t width = 0;
    for (const auto& column : table.columns) width = std::max(width, TextWidth(column.name));
    for (const query::TableColumn& column : table.columns) {
      absl::StrAppend(&text, "  ", paint.Name(PadRight(Printable(column.name), width)), "  ",
                      PadRight(column.type, 7), "  ", column.is_argument ? "argument: " : "",
                      Printable(column.what), "\n");
    }
  }
  return text;
}

std::string SchemaJson(const std::vector<query::TableInfo>& tables) {
  std::string text;
  for (const query::TableInfo& table : tables) {
    JsonArray columns;
    for (const query::TableColumn& column : table.columns) {
      columns.Add(JsonObject()
                      .Text("name", column.name)
                      .Text("type", column.type)
                      .Text("what", column.what)
                      .Bool("argument", column.is_argument)
                      .Str());
    }
    absl::StrAppend(&text,
                    JsonObject()
                        .Text("table", table.name)
                        .Text("what", table.what)
                        .Raw("columns", columns.Str())
                        .Str(),
                    "\n");
  }
  return text;
}

}  // namespace scope::viewers
