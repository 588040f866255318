#include "compiler_plugin/ast_map/ast_map.h"

#include <map>

#include "llvm/ADT/BitVector.h"
#include "schema/ast_map_generated.h"

namespace scope::compiler_plugin {
namespace {

// The closest enclosing node that is left.
uint64_t ParentId(const NodeList& list, const llvm::BitVector& used, const NodeInfo& node) {
  uint32_t parent = node.parent;
  while (parent != kNoNode && !used.test(parent)) parent = list.nodes[parent].parent;
  return parent == kNoNode ? 0 : list.nodes[parent].id;
}

class Builder {
 public:
  Builder(const NodeList& list, const llvm::BitVector& used) : list_(list), used_(used) {}

  std::string Build() {
    // Instantiations of a template have the same nodes: one of them stands for all.
    std::map<uint64_t, uint32_t> nodes;
    for (unsigned index : used_.set_bits()) nodes.emplace(list_.nodes[index].id, index);
    std::map<uint64_t, uint32_t> functions;
    for (const auto& [id, index] : nodes) {
      const uint32_t function = list_.nodes[index].function;
      functions.emplace(list_.functions[function].id, function);
    }
    std::vector<flatbuffers::Offset<wire::Function>> function_tables;
    for (const auto& [id, function] : functions) {
      places_[function] = static_cast<uint32_t>(function_tables.size());
      function_tables.push_back(AddFunction(list_.functions[function]));
    }
    std::vector<flatbuffers::Offset<wire::Node>> node_tables;
    for (const auto& [id, index] : nodes) node_tables.push_back(AddNode(list_.nodes[index]));
    builder_.FinishSizePrefixed(wire::CreateAstMap(builder_, 1, list_.main_file,
                                                   builder_.CreateVectorOfStrings(list_.files),
                                                   builder_.CreateVectorOfStrings(list_.types),
                                                   builder_.CreateVector(function_tables),
                                                   builder_.CreateVector(node_tables), AddTypes()),
                                wire::AstMapIdentifier());
    return {reinterpret_cast<const char*>(builder_.GetBufferPointer()), builder_.GetSize()};
  }

 private:
  using TypeTables = flatbuffers::Vector<flatbuffers::Offset<wire::Type>>;

  flatbuffers::Offset<TypeTables> AddTypes() {
    std::vector<flatbuffers::Offset<wire::Type>> types;
    for (const TypeFacts& type : list_.type_facts) types.push_back(AddType(type));
    return builder_.CreateVector(types);
  }

  flatbuffers::Offset<wire::Type> AddType(const TypeFacts& type) {
    std::vector<flatbuffers::Offset<wire::Member>> members;
    for (const MemberFacts& member : type.members) {
      members.push_back(wire::CreateMember(builder_, builder_.CreateSharedString(member.name),
                                           member.type, member.bit_offset, member.bit_width,
                                           member.is_base));
    }
    std::vector<flatbuffers::Offset<wire::Enumerator>> enumerators;
    for (const EnumeratorFacts& enumerator : type.enumerators) {
      enumerators.push_back(wire::CreateEnumerator(
          builder_, builder_.CreateSharedString(enumerator.name), enumerator.value));
    }
    const auto member_vector = members.empty() ? 0 : builder_.CreateVector(members);
    const auto enumerator_vector = enumerators.empty() ? 0 : builder_.CreateVector(enumerators);
    return wire::CreateType(builder_, static_cast<wire::TypeKind>(type.kind), type.bytes,
                            type.element, type.count, member_vector, enumerator_vector);
  }

  flatbuffers::Offset<wire::Function> AddFunction(const FunctionInfo& function) {
    return wire::CreateFunction(builder_, function.id, builder_.CreateString(function.name),
                                builder_.CreateString(function.signature), function.place.file,
                                function.place.line, function.place.column);
  }

  flatbuffers::Offset<wire::Node> AddNode(const NodeInfo& node) {
    const Place& place = node.place;
    return wire::CreateNode(builder_, node.id, places_.at(node.function),
                            static_cast<uint8_t>(node.kind), node.type_name, place.file, place.line,
                            place.column, place.end_line, place.end_column,
                            builder_.CreateSharedString(node.name), ParentId(list_, used_, node));
  }

  const NodeList& list_;
  const llvm::BitVector& used_;
  flatbuffers::FlatBufferBuilder builder_;
  std::map<uint32_t, uint32_t> places_;  // From NodeList::functions to those in the map.
};

}  // namespace

std::string BuildAstMap(const NodeList& list, const llvm::BitVector& used_nodes) {
  return Builder(list, used_nodes).Build();
}

}  // namespace scope::compiler_plugin
