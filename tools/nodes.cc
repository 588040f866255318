// scope nodes: what is instrumented in a binary, and what became of it since another build.

#include <cstdlib>
#include <filesystem>
#include <thread>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "scope/trace/code_graph.h"
#include "tools/arguments.h"
#include "tools/exit_codes.h"
#include "tools/indexer.h"
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
  std::string match;
  std::string build_folder;
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

// A folder that is gone at the end.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "scope-index-XXXXXX").string();
    if (mkdtemp(name.data()) != nullptr) path_ = name;
  }
  ~TemporaryFolder() {
    std::error_code error;
    if (!path_.empty()) std::filesystem::remove_all(path_, error);
  }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

// `request.binaries`: files of the project.
int ShowMatches(Request request) {
  if (request.build_folder.empty()) {
    return Fail(kExitUsage, "nodes --match needs -p DIR, the folder of compile_commands.json");
  }
  const TemporaryFolder folder;
  if (folder.path().empty()) return Fail(kExitFailure, "cannot make a folder for the index");
  const int indexed =
      RunIndexer({.build_folder = request.build_folder,
                  .output = folder.path(),
                  .files = request.binaries,
                  .options = {absl::StrCat("match=", request.match), "source=off", "graph=off"},
                  .jobs = std::max(1u, std::thread::hardware_concurrency()),
                  .quiet = true});
  const auto list = ReadNodeList(folder.path());
  if (!list.ok()) {
    return indexed != 0 ? indexed
                        : Fail(kExitFailure, absl::StrCat("nothing matches ", request.match));
  }
  const std::vector<trace::Node> nodes = Wanted(*list, request);
  Output output(request.json ? Output::Paging::kNever : Output::Paging::kOnTerminal);
  if (request.json) {
    viewers::NodesJson(nodes, output.sink());
  } else {
    viewers::NodesText(nodes, output.paint(), output.sink());
  }
  return output.Finish(indexed);
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
                      "BINARY: an executable, a shared or static library, an object, an index.");
  arguments.Flag("--diff", "what stayed, moved, changed, went and came from OLD to NEW",
                 &request.diff);
  arguments.List("-F,--function", "GLOB", "only these functions; may be repeated",
                 &request.functions);
  arguments.List("-V,--variable", "GLOB", "only these variables; may be repeated",
                 &request.variables);
  arguments.Flag("--graph", "where each value comes from", &request.graph);
  arguments.Text("--source", "FILE", "the text of a file as it was compiled", &request.source);
  arguments.Text("--match", "EXPR", "what an AST matcher binds, from sources: needs -p",
                 &request.match);
  arguments.Text("-p,--build", "DIR", "the folder of compile_commands.json", &request.build_folder);
  arguments.Flag("--json", "for programs: one object a node", &request.json);
  arguments.Positionals(&request.binaries);
  arguments.Example("scope nodes ./demo -F 'Parser::*'", "what can be recorded of the parser");
  arguments.Example("scope nodes --diff old/demo new/demo", "which ids a stored question lost");
  if (const auto exit_code = arguments.Parse(args)) return *exit_code;
  if (!request.match.empty()) return ShowMatches(std::move(request));
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
