#include "viewers/terminal/graph_table.h"

#include <map>
#include <set>

#include "absl/strings/str_cat.h"
#include "viewers/terminal/event_words.h"
#include "viewers/terminal/json_text.h"
#include "viewers/terminal/places.h"
#include "viewers/terminal/printable.h"
#include "viewers/terminal/text_width.h"

namespace scope::viewers {
namespace {

using trace::CodeGraph;
using trace::Node;

const char* HowWord(CodeGraph::FlowKind kind) {
  switch (kind) {
    case CodeGraph::FlowKind::kValue:
      return "value";
    case CodeGraph::FlowKind::kArgument:
      return "argument";
    case CodeGraph::FlowKind::kReturned:
      return "returned";
    case CodeGraph::FlowKind::kControl:
      return "control";
  }
  return "";
}

std::string IdList(const std::vector<uint64_t>& ids) {
  JsonArray array;
  for (const uint64_t id : ids) array.Add(JsonId(id));
  return array.Str();
}

std::string BlockJson(const CodeGraph::Block& block) {
  JsonArray next;
  for (const uint32_t successor : block.successors) {
    next.Add(successor == CodeGraph::kUnreachable ? "null" : absl::StrCat(successor));
  }
  return JsonObject()
      .Raw("nodes", IdList(block.nodes))
      .Raw("next", next.Str())
      .Raw("controls", IdList(block.controls))
      .Number("line", block.range.line)
      .Number("end_line", block.range.end_line)
      .Str();
}

std::string CallJson(const CodeGraph::Call& call) {
  return JsonObject()
      .Raw("callee", JsonId(call.callee))
      .Text("name", call.callee_name)
      .Raw("node", JsonId(call.node))
      .Number("line", call.range.line)
      .Number("col", call.range.column)
      .Bool("virtual", call.is_virtual)
      .Str();
}

std::string FunctionJson(const trace::Function& function, const CodeGraph& graph) {
  JsonArray blocks;
  for (const CodeGraph::Block& block : graph.Blocks(function.id)) blocks.Add(BlockJson(block));
  JsonArray calls;
  for (const CodeGraph::Call& call : graph.CallsFrom(function.id)) calls.Add(CallJson(call));
  const CodeGraph::FunctionFacts facts = graph.Facts(function.id);
  return JsonObject()
      .Text("what", "function")
      .Raw("id", JsonId(function.id))
      .Text("name", function.name)
      .Text("instance", facts.instance)
      .Number("line", facts.range.line)
      .Number("end_line", facts.range.end_line)
      .Raw("blocks", blocks.Str())
      .Raw("calls", calls.Str())
      .Str();
}

std::string NodeJson(const Node& node, const CodeGraph& graph) {
  JsonArray from;
  for (const CodeGraph::Flow& flow : graph.FlowsInto(node.id)) {
    from.Add(JsonObject()
                 .Raw("id", flow.from == 0 ? "null" : JsonId(flow.from))
                 .Text("how", HowWord(flow.kind))
                 .Str());
  }
  const CodeGraph::NodeFacts facts = graph.FactsOfNode(node.id);
  return JsonObject()
      .Text("what", "node")
      .Raw("id", JsonId(node.id))
      .Text("kind", KindWord(node.kind))
      .Text("function", node.function->name)
      .Text("file", node.file)
      .Number("line", node.line)
      .Number("col", node.column)
      .Text("name", node.name)
      .Text("macro", facts.macro)
      .Number("macro_line", facts.spelling.line)
      .Raw("from", from.Str())
      .Str();
}

}  // namespace

void GraphText(const std::vector<Node>& nodes, const CodeGraph& graph, const Paint& paint,
               const TextSink& sink) {
  std::map<uint64_t, const Node*> by_id;
  std::deque<Node> copies;
  for (const Node& node : nodes) {
    if (by_id.emplace(node.id, &node).second) copies.push_back(node);
  }
  const Places places(copies);
  for (const Node& node : copies) {
    const std::string where = PadRight(places.Where(node), 16);
    if (!sink(absl::StrCat(where, "  ", KindWord(node.kind), " ", paint.Name(Printable(node.name)),
                           "  ", paint.Dim(Printable(node.function->name)), "\n"))) {
      return;
    }
    for (const CodeGraph::Flow& flow : graph.FlowsInto(node.id)) {
      const auto found = by_id.find(flow.from);
      const std::string from =
          flow.from == 0 ? "a place that is not known"
          : found == by_id.end()
              ? "a node that is not listed"
              : absl::StrCat(KindWord(found->second->kind), " ", Printable(found->second->name),
                             "  ", places.Where(*found->second));
      if (!sink(absl::StrCat("    ", PadRight(HowWord(flow.kind), 9), "<- ", from, "\n"))) return;
    }
  }
}

void GraphJson(const std::vector<Node>& nodes, const CodeGraph& graph, const TextSink& sink) {
  std::set<uint64_t> functions;
  std::set<uint64_t> seen;
  for (const Node& node : nodes) {
    if (functions.insert(node.function_id).second &&
        !sink(FunctionJson(*node.function, graph) + "\n")) {
      return;
    }
    if (seen.insert(node.id).second && !sink(NodeJson(node, graph) + "\n")) return;
  }
  for (const CodeGraph::SourceFile& file : graph.Sources()) {
    const std::string line = JsonObject()
                                 .Text("what", "source")
                                 .Text("file", file.path)
                                 .Raw("hash", JsonId(file.hash))
                                 .Number("bytes", file.bytes)
                                 .Bool("text", file.has_text)
                                 .Str();
    if (!sink(line + "\n")) return;
  }
}

}  // namespace scope::viewers
