#include "viewers/terminal/diff_text.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "viewers/terminal/event_words.h"
#include "viewers/terminal/json_text.h"
#include "viewers/terminal/printable.h"
#include "viewers/terminal/table.h"
#include "viewers/terminal/text_width.h"
#include "viewers/terminal/units.h"

namespace scope::viewers {
namespace {

using analysis::CountDifference;
using analysis::Diff;
using analysis::DiffSide;
using analysis::FunctionDifference;
using analysis::ValueDifference;

std::string NodeText(const trace::Node& node) {
  return absl::StrCat(KindWord(node.kind), " ", Printable(node.name));
}

std::string SideText(const DiffSide& side, const Places& places) {
  return absl::StrCat(Printable(side.value), "  ", places.Where(*side.node), " @", side.seq,
                      " in thread ", side.thread);
}

std::string More(size_t all, uint64_t rows, const char* what) {
  return all <= rows ? "" : absl::StrCat("  ... and ", CountText(all - rows, what), "\n");
}

std::string CountLines(const std::vector<CountDifference>& counts, const Places& a, const Places& b,
                       uint64_t rows) {
  std::string text;
  for (size_t i = 0; i < std::min<size_t>(counts.size(), rows); ++i) {
    const CountDifference& count = counts[i];
    const trace::Node& node = count.a != nullptr ? *count.a : *count.b;
    const Places& places = count.a != nullptr ? a : b;
    absl::StrAppend(&text, "  ", NodeText(node), "  ", places.Where(node), " in ",
                    Printable(node.function->name), "  A ", CountText(count.count_a), "  B ",
                    CountText(count.count_b), "\n");
  }
  return text + More(counts.size(), rows, "more node");
}

const trace::Function& AnyOf(const FunctionDifference& function) {
  return function.a != nullptr ? *function.a : *function.b;
}

std::string FunctionLine(const FunctionDifference& function) {
  return absl::StrCat("  ", PadRight(Printable(AnyOf(function).name), 28), "  A ",
                      CountText(function.calls_a, "call"), ", ", DurationText(function.total_ns_a),
                      ", median ", DurationText(function.median_ns_a), "   B ",
                      CountText(function.calls_b, "call"), ", ", DurationText(function.total_ns_b),
                      ", median ", DurationText(function.median_ns_b), "\n");
}

std::string SideJson(const DiffSide& side) {
  return JsonObject()
      .Text("value", side.value)
      .Number("seq", side.seq)
      .Number("thread", side.thread)
      .Text("file", side.node->file)
      .Number("line", side.node->line)
      .Number("col", side.node->column)
      .Str();
}

std::string CountJson(const CountDifference& count) {
  const trace::Node& node = count.a != nullptr ? *count.a : *count.b;
  return JsonObject()
      .Raw("node", JsonId(node.id))
      .Text("kind", KindWord(node.kind))
      .Text("name", node.name)
      .Text("function", node.function->name)
      .Text("file", node.file)
      .Number("line", node.line)
      .Number("count_a", count.count_a)
      .Number("count_b", count.count_b)
      .Str();
}

template <typename All, typename Make>
std::string ListJson(const All& all, const Make& make) {
  JsonArray array;
  for (const auto& one : all) array.Add(make(one));
  return array.Str();
}

}  // namespace

std::string DiffText(const Diff& diff, const Places& a, const Places& b, uint64_t rows,
                     const Paint& paint) {
  std::string text;
  if (diff.same) {
    text = absl::StrCat("the same: ", CountText(diff.compared, "value"), " in ",
                        CountText(diff.threads.size(), "thread"), "\n");
  }
  for (size_t i = 0; i < std::min<size_t>(diff.values.size(), rows); ++i) {
    const ValueDifference& value = diff.values[i];
    absl::StrAppend(&text, i == 0 ? paint.Bold("first difference: ") : "also different: ",
                    NodeText(*value.a.node), " in ", Printable(value.a.node->function->name),
                    ", value ", CountText(value.occurrence + 1), "\n  A  ", SideText(value.a, a),
                    "\n  B  ", SideText(value.b, b), "\n");
  }
  text += More(diff.values.size(), rows, "more node");
  if (!diff.counts.empty()) {
    absl::StrAppend(&text, "other numbers of values:\n", CountLines(diff.counts, a, b, rows));
  }
  if (!diff.only_a.empty()) {
    absl::StrAppend(&text, "only in A:\n", CountLines(diff.only_a, a, b, rows));
  }
  if (!diff.only_b.empty()) {
    absl::StrAppend(&text, "only in B:\n", CountLines(diff.only_b, a, b, rows));
  }
  std::string calls;
  for (const FunctionDifference& function : diff.functions) {
    if (function.calls_a != function.calls_b) calls += FunctionLine(function);
  }
  if (!calls.empty()) absl::StrAppend(&text, "other numbers of calls:\n", calls);
  const bool timed = std::any_of(diff.functions.begin(), diff.functions.end(), [](const auto& one) {
    return one.total_ns_a != 0 || one.total_ns_b != 0;
  });
  if (timed) text += "largest changes of time:\n";
  for (size_t i = 0; timed && i < std::min<size_t>(diff.functions.size(), rows); ++i) {
    text += FunctionLine(diff.functions[i]);
  }
  for (const uint32_t thread : diff.threads_only_a) {
    absl::StrAppend(&text, "thread ", thread, " of A has no counterpart\n");
  }
  for (const uint32_t thread : diff.threads_only_b) {
    absl::StrAppend(&text, "thread ", thread, " of B has no counterpart\n");
  }
  if (diff.moved + diff.changed > 0) {
    absl::StrAppend(&text, "of the nodes, ", CountText(diff.moved), " moved and ",
                    CountText(diff.changed), " changed: 'scope nodes --diff' shows them\n");
  }
  return text;
}

std::string DiffJson(const Diff& diff) {
  JsonObject object;
  object.Bool("same", diff.same).Number("compared", diff.compared);
  object.Raw("values", ListJson(diff.values, [](const ValueDifference& value) {
               return JsonObject()
                   .Raw("node", JsonId(value.a.node->id))
                   .Text("kind", KindWord(value.a.node->kind))
                   .Text("name", value.a.node->name)
                   .Text("function", value.a.node->function->name)
                   .Number("occurrence", value.occurrence)
                   .Raw("a", SideJson(value.a))
                   .Raw("b", SideJson(value.b))
                   .Str();
             }));
  object.Raw("counts", ListJson(diff.counts, CountJson));
  object.Raw("only_a", ListJson(diff.only_a, CountJson));
  object.Raw("only_b", ListJson(diff.only_b, CountJson));
  object.Raw("functions", ListJson(diff.functions, [](const FunctionDifference& function) {
               return JsonObject()
                   .Text("name", AnyOf(function).name)
                   .Number("calls_a", function.calls_a)
                   .Number("calls_b", function.calls_b)
                   .Number("total_ns_a", function.total_ns_a)
                   .Number("total_ns_b", function.total_ns_b)
                   .Number("median_ns_a", function.median_ns_a)
                   .Number("median_ns_b", function.median_ns_b)
                   .Str();
             }));
  object.Raw("threads", ListJson(diff.threads, [](const auto& pair) {
               return absl::StrCat("[", pair.first, ", ", pair.second, "]");
             }));
  const auto number = [](uint32_t thread) { return absl::StrCat(thread); };
  return object.Raw("threads_only_a", ListJson(diff.threads_only_a, number))
      .Raw("threads_only_b", ListJson(diff.threads_only_b, number))
      .Number("moved", diff.moved)
      .Number("changed", diff.changed)
      .Number("unfinished", diff.unfinished)
      .Number("missing_a", diff.losses_a)
      .Number("missing_b", diff.losses_b)
      .Str();
}

}  // namespace scope::viewers
