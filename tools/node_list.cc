#include "tools/node_list.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <utility>

#include "absl/strings/str_cat.h"

namespace scope::tools {

namespace {

absl::StatusOr<NodeList> ReadIndex(const std::string& folder) {
  NodeList list{{}, trace::NodeFacts(), {}};
  list.binary.path = folder;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() != ".map") continue;
    std::ifstream file(entry.path(), std::ios::binary);
    list.binary.maps_image.append(std::istreambuf_iterator<char>(file), {});
  }
  list.facts = trace::NodeFacts::FromMaps(list.binary.maps_image);
  list.nodes = trace::ListNodes(list.facts);
  if (list.nodes.empty()) {
    return absl::NotFoundError(absl::StrCat(folder, " holds no nodes; 'scope index' makes them"));
  }
  return list;
}

}  // namespace

absl::StatusOr<NodeList> ReadNodeList(const std::string& path) {
  if (std::filesystem::is_directory(path)) return ReadIndex(path);
  absl::StatusOr<trace::Binary> binary = trace::ReadBinary(path);
  if (!binary.ok()) return binary.status();
  if (binary->nodes_image.empty()) {
    return absl::NotFoundError(
        absl::StrCat(path, " has no instrumented code; compile it with 'scope c++'"));
  }
  const auto places = trace::ParseNodes(binary->nodes_image);
  if (!places.ok()) {
    return absl::DataLossError(absl::StrCat(path, ": ", places.status().message()));
  }
  NodeList list{*std::move(binary), trace::NodeFacts(), {}};
  list.facts = trace::NodeFacts::FromMaps(list.binary.maps_image);
  if (list.facts.unreadable_count() > 0) {
    return absl::DataLossError(absl::StrCat(path, ": ", list.facts.unreadable_count(),
                                            " AST maps cannot be read: compile it again with "
                                            "this scope"));
  }
  list.nodes = trace::ListNodes(*places, list.facts);
  return list;
}

}  // namespace scope::tools
