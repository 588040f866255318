#include <cstring>
#include <deque>
#include <memory>

#include "absl/container/flat_hash_map.h"
#include "schema/ast_map_generated.h"
#include "scope/trace/binary.h"

namespace scope::trace {
namespace {

constexpr uint64_t kTablesMax = 100'000'000;
constexpr uint64_t kDepthMax = 16;

std::string Text(const flatbuffers::String* text) { return text == nullptr ? "" : text->str(); }

// Element `index` of a vector of strings; empty when there is none.
std::string TextAt(const flatbuffers::Vector<flatbuffers::Offset<flatbuffers::String>>* texts,
                   uint32_t index) {
  return texts == nullptr || index >= texts->size() ? "" : Text(texts->Get(index));
}

// The maps' indices are checked here, and nowhere later.
std::deque<Type> ReadTypes(const wire::AstMap& map) {
  const auto* facts = map.type_facts();
  std::deque<Type> types(facts == nullptr ? 0 : facts->size());
  const auto find = [&](uint32_t index) { return index < types.size() ? &types[index] : nullptr; };
  for (uint32_t i = 0; i < types.size(); ++i) {
    const wire::Type& fact = *facts->Get(i);
    Type& type = types[i];
    type.kind = static_cast<TypeKind>(fact.kind());
    type.name = TextAt(map.types(), i);
    type.bytes = fact.bytes();
    type.element = find(fact.element());
    type.count = fact.count();
    if (fact.members() != nullptr) {
      for (const wire::Member* member : *fact.members()) {
        type.members.push_back({Text(member->name()), find(member->type()), member->bit_offset(),
                                member->bit_width(), member->is_base()});
      }
    }
    if (fact.enumerators() != nullptr) {
      for (const wire::Enumerator* enumerator : *fact.enumerators()) {
        type.enumerators.push_back({Text(enumerator->name()), enumerator->value()});
      }
    }
  }
  return types;
}

}  // namespace

struct NodeFacts::Index {
  struct Found {
    const wire::Node* node;
    const wire::AstMap* map;
    const std::deque<Type>* types;  // of the map, by its own index
  };

  std::vector<std::unique_ptr<uint64_t[]>> buffers;  // of the maps: FlatBuffers wants them aligned
  absl::flat_hash_map<uint64_t, Found> nodes;
  absl::flat_hash_map<uint64_t, Function*> functions;
  std::deque<Function> storage;
  std::deque<std::deque<Type>> types;
  size_t map_count = 0;
  size_t unreadable_count = 0;

  void AddMap(absl::string_view bytes);
  const Function* Unknown(uint64_t function_id);
};

// `bytes`: one map with its size prefix.
void NodeFacts::Index::AddMap(absl::string_view bytes) {
  auto buffer = std::make_unique<uint64_t[]>(bytes.size() / 8 + 1);
  std::memcpy(buffer.get(), bytes.data(), bytes.size());
  const auto* data = reinterpret_cast<const uint8_t*>(buffer.get());
  flatbuffers::Verifier verifier(data, bytes.size(), kDepthMax, kTablesMax);
  if (!wire::VerifySizePrefixedAstMapBuffer(verifier)) {
    ++unreadable_count;
    return;
  }
  const wire::AstMap* map = wire::GetSizePrefixedAstMap(data);
  ++map_count;
  if (map->functions() != nullptr) {
    for (const wire::Function* function : *map->functions()) {
      Function*& known = functions[function->id()];
      if (known != nullptr) continue;
      known = &storage.emplace_back(Function{.id = function->id(),
                                             .name = Text(function->name()),
                                             .signature = Text(function->signature()),
                                             .file = TextAt(map->files(), function->file()),
                                             .line = function->line(),
                                             .column = function->column()});
    }
  }
  if (map->nodes() != nullptr) {
    const std::deque<Type>* const map_types = &types.emplace_back(ReadTypes(*map));
    for (const wire::Node* node : *map->nodes()) {
      nodes.try_emplace(node->id(), Found{node, map, map_types});
    }
  }
  buffers.push_back(std::move(buffer));
}

const Function* NodeFacts::Index::Unknown(uint64_t function_id) {
  Function*& known = functions[function_id];
  if (known == nullptr) {
    known = &storage.emplace_back();
    known->id = function_id;
    known->name = "?";
  }
  return known;
}

NodeFacts::NodeFacts() : index_(std::make_unique<Index>()) {}
NodeFacts::~NodeFacts() = default;
NodeFacts::NodeFacts(NodeFacts&&) noexcept = default;
NodeFacts& NodeFacts::operator=(NodeFacts&&) noexcept = default;

NodeFacts NodeFacts::FromMaps(absl::string_view maps_image) {
  NodeFacts facts;
  size_t at = 0;
  while (at + sizeof(uint32_t) <= maps_image.size()) {
    uint32_t bytes;
    std::memcpy(&bytes, maps_image.data() + at, sizeof(bytes));
    if (bytes == 0) {  // padding between two maps
      at += sizeof(bytes);
      continue;
    }
    if (bytes > maps_image.size() - at - sizeof(bytes)) {
      ++facts.index_->unreadable_count;
      break;
    }
    facts.index_->AddMap(maps_image.substr(at, sizeof(bytes) + bytes));
    at += sizeof(bytes) + bytes;
  }
  return facts;
}

bool NodeFacts::Fill(uint64_t id, uint64_t function_id, Node& node) const {
  const auto function = index_->functions.find(function_id);
  node.function =
      function != index_->functions.end() ? function->second : index_->Unknown(function_id);
  const auto found = index_->nodes.find(id);
  if (found == index_->nodes.end()) return false;
  const wire::Node& fact = *found->second.node;
  const wire::AstMap& map = *found->second.map;
  node.parent = fact.parent();
  node.file = TextAt(map.files(), fact.file());
  node.line = fact.line();
  node.column = fact.column();
  node.end_line = fact.end_line();
  node.end_column = fact.end_column();
  node.name = Text(fact.name());
  node.type_name = TextAt(map.types(), fact.type());
  const std::deque<Type>& types = *found->second.types;
  node.type = fact.type() < types.size() ? &types[fact.type()] : nullptr;
  return true;
}

size_t NodeFacts::map_count() const { return index_->map_count; }
size_t NodeFacts::unreadable_count() const { return index_->unreadable_count; }

}  // namespace scope::trace
