// node_flows.h - edges between sites become flows between nodes.
//
// Path:    function_flow.h, the nodes that its sites got -> THIS -> NodeList::flows

#pragma once

#include <functional>
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

  void AppendTo(std::vector<FlowInfo>& flows);

 private:
  // Where the value of a site comes from: nodes, functions that return it, or a place not known.
  struct Origins {
    std::vector<uint32_t> nodes;
    std::vector<const clang::FunctionDecl*> functions;
    bool unknown = false;
  };

  Origins OriginsOf(uint32_t site) const;

  const FunctionFlow& flow_;
  const std::vector<uint32_t>& nodes_;
  IdOf id_of_;
  std::vector<std::vector<uint32_t>> before_;  // By site.
};

}  // namespace scope::compiler_plugin
