#include "compiler_plugin/ast_map/ast_map.h"

#include <map>

#include "compiler_plugin/ast_map/graph_tables.h"
#include "llvm/ADT/BitVector.h"
#include "schema/ast_map_generated.h"

namespace scope::compiler_plugin {
namespace {

// The closest node outwards that is left, by what each says is around it.
uint64_t IdAround(const NodeList& list, const llvm::BitVector& used, const NodeInfo& node,
                  uint32_t NodeInfo::*around) {
  uint32_t outer = node.*around;
  while (outer != kNoNode && !used.test(outer)) outer = list.nodes[outer].*around;
  return outer == kNoNode ? 0 : list.nodes[outer].id;
}

class Builder {
 public:
  Builder(const NodeList& list, const llvm::BitVector& used)
      : list_(list), used_(used), graph_(list, used, builder_) {}

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
    const auto calls = graph_.AddCalls([&](uint64_t caller) { return functions.contains(caller); });
    const auto files = builder_.CreateVectorOfStrings(list_.files);
    const auto types = builder_.CreateVectorOfStrings(list_.types);
    const auto type_facts = AddTypes();
    const auto all_functions = builder_.CreateVector(function_tables);
    const auto all_nodes = builder_.CreateVector(node_tables);
    const auto instances = AddInstances();
    const auto flows = graph_.AddFlows();
    const auto origins = graph_.AddOrigins();
    const auto arms = graph_.AddArms();
    const auto stores = graph_.AddStores();
    const auto all_calls = builder_.CreateVector(calls);
    wire::AstMapBuilder map(builder_);
    map.add_version(1);
    map.add_main_file(list_.main_file);
    map.add_files(files);
    map.add_types(types);
    map.add_functions(all_functions);
    map.add_nodes(all_nodes);
    map.add_type_facts(type_facts);
    map.add_flows(flows);
    map.add_calls(all_calls);
    map.add_instances(instances);
    map.add_origins(origins);
    map.add_arms(arms);
    map.add_stores(stores);
    builder_.FinishSizePrefixed(map.Finish(), wire::AstMapIdentifier());
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
    const auto name = builder_.CreateString(function.name);
    const auto signature = builder_.CreateString(function.signature);
    const GraphTables::Range range(function.range);
    const auto blocks = graph_.AddBlocks(function);
    const auto instance = function.instance.empty() ? 0 : builder_.CreateString(function.instance);
    const auto parameters = graph_.AddIds(function.parameters, /*holes=*/true);
    const auto returns = graph_.AddIds(function.returns, /*holes=*/false);
    return wire::CreateFunction(builder_, function.id, name, signature, function.place.file,
                                function.place.line, function.place.column, range.get(), blocks,
                                instance, parameters, returns);
  }

  // Those of which nodes are left.
  flatbuffers::Offset<flatbuffers::Vector<flatbuffers::Offset<wire::Instance>>> AddInstances() {
    std::map<uint64_t, std::pair<uint32_t, std::vector<wire::NodeType>>> by_id;
    for (unsigned index : used_.set_bits()) {
      const NodeInfo& node = list_.nodes[index];
      if (node.instance == kNoNode) continue;
      auto& [instance, types] = by_id[list_.instances[node.instance].id];
      instance = node.instance;
      types.emplace_back(node.id, node.type_name);
    }
    std::vector<flatbuffers::Offset<wire::Instance>> tables;
    for (const auto& [id, found] : by_id) {
      const InstanceInfo& info = list_.instances[found.first];
      const auto name = builder_.CreateSharedString(info.name);
      const auto signature = builder_.CreateSharedString(info.signature);
      tables.push_back(wire::CreateInstance(builder_, id, places_.at(info.function), name,
                                            signature,
                                            builder_.CreateVectorOfStructs(found.second)));
    }
    return tables.empty() ? 0 : builder_.CreateVector(tables);
  }

  flatbuffers::Offset<wire::Node> AddNode(const NodeInfo& node) {
    const Place& place = node.place;
    const auto name = builder_.CreateSharedString(node.name);
    const GraphTables::Range spelling(node.spelling);
    const auto macro = node.macro.empty() ? 0 : builder_.CreateSharedString(node.macro);
    return wire::CreateNode(builder_, node.id, places_.at(node.function),
                            static_cast<uint8_t>(node.kind), node.type_name, place.file, place.line,
                            place.column, place.end_line, place.end_column, name,
                            IdAround(list_, used_, node, &NodeInfo::parent), spelling.get(),
                            node.of == kNoNode ? 0 : list_.nodes[node.of].id, macro, /*unit=*/0,
                            IdAround(list_, used_, node, &NodeInfo::loop), node.ends_turn);
  }

  const NodeList& list_;
  const llvm::BitVector& used_;
  flatbuffers::FlatBufferBuilder builder_;
  GraphTables graph_;
  std::map<uint32_t, uint32_t> places_;  // From NodeList::functions to those in the map.
};

}  // namespace

std::string BuildAstMap(const NodeList& list, const llvm::BitVector& used_nodes) {
  return Builder(list, used_nodes).Build();
}

std::string BuildSourceMap(const NodeList& list, const SourceInfo& source) {
  flatbuffers::FlatBufferBuilder builder;
  const auto files = builder.CreateVectorOfStrings(std::vector{list.files[source.file]});
  const auto* bytes = reinterpret_cast<const uint8_t*>(source.text.data());
  const auto text = source.text.empty() ? 0 : builder.CreateVector(bytes, source.text.size());
  const auto sources =
      builder.CreateVector({wire::CreateSource(builder, 0, source.hash, source.bytes, text)});
  wire::AstMapBuilder map(builder);
  map.add_files(files);
  map.add_sources(sources);
  builder.FinishSizePrefixed(map.Finish(), wire::AstMapIdentifier());
  return {reinterpret_cast<const char*>(builder.GetBufferPointer()), builder.GetSize()};
}

}  // namespace scope::compiler_plugin
