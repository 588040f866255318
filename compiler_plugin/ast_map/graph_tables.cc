#include "compiler_plugin/ast_map/graph_tables.h"

#include <algorithm>
#include <tuple>

#include "llvm/ADT/BitVector.h"

namespace scope::compiler_plugin {

bool GraphTables::IsUsed(uint32_t node) const { return node != kNoNode && used_.test(node); }

GraphTables::Ids GraphTables::AddIds(const std::vector<uint32_t>& nodes, bool holes) {
  std::vector<uint64_t> ids;
  for (uint32_t node : nodes) {
    if (IsUsed(node)) {
      ids.push_back(list_.nodes[node].id);
    } else if (holes) {
      ids.push_back(0);
    }
  }
  if (std::all_of(ids.begin(), ids.end(), [](uint64_t id) { return id == 0; })) return 0;
  return builder_.CreateVector(ids);
}

flatbuffers::Offset<flatbuffers::Vector<flatbuffers::Offset<wire::Block>>> GraphTables::AddBlocks(
    const FunctionInfo& function) {
  std::vector<flatbuffers::Offset<wire::Block>> blocks;
  for (const BlockInfo& block : function.blocks) {
    const Ids nodes = AddIds(block.nodes, /*holes=*/false);
    const auto successors = block.successors.empty() ? 0 : builder_.CreateVector(block.successors);
    const Ids controls = AddIds(block.controls, /*holes=*/false);
    blocks.push_back(
        wire::CreateBlock(builder_, nodes, successors, Range(block.range).get(), controls));
  }
  return blocks.empty() ? 0 : builder_.CreateVector(blocks);
}

flatbuffers::Offset<flatbuffers::Vector<const wire::Flow*>> GraphTables::AddFlows() {
  std::vector<wire::Flow> flows;
  for (const FlowInfo& flow : list_.flows) {
    const auto id_of = [&](uint32_t node) { return node == kNoNode ? 0 : list_.nodes[node].id; };
    if (flow.from != kNoNode && !used_.test(flow.from)) continue;
    if (flow.to != kNoNode && !used_.test(flow.to)) continue;
    switch (flow.kind) {
      case FlowInfo::kValue:
        flows.emplace_back(id_of(flow.from), id_of(flow.to), wire::FlowKind::Value, 0);
        break;
      case FlowInfo::kArgument:
        flows.emplace_back(id_of(flow.from), flow.function, wire::FlowKind::Argument, flow.index);
        break;
      case FlowInfo::kReturned:
        flows.emplace_back(flow.function, id_of(flow.to), wire::FlowKind::Returned, 0);
        break;
    }
  }
  const auto key = [](const wire::Flow& flow) {
    return std::tuple(flow.to(), flow.from(), flow.kind(), flow.index());
  };
  std::sort(flows.begin(), flows.end(),
            [&](const wire::Flow& a, const wire::Flow& b) { return key(a) < key(b); });
  const auto last =
      std::unique(flows.begin(), flows.end(),
                  [&](const wire::Flow& a, const wire::Flow& b) { return key(a) == key(b); });
  flows.erase(last, flows.end());
  return builder_.CreateVectorOfStructs(flows);
}

std::optional<uint64_t> GraphTables::FromOf(const OriginInfo& row) const {
  if (row.kind != OriginInfo::kNode) return row.name;
  if (!IsUsed(row.node)) return std::nullopt;
  return list_.nodes[row.node].id;
}

GraphTables::Origins GraphTables::AddOrigins() {
  std::vector<wire::Origin> origins;
  for (const OriginInfo& row : list_.origins) {
    const auto from = FromOf(row);
    if (!from || !IsUsed(row.to)) continue;
    origins.emplace_back(list_.nodes[row.to].id, *from, row.slot,
                         static_cast<wire::OriginKind>(row.kind));
  }
  std::sort(origins.begin(), origins.end(), [](const auto& a, const auto& b) {
    return std::tuple(a.to(), a.slot(), a.kind(), a.from()) <
           std::tuple(b.to(), b.slot(), b.kind(), b.from());
  });
  return origins.empty() ? 0 : builder_.CreateVectorOfStructs(origins);
}

GraphTables::Arms GraphTables::AddArms() {
  std::vector<wire::Arm> arms;
  for (const ArmInfo& arm : list_.arms) {
    if (!IsUsed(arm.to) || !IsUsed(arm.decider)) continue;
    arms.emplace_back(list_.nodes[arm.to].id, list_.nodes[arm.decider].id, arm.slot, arm.taken);
  }
  std::sort(arms.begin(), arms.end(), [](const auto& a, const auto& b) {
    return std::tuple(a.to(), a.slot(), a.decider()) < std::tuple(b.to(), b.slot(), b.decider());
  });
  return arms.empty() ? 0 : builder_.CreateVectorOfStructs(arms);
}

GraphTables::Stores GraphTables::AddStores() {
  std::vector<wire::MemoryStore> stores;
  for (const MemoryStoreInfo& store : list_.stores) {
    if (IsUsed(store.node)) stores.emplace_back(store.memory, list_.nodes[store.node].id);
  }
  std::sort(stores.begin(), stores.end(), [](const auto& a, const auto& b) {
    return std::tuple(a.memory(), a.node()) < std::tuple(b.memory(), b.node());
  });
  const auto last = std::unique(stores.begin(), stores.end(), [](const auto& a, const auto& b) {
    return a.memory() == b.memory() && a.node() == b.node();
  });
  stores.erase(last, stores.end());
  return stores.empty() ? 0 : builder_.CreateVectorOfStructs(stores);
}

flatbuffers::Offset<wire::Call> GraphTables::AddCall(const CallInfo& call) {
  const auto name = builder_.CreateSharedString(call.callee_name);
  const uint64_t node = IsUsed(call.node) ? list_.nodes[call.node].id : 0;
  std::vector<wire::ArgumentOrigin> arguments;
  for (const OriginInfo& row : call.arguments) {
    if (const auto from = FromOf(row)) {
      arguments.emplace_back(*from, row.parameter, row.slot,
                             static_cast<wire::OriginKind>(row.kind));
    }
  }
  const auto key = [](const wire::ArgumentOrigin& row) {
    return std::tuple(row.parameter(), row.slot(), row.kind(), row.from());
  };
  std::sort(arguments.begin(), arguments.end(),
            [&](const auto& a, const auto& b) { return key(a) < key(b); });
  const auto rows = arguments.empty() ? 0 : builder_.CreateVectorOfStructs(arguments);
  return wire::CreateCall(builder_, call.caller, call.callee, name, node, Range(call.range).get(),
                          call.is_virtual, rows);
}

}  // namespace scope::compiler_plugin
