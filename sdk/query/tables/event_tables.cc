// The tables of events, column by column.

#include <algorithm>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "scope/trace/event_words.h"
#include "sdk/query/tables/event_table.h"

namespace scope::query {
namespace {

struct ColumnFacts {
  EventField field;
  const char* name;
  const char* type;
  const char* what;
};

constexpr ColumnFacts kColumns[] = {
    {EventField::kSeq, "seq", "INTEGER", "place in the whole trace"},
    {EventField::kTime, "time_ns", "INTEGER", "since the recording began"},
    {EventField::kThread, "thread", "INTEGER", "number of the thread, see threads"},
    {EventField::kThreadSeq, "thread_seq", "INTEGER", "place among all that the thread emitted"},
    {EventField::kOrder, "ord", "INTEGER", "place among those of its statement that share a time"},
    {EventField::kNode, "node", "INTEGER", "number of the node, see nodes"},
    {EventField::kKind, "kind", "TEXT", "enter, exit, init, assign, ... as in nodes"},
    {EventField::kName, "name", "TEXT", "of the node: variable, condition, callee"},
    {EventField::kFunction, "function", "INTEGER", "number of the function, see functions"},
    {EventField::kFile, "file", "TEXT", "of the node; NULL: not known"},
    {EventField::kLine, "line", "INTEGER", "of the node; NULL: not known"},
    {EventField::kCall, "call", "INTEGER", "the call that it belongs to, see calls"},
    {EventField::kDepth, "depth", "INTEGER", "calls around it in its thread"},
    {EventField::kIteration, "iteration", "INTEGER", "turn of the innermost loop, from 0"},
    {EventField::kValue, "value", "", "as INTEGER, REAL, TEXT or BLOB; NULL: none"},
    {EventField::kText, "text", "TEXT", "the value as a person writes it"},
    {EventField::kUnit, "unit", "TEXT", "of the value, as it was declared"},
    {EventField::kHow, "how", "TEXT", "of an exit: return, unwind, tail_call, ..."},
    {EventField::kException, "exception", "TEXT", "type that was thrown, of a catch or exit"},
    {EventField::kUnwound, "unwound", "INTEGER", "calls that ended before it without an exit"},
    {EventField::kReservedSeq, "reserved_seq", "INTEGER", "where the assignment began"},
    {EventField::kTruncated, "truncated", "INTEGER", "1: the value is not whole"},
};

constexpr size_t kFieldsMax = 500;  // of a declared event; SQLite has columns up to 2,000

// Columns in the order of kColumns, those that `fields` names.
EventTableSpec SpecOf(const Source& source, const char* name, const char* what,
                      const std::set<EventField>& fields) {
  EventTableSpec spec;
  spec.info.name = name;
  spec.info.what = what;
  for (const ColumnFacts& facts : kColumns) {
    if (fields.count(facts.field) == 0) continue;
    spec.fields.push_back(facts.field);
    spec.info.columns.push_back({facts.name, facts.type, facts.what});
  }
  spec.nodes.resize(source.trace().nodes().size());
  return spec;
}

template <typename Wanted>
void Select(const Source& source, EventTableSpec& spec, Wanted wanted) {
  for (const trace::Node& node : source.trace().nodes()) spec.nodes[node.number] = wanted(node);
}

// The struct of a declared event type (docs/decisions/0015-event-types-are-types.md).
const trace::Type* DeclaredType(const trace::Node& node) {
  const bool declared = node.kind >= kScopeEventState && node.function->by_hand &&
                        node.value_type == kScopeValueObject && node.type != nullptr &&
                        node.type->kind == trace::TypeKind::kStruct && !node.type->name.empty();
  return declared ? node.type : nullptr;
}

const char* FieldTypeOf(const trace::Type* type) {
  if (type == nullptr) return "";
  switch (type->kind) {
    case trace::TypeKind::kFloat:
      return "REAL";
    case trace::TypeKind::kChar:
    case trace::TypeKind::kArray:
      return "TEXT";
    default:
      return "INTEGER";
  }
}

std::unique_ptr<Table> MakeDeclaredOne(Source& source, const trace::Type& type,
                                       const std::set<std::string>& taken) {
  EventTableSpec spec = SpecOf(source, "", "",
                               {EventField::kSeq, EventField::kTime, EventField::kThread,
                                EventField::kNode, EventField::kFunction, EventField::kCall});
  spec.info.name = type.name;
  // The text of a trace is not trusted: behind a zero SQLite would see another name.
  for (char& c : spec.info.name) {
    if (absl::ascii_iscntrl(static_cast<unsigned char>(c))) c = '_';
  }
  while (taken.count(absl::AsciiStrToLower(spec.info.name)) > 0) spec.info.name += "_event";
  spec.info.what = absl::StrCat("events of the declared type ", type.name);
  Select(source, spec, [&](const trace::Node& node) {
    const trace::Type* const declared = DeclaredType(node);
    return declared != nullptr && declared->name == type.name;
  });
  std::set<std::string> names;
  for (const TableColumn& column : spec.info.columns) names.insert(column.name);
  for (const trace::Type::Member& member : type.members) {
    std::string name = member.name;
    if (name.empty() || names.size() >= kFieldsMax) continue;
    if (!names.insert(absl::AsciiStrToLower(name)).second &&
        !names.insert(absl::AsciiStrToLower(name += "_")).second) {
      continue;
    }
    spec.fields.push_back(EventField::kMember);
    spec.info.columns.push_back(
        {name, FieldTypeOf(member.type), member.unit.empty() ? "a field" : "in " + member.unit});
  }
  return std::make_unique<EventTable>(source, std::move(spec));
}

}  // namespace

std::unique_ptr<Table> MakeEvents(Source& source) {
  EventTableSpec spec =
      SpecOf(source, "events", "every event, in order",
             {EventField::kSeq, EventField::kTime, EventField::kThread, EventField::kThreadSeq,
              EventField::kOrder, EventField::kNode, EventField::kKind, EventField::kName,
              EventField::kFunction, EventField::kFile, EventField::kLine, EventField::kCall,
              EventField::kDepth, EventField::kIteration, EventField::kText, EventField::kHow,
              EventField::kException, EventField::kUnwound, EventField::kReservedSeq});
  Select(source, spec, [](const trace::Node&) { return true; });
  return std::make_unique<EventTable>(source, std::move(spec));
}

std::unique_ptr<Table> MakeValues(Source& source) {
  EventTableSpec spec =
      SpecOf(source, "values", "every event that has a value",
             {EventField::kSeq, EventField::kTime, EventField::kThread, EventField::kNode,
              EventField::kKind, EventField::kName, EventField::kFunction, EventField::kFile,
              EventField::kLine, EventField::kCall, EventField::kIteration, EventField::kValue,
              EventField::kText, EventField::kTruncated});
  Select(source, spec, [](const trace::Node& node) { return trace::HasValue(node); });
  return std::make_unique<EventTable>(source, std::move(spec));
}

std::unique_ptr<Table> MakeMetrics(Source& source) {
  EventTableSpec spec = SpecOf(source, "metrics", "samples of quantities (SCOPE_METRIC)",
                               {EventField::kSeq, EventField::kTime, EventField::kThread,
                                EventField::kNode, EventField::kName, EventField::kFunction,
                                EventField::kCall, EventField::kValue, EventField::kUnit});
  Select(source, spec, [](const trace::Node& node) { return node.kind == kScopeEventMetric; });
  return std::make_unique<EventTable>(source, std::move(spec));
}

std::unique_ptr<Table> MakeHistory(Source& source) {
  EventTableSpec spec =
      SpecOf(source, "history", "history(node): the values of a node, or of a variable, in order",
             {EventField::kSeq, EventField::kTime, EventField::kThread, EventField::kNode,
              EventField::kKind, EventField::kLine, EventField::kCall, EventField::kIteration,
              EventField::kValue, EventField::kText});
  Select(source, spec, [](const trace::Node&) { return true; });
  spec.fields.push_back(EventField::kArgument);
  spec.info.columns.push_back(
      {"of", "", "a node's number or id, or NAME[@FILE[:LINE]]", /*is_argument=*/true});
  return std::make_unique<EventTable>(source, std::move(spec));
}

std::vector<std::unique_ptr<Table>> MakeDeclared(Source& source, std::vector<std::string> taken) {
  std::set<std::string> names;
  for (const std::string& name : taken) names.insert(absl::AsciiStrToLower(name));
  std::set<std::string> made;
  std::vector<std::unique_ptr<Table>> tables;
  for (const trace::Node& node : source.trace().nodes()) {
    const trace::Type* const type = DeclaredType(node);
    if (type == nullptr || !made.insert(type->name).second) continue;
    tables.push_back(MakeDeclaredOne(source, *type, names));
    names.insert(absl::AsciiStrToLower(tables.back()->info().name));
  }
  return tables;
}

}  // namespace scope::query
