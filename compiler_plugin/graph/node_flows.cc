#include "compiler_plugin/graph/node_flows.h"

#include "clang/AST/DeclCXX.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/Support/xxhash.h"

namespace scope::compiler_plugin {
namespace {

// Values of one node. More come out of functions that a machine has written.
constexpr size_t kOriginsMax = 4096;

}  // namespace

NodeFlows::NodeFlows(const FunctionFlow& flow, const std::vector<uint32_t>& nodes, IdOf id_of)
    : flow_(flow), nodes_(nodes), id_of_(std::move(id_of)), before_(flow.sites.size()) {
  for (uint32_t i = 0; i < flow.edges.size(); ++i) before_[flow.edges[i].to].push_back(i);
}

// A constructor returns nothing.
const clang::FunctionDecl* NodeFlows::ReturnsInto(uint32_t site) const {
  const clang::FunctionDecl* callee = flow_.sites[site].callee;
  return callee == nullptr || llvm::isa<clang::CXXConstructorDecl>(callee) ? nullptr : callee;
}

std::vector<NodeFlows::Origin> NodeFlows::OriginsOf(uint32_t site) const {
  struct Open {
    uint32_t edge;
    Slot slot;
    uint32_t arm;
  };
  std::vector<Origin> origins;
  llvm::SmallVector<Open, 16> open;
  const auto visit = [&](uint32_t of, const Slot& slot, uint32_t arm) {
    for (uint32_t edge : before_[of]) open.push_back({edge, slot, arm});
  };
  visit(site, {kUnknownSite, kNoStorage, kNoArm}, kNoArm);
  llvm::SmallDenseSet<std::pair<uint32_t, Slot>, 16> seen;
  while (!open.empty()) {
    const Open now = open.pop_back_val();
    const ValueEdge& edge = flow_.edges[now.edge];
    const uint32_t from = edge.from;
    const uint32_t arm = now.arm != kNoArm ? now.arm : edge.arm;
    const bool lay = edge.storage != kNoStorage;
    Slot slot = lay ? Slot{edge.to, edge.storage, arm} : now.slot;
    const bool is_node = from != kUnknownSite && nodes_[from] != kNoNode;
    // The value itself, or the value of a call: nothing else can stand in its place.
    const clang::FunctionDecl* callee = ReturnsInto(from);
    if (!lay && (is_node || callee != nullptr)) slot = {from, kNoStorage, arm};
    if (!seen.insert({from, slot}).second || seen.size() > kOriginsMax) continue;
    if (from == kUnknownSite) {
      const bool named = lay && !flow_.memories[edge.storage].name.empty();
      const auto kind = !named                                ? OriginInfo::kUnknown
                        : flow_.memories[edge.storage].is_one ? OriginInfo::kOneObject
                                                              : OriginInfo::kSomeObject;
      origins.push_back({.kind = kind, .storage = edge.storage, .slot = slot, .arm = arm});
    } else if (is_node) {
      origins.push_back(
          {.kind = OriginInfo::kNode, .node = nodes_[from], .slot = slot, .arm = arm});
    } else {
      if (callee != nullptr) {
        origins.push_back(
            {.kind = OriginInfo::kReturned, .function = callee, .slot = slot, .arm = arm});
      }
      visit(from, slot, arm);
    }
  }
  return origins;
}

template <typename Add>
void NodeFlows::ForEachRow(const std::vector<Origin>& origins, const Add& add) const {
  llvm::SmallDenseMap<Slot, uint16_t, 8> numbers;
  for (const Origin& origin : origins) {
    OriginInfo row = {.node = origin.node, .kind = origin.kind};
    if (origin.function != nullptr) row.name = id_of_(*origin.function);
    if (origin.function != nullptr && row.name == 0) row.kind = OriginInfo::kUnknown;
    if (row.kind == OriginInfo::kOneObject || row.kind == OriginInfo::kSomeObject) {
      row.name = llvm::xxh3_64bits(flow_.memories[origin.storage].name);
    }
    row.slot =
        numbers.try_emplace(origin.slot, static_cast<uint16_t>(numbers.size())).first->second;
    add(row, origin.arm);
  }
}

void NodeFlows::AppendFlows(uint32_t to, const std::vector<Origin>& origins, NodeList& list) const {
  for (const Origin& origin : origins) {
    if (origin.kind == OriginInfo::kNode) {
      list.flows.push_back({.from = origin.node, .to = to});
    } else if (origin.function == nullptr) {
      list.flows.push_back({.to = to});
    } else if (const uint64_t id = id_of_(*origin.function)) {
      list.flows.push_back({.to = to, .function = id, .kind = FlowInfo::kReturned});
    }
  }
}

void NodeFlows::AppendTo(NodeList& list) {
  for (uint32_t site = 1; site < nodes_.size(); ++site) {
    const uint32_t to = nodes_[site];
    if (to == kNoNode) continue;
    std::vector<Origin> origins = OriginsOf(site);
    if (const clang::FunctionDecl* callee = ReturnsInto(site)) {
      origins.push_back(
          {.kind = OriginInfo::kReturned, .function = callee, .slot = {site, kNoStorage, kNoArm}});
    }
    AppendFlows(to, origins, list);
    ForEachRow(origins, [&](OriginInfo& row, uint32_t arm) {
      row.to = to;
      list.origins.push_back(row);
      for (; arm != kNoArm; arm = flow_.arms[arm].outer) {
        const Arm& chosen = flow_.arms[arm];
        list.arms.push_back(
            {.to = to, .decider = nodes_[chosen.choice], .slot = row.slot, .taken = chosen.taken});
      }
    });
  }
  for (const PassedValue& passed : flow_.passed) {
    const uint64_t callee = id_of_(*passed.callee);
    if (callee == 0) continue;
    const auto add = [&](uint32_t from) {
      list.flows.push_back({.from = from,
                            .function = callee,
                            .kind = FlowInfo::kArgument,
                            .index = static_cast<uint16_t>(passed.index)});
    };
    if (nodes_[passed.from] != kNoNode) {
      add(nodes_[passed.from]);
      continue;
    }
    for (const Origin& origin : OriginsOf(passed.from)) {
      if (origin.kind == OriginInfo::kNode) add(origin.node);
    }
  }
  AppendStores(list);
}

std::vector<std::vector<OriginInfo>> NodeFlows::Arguments() const {
  std::vector<std::vector<OriginInfo>> arguments(flow_.calls.size());
  for (const PassedValue& passed : flow_.passed) {
    if (passed.call >= arguments.size()) continue;
    std::vector<Origin> origins;
    if (nodes_[passed.from] != kNoNode) {
      origins.push_back({.kind = OriginInfo::kNode, .node = nodes_[passed.from]});
    } else {
      origins = OriginsOf(passed.from);
    }
    ForEachRow(origins, [&](OriginInfo& row, uint32_t) {
      row.parameter = static_cast<uint16_t>(passed.index);
      arguments[passed.call].push_back(row);
    });
  }
  return arguments;
}

void NodeFlows::AppendStores(NodeList& list) const {
  for (const auto& [site, name] : flow_.stores) {
    const uint64_t memory = llvm::xxh3_64bits(name);
    if (nodes_[site] != kNoNode) {
      list.stores.push_back({.memory = memory, .node = nodes_[site]});
      continue;
    }
    for (const Origin& origin : OriginsOf(site)) {
      if (origin.kind == OriginInfo::kNode) list.stores.push_back({memory, origin.node});
    }
  }
}

}  // namespace scope::compiler_plugin
