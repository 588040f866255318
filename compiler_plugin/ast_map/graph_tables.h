// graph_tables.h - blocks, flows and calls as tables of the AST map.
//
// Path:  NodeList -> THIS -> ast_map.cc

#pragma once

#include <optional>
#include <vector>

#include "compiler_plugin/nodes.h"
#include "schema/ast_map_generated.h"

namespace llvm {
class BitVector;
}

namespace scope::compiler_plugin {

class GraphTables {
 public:
  // Only nodes whose bit is set are named.
  GraphTables(const NodeList& list, const llvm::BitVector& used,
              flatbuffers::FlatBufferBuilder& builder)
      : list_(list), used_(used), builder_(builder) {}

  using Ids = flatbuffers::Offset<flatbuffers::Vector<uint64_t>>;

  // A range of a table; none where the place is not known.
  class Range {
   public:
    explicit Range(const Place& place)
        : range_(place.file, place.line, place.column, place.end_line, place.end_column),
          known_(place.line != 0) {}
    const wire::Range* get() const { return known_ ? &range_ : nullptr; }

   private:
    wire::Range range_;
    bool known_;
  };

  // `holes`: what is not used counts as 0 and keeps its place.
  Ids AddIds(const std::vector<uint32_t>& nodes, bool holes);
  flatbuffers::Offset<flatbuffers::Vector<flatbuffers::Offset<wire::Block>>> AddBlocks(
      const FunctionInfo& function);
  flatbuffers::Offset<flatbuffers::Vector<const wire::Flow*>> AddFlows();
  using Origins = flatbuffers::Offset<flatbuffers::Vector<const wire::Origin*>>;
  using Arms = flatbuffers::Offset<flatbuffers::Vector<const wire::Arm*>>;
  using Stores = flatbuffers::Offset<flatbuffers::Vector<const wire::MemoryStore*>>;
  Origins AddOrigins();
  Arms AddArms();
  Stores AddStores();
  // The calls of the functions for which `wanted(id)` is true.
  template <typename Wanted>
  std::vector<flatbuffers::Offset<wire::Call>> AddCalls(const Wanted& wanted) {
    std::vector<flatbuffers::Offset<wire::Call>> calls;
    for (const CallInfo& call : list_.calls) {
      if (wanted(call.caller)) calls.push_back(AddCall(call));
    }
    return calls;
  }

 private:
  flatbuffers::Offset<wire::Call> AddCall(const CallInfo& call);
  bool IsUsed(uint32_t node) const;
  // None: the node is in no table.
  std::optional<uint64_t> FromOf(const OriginInfo& row) const;

  const NodeList& list_;
  const llvm::BitVector& used_;
  flatbuffers::FlatBufferBuilder& builder_;
};

}  // namespace scope::compiler_plugin
