#include "viewers/terminal/node_table.h"

#include <algorithm>
#include <set>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "viewers/terminal/event_words.h"
#include "viewers/terminal/json_text.h"
#include "viewers/terminal/places.h"
#include "viewers/terminal/printable.h"
#include "viewers/terminal/text_width.h"
#include "viewers/terminal/units.h"

namespace scope::viewers {
namespace {

using trace::Node;
using trace::NodeChange;

std::string ValueTypeWord(scope_value_type type) {
  switch (type) {
#define X(name, number, word) \
  case kScopeValue##name:     \
    return word;
    SCOPE_VALUE_TYPES(X)
#undef X
  }
  return "none";
}

// Instances of a template have one id, and are told apart.
std::vector<const Node*> OncePerId(const std::vector<Node>& nodes) {
  std::vector<const Node*> once;
  std::set<std::pair<uint64_t, uint64_t>> seen;
  for (const Node& node : nodes) {
    if (seen.insert({node.id, node.function->instance}).second) once.push_back(&node);
  }
  std::sort(once.begin(), once.end(), [](const Node* a, const Node* b) {
    const auto key = [](const Node* node) {
      return std::tuple(node->function->file, node->function->line, node->function->name,
                        node->function_id, node->function->instance, node->number);
    };
    return key(a) < key(b);
  });
  return once;
}

std::deque<Node> Copies(const std::vector<const Node*>& nodes) {
  std::deque<Node> copies;
  for (const Node* node : nodes) copies.push_back(*node);
  return copies;
}

std::string NodeLine(const Node& node, const Places& places, const Paint& paint) {
  const std::string where = absl::StrCat(places.Where(node), ":", node.column);
  return absl::StrCat(paint.Dim(absl::StrFormat("%016x", node.id)), "  ",
                      PadRight(KindWord(node.kind), 9), "  ", PadRight(where, 20), "  ",
                      paint.Name(Printable(node.name)),
                      node.type_name.empty() ? "" : absl::StrCat("  ", Printable(node.type_name)),
                      node.armed ? "  armed" : "", node.redacted ? "  redacted" : "");
}

JsonObject NodeJson(const Node& node) {
  JsonObject object;
  object.Raw("id", JsonId(node.id))
      .Text("kind", KindWord(node.kind))
      .Text("function", node.function->name)
      .Raw("function_id", JsonId(node.function_id))
      .Text("template", node.function->template_name)
      .Text("file", node.file)
      .Number("line", node.line)
      .Number("col", node.column)
      .Number("end_line", node.end_line)
      .Number("end_col", node.end_column)
      .Text("name", node.name)
      .Text("type", node.type_name)
      .Text("value_type", ValueTypeWord(node.value_type))
      .Raw("parent", JsonId(node.parent))
      .Bool("armed", node.armed)
      .Bool("redacted", node.redacted);
  return object;
}

constexpr const char* kChangeWords[] = {"stayed", "moved", "changed", "went", "came"};

const char* Word(NodeChange::Kind kind) { return kChangeWords[static_cast<int>(kind)]; }

std::string Named(const Node& node) {
  return absl::StrCat(KindWord(node.kind), " ", Printable(node.name), " in ",
                      Printable(node.function->name));
}

}  // namespace

void NodesText(const std::vector<Node>& nodes, const Paint& paint, const TextSink& sink) {
  const std::vector<const Node*> once = OncePerId(nodes);
  const std::deque<Node> copies = Copies(once);
  const Places places(copies);
  uint64_t functions = 0;
  const Node* last = nullptr;
  for (const Node* node : once) {
    if (last == nullptr || last->function_id != node->function_id ||
        last->function->instance != node->function->instance) {
      ++functions;
      const std::string& signature = node->function->signature;
      if (!sink(absl::StrCat(paint.Bold(Printable(node->function->name)), "  ",
                             paint.Dim(places.Where(*node->function)),
                             signature.empty() ? "" : absl::StrCat("  ", Printable(signature)),
                             "\n"))) {
        return;
      }
    }
    last = node;
    if (!sink(absl::StrCat("  ", NodeLine(*node, places, paint), "\n"))) return;
  }
  sink(absl::StrCat(CountText(functions, "function"), ", ", CountText(once.size(), "node"), "\n"));
}

void NodesJson(const std::vector<Node>& nodes, const TextSink& sink) {
  for (const Node* node : OncePerId(nodes)) {
    if (!sink(absl::StrCat(NodeJson(*node).Str(), "\n"))) return;
  }
}

void ChangesText(const std::vector<NodeChange>& changes, const Paint& paint, const TextSink& sink) {
  uint64_t counts[5] = {};
  std::deque<Node> nodes;
  for (const NodeChange& change : changes) {
    ++counts[static_cast<int>(change.kind)];
    if (change.before != nullptr) nodes.push_back(*change.before);
    if (change.after != nullptr) nodes.push_back(*change.after);
  }
  const Places places(nodes);
  std::string sums;
  for (int kind = 0; kind < 5; ++kind) {
    absl::StrAppend(&sums, kind == 0 ? "" : ", ", CountText(counts[kind]), " ", kChangeWords[kind]);
  }
  if (!sink(sums + "\n")) return;
  for (const NodeChange& change : changes) {
    if (change.kind == NodeChange::Kind::kStayed) continue;
    std::string line = absl::StrCat(paint.Bold(PadRight(Word(change.kind), 8)), "  ");
    if (change.before != nullptr) absl::StrAppend(&line, places.Where(*change.before));
    if (change.before != nullptr && change.after != nullptr) absl::StrAppend(&line, " -> ");
    if (change.after != nullptr) absl::StrAppend(&line, places.Where(*change.after));
    absl::StrAppend(&line, "  ", Named(change.after != nullptr ? *change.after : *change.before));
    if (change.kind == NodeChange::Kind::kChanged) {
      absl::StrAppend(&line, ", was ", Printable(change.before->name),
                      absl::StrFormat(" (%.0f%%)", 100 * change.confidence));
    }
    if (!sink(line + "\n")) return;
  }
}

void ChangesJson(const std::vector<NodeChange>& changes, const TextSink& sink) {
  for (const NodeChange& change : changes) {
    JsonObject object;
    object.Text("change", Word(change.kind)).Raw("confidence", JsonDouble(change.confidence));
    for (const auto& [key, node] : {std::pair("before", change.before), {"after", change.after}}) {
      if (node == nullptr) {
        object.Null(key);
      } else {
        object.Raw(key, NodeJson(*node).Str());
      }
    }
    if (!sink(object.Str() + "\n")) return;
  }
}

}  // namespace scope::viewers
