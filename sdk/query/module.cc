#include "sdk/query/module.h"

#include <algorithm>
#include <cstdlib>
#include <optional>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace scope::query {
namespace {

struct OpenTable {
  sqlite3_vtab base;  // first: SQLite knows only this
  const Table* table;
};

struct OpenCursor {
  sqlite3_vtab_cursor base;
  std::unique_ptr<Cursor> cursor;
};

const Table& TableOf(sqlite3_vtab* base) { return *reinterpret_cast<OpenTable*>(base)->table; }
OpenCursor& CursorOf(sqlite3_vtab_cursor* base) { return *reinterpret_cast<OpenCursor*>(base); }

int Fail(sqlite3_vtab* table, absl::string_view message) {
  sqlite3_free(table->zErrMsg);
  table->zErrMsg = sqlite3_mprintf("%.*s", static_cast<int>(message.size()), message.data());
  return SQLITE_ERROR;
}

int Result(sqlite3_vtab* table, const absl::Status& status) {
  if (status.ok()) return SQLITE_OK;
  if (absl::IsCancelled(status)) return SQLITE_INTERRUPT;
  const absl::string_view message = status.message();
  return Fail(table, std::string(message.data(), message.size()));
}

int Connect(sqlite3* database, void* table, int, const char* const*, sqlite3_vtab** open, char**) {
  std::string sql = "CREATE TABLE t(";
  const TableInfo& info = static_cast<const Table*>(table)->info();
  for (const TableColumn& column : info.columns) {
    absl::StrAppend(&sql, &column == &info.columns[0] ? "" : ", ", QuotedName(column.name), " ",
                    column.type, column.is_argument ? " HIDDEN" : "");
  }
  sql += ")";
  if (const int result = sqlite3_declare_vtab(database, sql.c_str()); result != SQLITE_OK) {
    return result;
  }
  *open = &(new OpenTable{{}, static_cast<const Table*>(table)})->base;
  return SQLITE_OK;
}

int Disconnect(sqlite3_vtab* table) {
  delete reinterpret_cast<OpenTable*>(table);
  return SQLITE_OK;
}

std::optional<Op> OpOf(unsigned char op) {
  switch (op) {
    case SQLITE_INDEX_CONSTRAINT_EQ:
      return Op::kEqual;
    case SQLITE_INDEX_CONSTRAINT_GT:
      return Op::kGreater;
    case SQLITE_INDEX_CONSTRAINT_GE:
      return Op::kAtLeast;
    case SQLITE_INDEX_CONSTRAINT_LT:
      return Op::kLess;
    case SQLITE_INDEX_CONSTRAINT_LE:
      return Op::kAtMost;
    default:
      return std::nullopt;
  }
}

// An argument of a table-valued function that is missing, or comes from a table that is not there
// yet.
int CheckArguments(sqlite3_vtab* base, const sqlite3_index_info& info) {
  const TableInfo& facts = TableOf(base).info();
  for (int column = 0; column < static_cast<int>(facts.columns.size()); ++column) {
    if (!facts.columns[column].is_argument) continue;
    bool given = false;
    bool usable = false;
    for (int i = 0; i < info.nConstraint; ++i) {
      const auto& constraint = info.aConstraint[i];
      if (constraint.iColumn != column || constraint.op != SQLITE_INDEX_CONSTRAINT_EQ) continue;
      given = true;
      usable = usable || constraint.usable != 0;
    }
    if (!given) {
      return Fail(base, absl::StrCat(facts.what.substr(0, facts.what.find(':')),
                                     ": an argument is missing, ", facts.columns[column].what));
    }
    if (!usable) return SQLITE_CONSTRAINT;
  }
  return SQLITE_OK;
}

// True while no other columns are used than those that Table::Groups() is about.
bool UsesGroupsOnly(const Table& table, const sqlite3_index_info& info) {
  const int columns = static_cast<int>(table.info().columns.size());
  for (int i = 0; i < columns; ++i) {
    if ((info.colUsed >> std::min(i, 63) & 1) != 0 && !table.Groups(i)) return false;
  }
  return true;
}

// How the table meets ORDER BY, GROUP BY or DISTINCT: its part of the plan. Nothing: SQLite sorts.
std::string Order(const Table& table, sqlite3_index_info& info) {
  std::string order;
  bool ascends = true;
  for (int i = 0; i < info.nOrderBy; ++i) {
    ascends = ascends && info.aOrderBy[i].desc == 0;
    absl::StrAppend(&order, i == 0 ? ";o" : ",", info.aOrderBy[i].iColumn);
  }
  if (info.nOrderBy == 0 || !ascends) return "";
  if (UsesGroupsOnly(table, info)) {
    info.orderByConsumed = 1;
    // 2 and 3: of a DISTINCT, one of equal rows will do.
    if (sqlite3_vtab_distinct(&info) >= 2) order += ";d";
    return order;
  }
  if (info.nOrderBy == 1 && table.Ascends(info.aOrderBy[0].iColumn)) info.orderByConsumed = 1;
  return "";
}

// The plan goes to Filter() as text: the columns that are used; then for each argument its column,
// its operator, and 's' for a set; then "o" and the columns to sort by, "d" for one of equal rows.
int BestIndex(sqlite3_vtab* base, sqlite3_index_info* info) {
  if (const int result = CheckArguments(base, *info); result != SQLITE_OK) return result;
  const Table& table = TableOf(base);
  std::string plan = absl::StrCat(info->colUsed);
  double rows = table.RowCount();
  double cost = rows;
  int arguments = 0;
  bool unique = false;
  for (int i = 0; i < info->nConstraint; ++i) {
    const auto& constraint = info->aConstraint[i];
    const std::optional<Op> op = OpOf(constraint.op);
    if (constraint.usable == 0 || !op || constraint.iColumn < 0) continue;
    const TableColumn& column = table.info().columns[static_cast<size_t>(constraint.iColumn)];
    const bool takes = column.is_argument || table.Takes(constraint.iColumn, *op);
    if (!takes && !table.Thins(constraint.iColumn, *op)) continue;
    if (column.type == "TEXT" && absl::string_view(sqlite3_vtab_collation(info, i)) != "BINARY") {
      continue;
    }
    const bool is_set =
        *op == Op::kEqual && table.TakesSet(constraint.iColumn) && sqlite3_vtab_in(info, i, 1) != 0;
    info->aConstraintUsage[i].argvIndex = ++arguments;
    info->aConstraintUsage[i].omit = takes ? 1 : 0;
    absl::StrAppend(&plan, ";", constraint.iColumn, std::string(1, static_cast<char>(*op)),
                    is_set ? "s" : "");
    if (column.is_argument) continue;
    unique = unique || (*op == Op::kEqual && table.IsKey(constraint.iColumn));
    // One that saves no work is no reason to go through the table once for each row of another.
    const double share = table.CostShare(constraint.iColumn, *op);
    cost *= share;
    if (share < 1) rows /= *op == Op::kEqual ? 40 : 4;
  }
  plan += Order(table, *info);
  rows = unique ? 1 : std::max(rows, 1.0);
  info->estimatedRows = static_cast<sqlite3_int64>(rows);
  info->estimatedCost = table.StartCost() + cost + rows;
  info->idxFlags = unique ? SQLITE_INDEX_SCAN_UNIQUE : 0;
  info->idxStr = sqlite3_mprintf("%s", plan.c_str());
  info->needToFreeIdxStr = 1;
  return SQLITE_OK;
}

Value ValueOf(sqlite3_value* value) {
  switch (sqlite3_value_type(value)) {
    case SQLITE_INTEGER:
      return static_cast<int64_t>(sqlite3_value_int64(value));
    case SQLITE_FLOAT:
      return sqlite3_value_double(value);
    case SQLITE_NULL:
      return {};
    case SQLITE_BLOB:
      return BlobValue();
    default: {
      const auto* text = static_cast<const char*>(sqlite3_value_blob(value));
      return std::string(text == nullptr ? "" : text,
                         static_cast<size_t>(sqlite3_value_bytes(value)));
    }
  }
}

Plan PlanOf(const char* text, sqlite3_value** arguments) {
  Plan plan;
  const std::vector<std::string> parts = absl::StrSplit(text, ';');
  plan.columns_used = std::strtoull(parts[0].c_str(), nullptr, 10);
  for (size_t i = 1; i < parts.size(); ++i) {
    if (parts[i][0] == 'd') plan.distinct = true;
    if (parts[i][0] == 'o') {
      for (const absl::string_view column : absl::StrSplit(parts[i].substr(1), ',')) {
        int number = 0;
        if (absl::SimpleAtoi(column, &number)) plan.order.push_back(number);
      }
    }
    if (parts[i][0] == 'd' || parts[i][0] == 'o') continue;
    char* end = nullptr;
    Constraint& constraint = plan.constraints.emplace_back();
    constraint.column = static_cast<int>(std::strtol(parts[i].c_str(), &end, 10));
    constraint.op = static_cast<Op>(*end);
    sqlite3_value* const argument = arguments[i - 1];
    if (end[1] != 's') {
      constraint.values.push_back(ValueOf(argument));
      continue;
    }
    sqlite3_value* value = nullptr;
    int result = sqlite3_vtab_in_first(argument, &value);
    for (; result == SQLITE_OK && value != nullptr;
         result = sqlite3_vtab_in_next(argument, &value)) {
      constraint.values.push_back(ValueOf(value));
    }
  }
  return plan;
}

int OpenRows(sqlite3_vtab* table, sqlite3_vtab_cursor** open) {
  *open = &(new OpenCursor{{}, TableOf(table).Open()})->base;
  return SQLITE_OK;
}

int Close(sqlite3_vtab_cursor* cursor) {
  delete &CursorOf(cursor);
  return SQLITE_OK;
}

int Filter(sqlite3_vtab_cursor* base, int, const char* plan, int, sqlite3_value** arguments) {
  OpenCursor& open = CursorOf(base);
  return Result(base->pVtab, open.cursor->Begin(PlanOf(plan, arguments)));
}

int Next(sqlite3_vtab_cursor* base) { return Result(base->pVtab, CursorOf(base).cursor->Next()); }

int AtEnd(sqlite3_vtab_cursor* base) { return CursorOf(base).cursor->AtEnd() ? 1 : 0; }

int Column(sqlite3_vtab_cursor* base, sqlite3_context* context, int column) {
  Cell cell(context);
  CursorOf(base).cursor->Column(column, cell);
  return SQLITE_OK;
}

int RowId(sqlite3_vtab_cursor* base, sqlite3_int64* row) {
  *row = CursorOf(base).cursor->RowId();
  return SQLITE_OK;
}

// Without xCreate: the table is there without CREATE, and without xUpdate only to be read.
const sqlite3_module kModule = {
    .iVersion = 0,
    .xCreate = nullptr,
    .xConnect = Connect,
    .xBestIndex = BestIndex,
    .xDisconnect = Disconnect,
    .xDestroy = nullptr,
    .xOpen = OpenRows,
    .xClose = Close,
    .xFilter = Filter,
    .xNext = Next,
    .xEof = AtEnd,
    .xColumn = Column,
    .xRowid = RowId,
    .xUpdate = nullptr,
    .xBegin = nullptr,
    .xSync = nullptr,
    .xCommit = nullptr,
    .xRollback = nullptr,
    .xFindFunction = nullptr,
    .xRename = nullptr,
    .xSavepoint = nullptr,
    .xRelease = nullptr,
    .xRollbackTo = nullptr,
    .xShadowName = nullptr,
};

}  // namespace

std::string QuotedName(const std::string& name) {
  std::string text = "\"";
  for (const char c : name) absl::StrAppend(&text, c == '"' ? "\"\"" : std::string(1, c));
  return text + '"';
}

absl::Status Register(sqlite3* database, const Table& table) {
  const int result = sqlite3_create_module_v2(database, table.info().name.c_str(), &kModule,
                                              const_cast<Table*>(&table), nullptr);
  if (result == SQLITE_OK) return absl::OkStatus();
  return absl::InternalError(
      absl::StrCat("SQLite refuses the table ", table.info().name, ": ", sqlite3_errstr(result)));
}

}  // namespace scope::query
