// node_flows.h - edges between sites become flows and origins of nodes.
//
// Path:    function_flow.h, the nodes that its sites got -> THIS -> NodeList

#pragma once

#include <functional>
#include <tuple>
#include <vector>

#include "compiler_plugin/graph/function_flow.h"
#include "compiler_plugin/nodes.h"
#include "llvm/ADT/DenseSet.h"

namespace scope::compiler_plugin {

class NodeFlows {
 public:
  using IdOf = std::function<uint64_t(const clang::FunctionDecl&)>;

  // `nodes`: by site; kNoNode: values pass through it.
  NodeFlows(const FunctionFlow& flow, const std::vector<uint32_t>& nodes, IdOf id_of);

  void AppendTo(NodeList& list);

  // Of each of FunctionFlow::calls, the origins of its arguments.
  std::vector<std::vector<OriginInfo>> Arguments() const;

 private:
  // Values that are used in different places of an expression lie in different slots.
  using Slot = std::tuple<uint32_t, uint32_t, uint32_t>;  // Who uses it, storage, arm.

  struct Origin {
    OriginInfo::Kind kind;
    uint32_t node = kNoNode;
    const clang::FunctionDecl* function = nullptr;
    uint32_t storage = kNoStorage;
    Slot slot = {kUnknownSite, kNoStorage, kNoArm};
    uint32_t arm = kNoArm;
  };

  std::vector<Origin> OriginsOf(uint32_t site) const;
  const clang::FunctionDecl* ReturnsInto(uint32_t site) const;
  void AppendFlows(uint32_t to, const std::vector<Origin>& origins, NodeList& list) const;
  // `add`: called with each row and its arm.
  template <typename Add>
  void ForEachRow(const std::vector<Origin>& origins, const Add& add) const;
  void AppendStores(NodeList& list) const;

  const FunctionFlow& flow_;
  const std::vector<uint32_t>& nodes_;
  IdOf id_of_;
  std::vector<std::vector<uint32_t>> before_;  // By site: indices of edges.
};

}  // namespace scope::compiler_plugin
