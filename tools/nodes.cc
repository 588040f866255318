// scope nodes: what is instrumented in a binary, and what became of it since another build.

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "scope/trace/code_graph.h"
#include "tools/arguments.h"
#include "tools/exit_codes.h"
#include "tools/node_list.h"
#include "tools/output.h"
#include "tools/say.h"
#include "tools/verbs.h"
#include "viewers/terminal/graph_table.h"
#include "viewers/terminal/node_table.h"

namespace scope::tools {
namespace {

struct Request {
  std::vector<std::string> binaries;
  std::vector<std::string> functions;
  std::vector<std::string> variables;
  bool json = false;
  bool diff = false;
  bool graph = false;
  std::string source;
};

std::vector<trace::Node> Wanted(const NodeList& list, const Request& request) {
  const trace::NodeFilter filter(request.functions, request.variables);
  std::vector<trace::Node> wanted;
  for (const trace::Node& node : list.nodes) {
    if (filter.Wants(node)) wanted.push_back(node);
  }
  return wanted;
}

int ShowNodes(const Request& request) {
  const auto list = ReadNodeList(request.binaries[0]);
  if (!list.ok()) return Fail(kExitFailure, list.status().message());
  const std::vector<trace::Node> nodes = Wanted(*list, request);
  if (nodes.empty()) {
    return Fail(kExitFailure,
                absl::StrCat(request.binaries[0], " has no node that matches -F and -V"));
  }
  Output output(request.json ? Output::Paging::kNever : Output::Paging::kOnTerminal);
  if (request.json) {
    viewers::NodesJson(nodes, output.sink());
  } else {
    viewers::NodesText(nodes, output.paint(), output.sink());
  }
  if (const std::string said = CollisionText(list->facts); !said.empty()) {
    Say(absl::StrCat(request.binaries[0], ": ", said));
  }
  return output.Finish(kExitOk);
}

int ShowGraph(const Request& request) {
  const auto list = ReadNodeList(request.binaries[0]);
  if (!list.ok()) return Fail(kExitFailure, list.status().message());
  const trace::CodeGraph graph({list->facts.maps()});
  const std::vector<trace::Node> nodes = Wanted(*list, request);
  Output output(request.json ? Output::Paging::kNever : Output::Paging::kOnTerminal);
  if (request.json) {
    viewers::GraphJson(nodes, graph, output.sink());
  } else {
    viewers::GraphText(nodes, graph, output.paint(), output.sink());
  }
  return output.Finish(kExitOk);
}

// A file is named by its path or the end of it.
int ShowSource(const Request& request) {
  const auto list = ReadNodeList(request.binaries[0]);
  if (!list.ok()) return Fail(kExitFailure, list.status().message());
  const trace::CodeGraph graph({list->facts.maps()});
  for (const trace::CodeGraph::SourceFile& file : graph.Sources()) {
    if (!absl::EndsWith("/" + file.path, "/" + request.source)) continue;
    const auto text = graph.Source(file.path);
    if (!text.ok()) return Fail(kExitFailure, text.status().message());
    Output output(Output::Paging::kNever);
    output.Write(*text);
    return output.Finish(kExitOk);
  }
  return Fail(kExitFailure,
              absl::StrCat(request.binaries[0], " carries no source '", request.source, "'"));
}

int ShowChanges(const Request& request) {
  const auto before = ReadNodeList(request.binaries[0]);
  if (!before.ok()) return Fail(kExitFailure, before.status().message());
  const auto after = ReadNodeList(request.binaries[1]);
  if (!after.ok()) return Fail(kExitFailure, after.status().message());
  const std::vector<trace::Node> old_nodes = Wanted(*before, request);
  const std::vector<trace::Node> new_nodes = Wanted(*after, request);
  const auto changes = trace::CompareNodes(old_nodes, new_nodes);
  Output output(request.json ? Output::Paging::kNever : Output::Paging::kOnTerminal);
  if (request.json) {
    viewers::ChangesJson(changes, output.sink());
  } else {
    viewers::ChangesText(changes, output.paint(), output.sink());
  }
  return output.Finish(kExitOk);
}

}  // namespace

int Nodes(const Words& args) {
  Request request;
  Arguments arguments("nodes", "nodes BINARY [OPTIONS] | nodes --diff OLD NEW",
                      "The functions and nodes that are compiled in: ids, kinds, places, types.\n"
                      "BINARY: an executable, a shared or static library, an object.");
  arguments.Flag("--diff", "what stayed, moved, changed, went and came from OLD to NEW",
                 &request.diff);
  arguments.List("-F,--function", "GLOB", "only these functions; may be repeated",
                 &request.functions);
  arguments.List("-V,--variable", "GLOB", "only these variables; may be repeated",
                 &request.variables);
  arguments.Flag("--graph", "where each value comes from", &request.graph);
  arguments.Text("--source", "FILE", "the text of a file as it was compiled", &request.source);
  arguments.Flag("--json", "for programs: one object a node", &request.json);
  arguments.Positionals(&request.binaries);
  arguments.Example("scope nodes ./demo -F 'Parser::*'", "what can be recorded of the parser");
  arguments.Example("scope nodes --diff old/demo new/demo", "which ids a stored question lost");
  if (const auto exit_code = arguments.Parse(args)) return *exit_code;
  const size_t wanted = request.diff ? 2 : 1;
  if (request.binaries.size() != wanted) {
    return Fail(kExitUsage, request.diff
                                ? "nodes --diff needs two binaries: OLD NEW"
                                : "nodes needs one binary; 'scope nodes --help' says more");
  }
  if (request.diff) return ShowChanges(request);
  if (!request.source.empty()) return ShowSource(request);
  return request.graph ? ShowGraph(request) : ShowNodes(request);
}

}  // namespace scope::tools
