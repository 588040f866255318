#include "compiler_plugin/graph/node_flows.h"

namespace scope::compiler_plugin {

NodeFlows::NodeFlows(const FunctionFlow& flow, const std::vector<uint32_t>& nodes, IdOf id_of)
    : flow_(flow), nodes_(nodes), id_of_(std::move(id_of)), before_(flow.sites.size()) {
  for (const auto& [from, to] : flow.edges) before_[to].push_back(from);
}

NodeFlows::Origins NodeFlows::OriginsOf(uint32_t site) const {
  Origins origins;
  llvm::SmallVector<uint32_t, 16> open(before_[site].begin(), before_[site].end());
  llvm::SmallDenseSet<uint32_t, 16> seen;
  while (!open.empty()) {
    const uint32_t from = open.pop_back_val();
    if (!seen.insert(from).second) continue;
    if (from == kUnknownSite) {
      origins.unknown = true;
    } else if (nodes_[from] != kNoNode) {
      origins.nodes.push_back(nodes_[from]);
    } else {
      if (flow_.sites[from].callee != nullptr) {
        origins.functions.push_back(flow_.sites[from].callee);
      }
      open.append(before_[from].begin(), before_[from].end());
    }
  }
  llvm::sort(origins.nodes);
  return origins;
}

void NodeFlows::AppendTo(std::vector<FlowInfo>& flows) {
  const auto add_returned = [&](const clang::FunctionDecl& callee, uint32_t to) {
    if (const uint64_t id = id_of_(callee)) {
      flows.push_back({.to = to, .function = id, .kind = FlowInfo::kReturned});
    }
  };
  for (uint32_t site = 1; site < nodes_.size(); ++site) {
    const uint32_t to = nodes_[site];
    if (to == kNoNode) continue;
    const Origins origins = OriginsOf(site);
    for (uint32_t from : origins.nodes) flows.push_back({.from = from, .to = to});
    for (const clang::FunctionDecl* callee : origins.functions) add_returned(*callee, to);
    if (origins.unknown) flows.push_back({.to = to});
    if (flow_.sites[site].callee != nullptr) add_returned(*flow_.sites[site].callee, to);
  }
  for (const PassedValue& passed : flow_.passed) {
    const uint64_t callee = id_of_(*passed.callee);
    if (callee == 0) continue;
    const auto add = [&](uint32_t from) {
      flows.push_back({.from = from,
                       .function = callee,
                       .kind = FlowInfo::kArgument,
                       .index = static_cast<uint16_t>(passed.index)});
    };
    if (nodes_[passed.from] != kNoNode) {
      add(nodes_[passed.from]);
      continue;
    }
    for (uint32_t from : OriginsOf(passed.from).nodes) add(from);
  }
}

}  // namespace scope::compiler_plugin
