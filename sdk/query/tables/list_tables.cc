// nodes, functions, types, threads and processes, column by column.

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "scope/trace/event_words.h"
#include "sdk/query/tables/list_table.h"

namespace scope::query {
namespace {

ListColumn Number(const char* name, const char* what, std::function<uint64_t(size_t)> of) {
  return {{name, "INTEGER", what},
          [of = std::move(of)](size_t row, Cell& cell) { cell.Unsigned(of(row)); }};
}

// NULL where it is `none`.
ListColumn NumberOr(uint64_t none, const char* name, const char* what,
                    std::function<uint64_t(size_t)> of) {
  return {{name, "INTEGER", what},
          [of = std::move(of), none](size_t row, Cell& cell) { cell.NumberOr(of(row), none); }};
}

ListColumn Text(const char* name, const char* what, std::function<std::string(size_t)> of) {
  return {{name, "TEXT", what},
          [of = std::move(of)](size_t row, Cell& cell) { cell.Text(of(row)); }};
}

// NULL where it is empty.
ListColumn KnownText(const char* name, const char* what, std::function<std::string(size_t)> of) {
  return {{name, "TEXT", what},
          [of = std::move(of)](size_t row, Cell& cell) { cell.TextOrNull(of(row)); }};
}

ListColumn Id(const char* name, const char* what, std::function<uint64_t(size_t)> of) {
  return {{name, "TEXT", what}, [of = std::move(of)](size_t row, Cell& cell) {
            of(row) == 0 ? cell.Null() : cell.Id(of(row));
          }};
}

ListColumn RowNumber(const char* name, const char* what) {
  return {{name, "INTEGER", what}, nullptr};
}

std::unique_ptr<Table> Make(Source& source, const char* name, const char* what,
                            std::vector<ListColumn> columns, size_t rows) {
  return std::make_unique<ListTable>(source, TableInfo{name, what, {}}, std::move(columns), rows);
}

const char* TypeKindWord(trace::TypeKind kind) {
  static constexpr const char* kWords[] = {
      "other", "bool",   "signed", "unsigned", "float",          "char",    "pointer", "reference",
      "enum",  "struct", "union",  "array",    "member_pointer", "complex", "vector"};
  const auto number = static_cast<size_t>(kind);
  return number < std::size(kWords) ? kWords[number] : "other";
}

// "int x; char name[8]"
std::string MembersText(const trace::Type* type) {
  std::string text;
  if (type == nullptr) return text;
  for (const trace::Type::Member& member : type->members) {
    absl::StrAppend(&text, text.empty() ? "" : "; ",
                    member.type == nullptr ? "?" : member.type->name, " ", member.name);
  }
  return text;
}

std::string EnumeratorsText(const trace::Type* type) {
  std::string text;
  if (type == nullptr) return text;
  for (const trace::Type::Enumerator& one : type->enumerators) {
    absl::StrAppend(&text, text.empty() ? "" : ", ", one.name, " = ", one.value);
  }
  return text;
}

}  // namespace

std::unique_ptr<Table> MakeNodes(Source& source) {
  const auto& nodes = source.trace().nodes();
  const Catalog& catalog = source.catalog();
  std::vector<uint64_t> skipped(nodes.size());
  absl::flat_hash_map<uint64_t, uint64_t> skipped_by_id;
  for (const trace::Meter& meter : source.trace().meters()) skipped_by_id[meter.id] = meter.skipped;
  for (const trace::Node& node : nodes) {
    // Of several nodes with one id, the first: sums stay right.
    const auto found = skipped_by_id.find(node.id);
    if (found == skipped_by_id.end()) continue;
    skipped[node.number] = found->second;
    skipped_by_id.erase(found);
  }
  std::vector<ListColumn> columns = {
      RowNumber("node", "its number in this trace"),
      Id("id", "the same in every build; copies of an inline function share it",
         [&nodes](size_t i) { return nodes[i].id; }),
      Text("kind", "enter, exit, init, assign, ...",
           [&nodes](size_t i) { return trace::KindWord(nodes[i].kind); }),
      Text("name", "variable, condition, callee", [&nodes](size_t i) { return nodes[i].name; }),
      Number("function", "number of its function",
             [&catalog](size_t i) { return catalog.FunctionOf(static_cast<uint32_t>(i)); }),
      KnownText("file", "absolute; NULL: not known", [&nodes](size_t i) { return nodes[i].file; }),
      NumberOr(0, "line", "from 1; NULL: not known", [&nodes](size_t i) { return nodes[i].line; }),
      NumberOr(0, "col", "from 1", [&nodes](size_t i) { return nodes[i].column; }),
      NumberOr(0, "end_line", "where it ends", [&nodes](size_t i) { return nodes[i].end_line; }),
      NumberOr(0, "end_col", "where it ends", [&nodes](size_t i) { return nodes[i].end_column; }),
      NumberOr(Catalog::kNone, "type", "number of its type",
               [&catalog](size_t i) { return catalog.TypeOf(static_cast<uint32_t>(i)); }),
      Text("value_type", "how its values were recorded: i32, f64, text, ...",
           [&nodes](size_t i) { return trace::TypeWord(nodes[i].value_type); }),
      KnownText("unit", "of its values, as it was declared",
                [&nodes](size_t i) { return nodes[i].unit; }),
      KnownText("module", "the binary that it is in",
                [&source, &nodes](size_t i) {
                  const auto& modules = source.trace().modules();
                  return nodes[i].module < modules.size() ? modules[nodes[i].module].path : "";
                }),
      Id("loop", "id of the loop around it", [&nodes](size_t i) { return nodes[i].loop; }),
      Number("redacted", "1: its values were never written down",
             [&nodes](size_t i) { return nodes[i].redacted ? 1 : 0; }),
      Number("events", "how many of its events are in the trace",
             [&source](size_t i) { return (**source.Counts())[i]; }),
      Number("skipped", "by --sample and --rate",
             [skipped = std::move(skipped)](size_t i) { return skipped[i]; }),
  };
  columns[columns.size() - 2].needs_counts = true;
  return Make(source, "nodes", "what was compiled in: each place that can report",
              std::move(columns), nodes.size());
}

std::unique_ptr<Table> MakeFunctions(Source& source) {
  const auto& functions = source.catalog().functions();
  std::vector<std::vector<uint32_t>> enters(functions.size());
  for (const trace::Node& node : source.trace().nodes()) {
    if (node.kind != kScopeEventEnter) continue;
    enters[source.catalog().FunctionOf(node.number)].push_back(node.number);
  }
  std::vector<ListColumn> columns = {
      RowNumber("function", "its number in this trace"),
      Id("id", "the same in every build", [&](size_t i) { return functions[i].id; }),
      Text("name", "qualified; '?': not known", [&](size_t i) { return functions[i].facts->name; }),
      KnownText("signature", "with parameters",
                [&](size_t i) { return functions[i].facts->signature; }),
      KnownText("file", "absolute; NULL: not known",
                [&](size_t i) { return functions[i].facts->file; }),
      NumberOr(0, "line", "from 1", [&](size_t i) { return functions[i].facts->line; }),
      Number("by_hand", "1: reported with scope/report.h",
             [&](size_t i) { return functions[i].facts->by_hand ? 1 : 0; }),
      Number("calls", "how often it was entered", [&source, enters = std::move(enters)](size_t i) {
        uint64_t calls = 0;
        for (const uint32_t node : enters[i]) calls += (**source.Counts())[node];
        return calls;
      })};
  columns.back().needs_counts = true;
  return Make(source, "functions", "functions with at least one node", std::move(columns),
              functions.size());
}

std::unique_ptr<Table> MakeTypes(Source& source) {
  const Catalog& catalog = source.catalog();
  const auto& types = catalog.types();
  const auto facts = [&types](size_t i) { return types[i].facts; };
  return Make(
      source, "types", "types of values, and what they are made of",
      {RowNumber("type", "its number in this trace"),
       Text("name", "as in the source", [&](size_t i) { return types[i].name; }),
       KnownText("kind", "signed, struct, enum, ...; NULL: only the name is known",
                 [=](size_t i) { return facts(i) == nullptr ? "" : TypeKindWord(facts(i)->kind); }),
       NumberOr(0, "bytes", "size",
                [=](size_t i) { return facts(i) == nullptr ? 0 : facts(i)->bytes; }),
       NumberOr(Catalog::kNone, "element", "type that it points to, or that its elements have",
                [=, &catalog](size_t i) {
                  return facts(i) == nullptr ? Catalog::kNone : catalog.NumberOf(facts(i)->element);
                }),
       NumberOr(0, "count", "of an array's elements",
                [=](size_t i) {
                  const bool is_array =
                      facts(i) != nullptr && facts(i)->kind == trace::TypeKind::kArray;
                  return is_array ? facts(i)->count : 0;
                }),
       KnownText("members", "'int x; int y'", [=](size_t i) { return MembersText(facts(i)); }),
       KnownText("enumerators", "'kRed = 0, kGreen = 1'",
                 [=](size_t i) { return EnumeratorsText(facts(i)); })},
      types.size());
}

std::unique_ptr<Table> MakeThreads(Source& source) {
  const auto& threads = source.trace().threads();
  return Make(
      source, "threads", "threads of the program; emitted = stored + dropped + torn + not_kept",
      {RowNumber("thread", "its number in this trace"),
       Number("process", "number of its process", [&](size_t i) { return threads[i].process; }),
       Number("pid", "of its process", [&](size_t i) { return threads[i].pid; }),
       Number("tid", "of the kernel", [&](size_t i) { return threads[i].tid; }),
       Text("name", "as the program called it", [&](size_t i) { return threads[i].name; }),
       Number("emitted", "records", [&](size_t i) { return threads[i].emitted; }),
       Number("stored", "records", [&](size_t i) { return threads[i].stored; }),
       Number("dropped", "records that found no room",
              [&](size_t i) { return threads[i].dropped; }),
       Number("torn", "records that were not finished", [&](size_t i) { return threads[i].torn; }),
       Number("not_kept", "records before a snapshot's window",
              [&](size_t i) { return threads[i].not_kept; }),
       Number("blocked_ns", "how long it waited for the collector",
              [&](size_t i) { return threads[i].blocked_ns; })},
      threads.size());
}

std::unique_ptr<Table> MakeProcesses(Source& source) {
  const auto& processes = source.trace().processes();
  return Make(
      source, "processes", "processes of the program",
      {RowNumber("process", "its number in this trace"),
       Number("pid", "of the kernel", [&](size_t i) { return processes[i].pid; }),
       Number("parent_pid", "of the kernel", [&](size_t i) { return processes[i].parent_pid; }),
       Text("executable", "its path", [&](size_t i) { return processes[i].executable; })},
      processes.size());
}

}  // namespace scope::query
