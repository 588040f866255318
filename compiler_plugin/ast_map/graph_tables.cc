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

flatbuffers::Offset<wire::Call> GraphTables::AddCall(const CallInfo& call) {
  const auto name = builder_.CreateSharedString(call.callee_name);
  const uint64_t node = IsUsed(call.node) ? list_.nodes[call.node].id : 0;
  return wire::CreateCall(builder_, call.caller, call.callee, name, node, Range(call.range).get(),
                          call.is_virtual);
}

}  // namespace scope::compiler_plugin
