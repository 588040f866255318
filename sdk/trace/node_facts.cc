#include <deque>
#include <memory>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "scope/trace/binary.h"
#include "sdk/trace/map_set.h"

namespace scope::trace {
namespace {

constexpr size_t kCollisionsMax = 8;

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
        type.members.push_back({TextOf(member->name()), find(member->type()), member->bit_offset(),
                                member->bit_width(), member->is_base(), TextOf(member->unit())});
      }
    }
    if (fact.enumerators() != nullptr) {
      for (const wire::Enumerator* enumerator : *fact.enumerators()) {
        type.enumerators.push_back({TextOf(enumerator->name()), enumerator->value()});
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

  struct Instance {
    Function function;
    absl::flat_hash_map<uint64_t, uint32_t> type_of_node;
    const wire::AstMap* map;
    const std::deque<Type>* types;
  };

  std::shared_ptr<const MapSet> maps = std::make_shared<MapSet>();
  absl::flat_hash_map<uint64_t, Found> nodes;
  absl::flat_hash_map<uint64_t, Function*> functions;
  std::deque<Function> storage;
  absl::flat_hash_map<uint64_t, std::unique_ptr<Instance>> instances;
  std::vector<Collision> collisions;
  size_t collision_count = 0;
  std::deque<std::deque<Type>> types;

  void AddMap(const wire::AstMap& map);
  void AddInstances(const wire::AstMap& map, const std::deque<Type>* map_types);
  void Compare(const Found& known, const Found& added);
  const Function* Unknown(uint64_t function_id);
};

namespace {

std::string PlaceText(const wire::AstMap& map, const wire::Node& node) {
  const auto* functions = map.functions();
  const wire::Function* function = functions != nullptr && node.function() < functions->size()
                                       ? functions->Get(node.function())
                                       : nullptr;
  return absl::StrCat(function != nullptr ? TextOf(function->name()) : "?", " at ",
                      TextAt(map.files(), node.file()), ":", node.line(), ":", node.column());
}

}  // namespace

// Units that hold the same inline function agree about it; two functions that only look equal stand
// in different places.
void NodeFacts::Index::Compare(const Found& known, const Found& added) {
  const bool same = known.node->line() == added.node->line() &&
                    known.node->column() == added.node->column() &&
                    known.node->kind() == added.node->kind() &&
                    TextAt(known.map->files(), known.node->file()) ==
                        TextAt(added.map->files(), added.node->file());
  if (same) return;
  ++collision_count;
  if (collisions.size() == kCollisionsMax) return;
  collisions.push_back(
      {known.node->id(), PlaceText(*known.map, *known.node), PlaceText(*added.map, *added.node)});
}

void NodeFacts::Index::AddMap(const wire::AstMap& map) {
  if (map.functions() != nullptr) {
    for (const wire::Function* function : *map.functions()) {
      Function*& known = functions[function->id()];
      if (known != nullptr) continue;
      known = &storage.emplace_back(Function{.id = function->id(),
                                             .name = TextOf(function->name()),
                                             .template_name = "",
                                             .signature = TextOf(function->signature()),
                                             .file = TextAt(map.files(), function->file()),
                                             .line = function->line(),
                                             .column = function->column(),
                                             .by_hand = function->by_hand()});
    }
  }
  if (map.nodes() == nullptr) return;
  const std::deque<Type>* const map_types = &types.emplace_back(ReadTypes(map));
  for (const wire::Node* node : *map.nodes()) {
    const Found added{node, &map, map_types};
    const auto [known, is_new] = nodes.try_emplace(node->id(), added);
    if (!is_new) Compare(known->second, added);
  }
  if (map.instances() != nullptr) AddInstances(map, map_types);
}

void NodeFacts::Index::AddInstances(const wire::AstMap& map, const std::deque<Type>* map_types) {
  for (const wire::Instance* added : *map.instances()) {
    std::unique_ptr<Instance>& known = instances[added->id()];
    if (known == nullptr) {
      if (map.functions() == nullptr || added->function() >= map.functions()->size()) continue;
      known = std::make_unique<Instance>();
      known->function = *functions[map.functions()->Get(added->function())->id()];
      known->function.instance = added->id();
      known->function.template_name = known->function.name;
      known->function.name = TextOf(added->name());
      known->function.signature = TextOf(added->signature());
      known->map = &map;
      known->types = map_types;
    }
    // Another unit may have more of it: the first one counts, whose types are known.
    if (added->types() == nullptr || known->map != &map) continue;
    for (const wire::NodeType* type : *added->types()) {
      known->type_of_node.try_emplace(type->node(), type->type());
    }
  }
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
  facts.index_->maps = MapSet::FromImage(maps_image);
  for (const wire::AstMap* map : facts.index_->maps->maps()) facts.index_->AddMap(*map);
  return facts;
}

bool NodeFacts::Fill(uint64_t id, uint64_t function_id, Node& node, uint64_t instance) const {
  const auto function = index_->functions.find(function_id);
  node.function =
      function != index_->functions.end() ? function->second : index_->Unknown(function_id);
  const auto of = instance != 0 ? index_->instances.find(instance) : index_->instances.end();
  if (of != index_->instances.end() && of->second != nullptr) {
    node.function = &of->second->function;
  }
  const auto found = index_->nodes.find(id);
  if (found == index_->nodes.end()) return false;
  const wire::Node& fact = *found->second.node;
  const wire::AstMap& map = *found->second.map;
  node.parent = fact.parent();
  node.of = fact.of();
  node.loop = fact.loop();
  node.ends_turn = fact.ends_turn();
  node.file = TextAt(map.files(), fact.file());
  node.line = fact.line();
  node.column = fact.column();
  node.end_line = fact.end_line();
  node.end_column = fact.end_column();
  node.unit = TextOf(fact.unit());
  node.name = TextOf(fact.name());
  const auto use_type = [&node](const wire::AstMap& map, const std::deque<Type>& types,
                                uint32_t type) {
    node.type_name = TextAt(map.types(), type);
    node.type = type < types.size() ? &types[type] : nullptr;
  };
  use_type(map, *found->second.types, fact.type());
  if (of == index_->instances.end() || of->second == nullptr) return true;
  const Index::Instance& own = *of->second;
  const auto type = own.type_of_node.find(id);
  if (type != own.type_of_node.end()) use_type(*own.map, *own.types, type->second);
  return true;
}

size_t NodeFacts::map_count() const { return index_->maps->maps().size(); }
size_t NodeFacts::unreadable_count() const { return index_->maps->unreadable_count(); }
const std::vector<Collision>& NodeFacts::collisions() const { return index_->collisions; }
size_t NodeFacts::collision_count() const { return index_->collision_count; }
const std::shared_ptr<const MapSet>& NodeFacts::maps() const { return index_->maps; }

std::string CollisionText(const NodeFacts& facts) {
  if (facts.collision_count() == 0) return "";
  const Collision& first = facts.collisions().front();
  std::string text =
      absl::StrFormat("two nodes have the id %016x: %s, and %s", first.id, first.one, first.other);
  if (facts.collision_count() > 1) {
    absl::StrAppend(&text, "; ", facts.collision_count(), " such pairs");
  }
  return text + "; the plugin's option root= tells files of one name apart";
}

Node NodeAt(const NodePlace& place, const NodeFacts& facts) {
  Node node;
  node.id = place.node.id;
  node.kind = static_cast<scope_event_kind>(place.node.kind);
  node.value_type = static_cast<scope_value_type>(place.node.type);
  node.function_id = place.function_id;
  node.armed = (place.node.flags & SCOPE_NODE_ARMED) != 0;
  node.redacted = (place.node.flags & SCOPE_NODE_REDACTED) != 0;
  facts.Fill(node.id, node.function_id, node, place.instance);
  return node;
}

std::vector<Node> ListNodes(const NodeFacts& facts) {
  std::vector<NodePlace> places;
  for (const wire::AstMap* map : facts.maps()->maps()) {
    if (map->nodes() == nullptr || map->functions() == nullptr) continue;
    for (const wire::Node* node : *map->nodes()) {
      NodePlace& place = places.emplace_back();
      place.node.id = node->id();
      place.node.kind = node->kind();
      const bool known = node->function() < map->functions()->size();
      place.function_id = known ? map->functions()->Get(node->function())->id() : 0;
    }
  }
  return ListNodes(places, facts);
}

std::vector<Node> ListNodes(const std::vector<NodePlace>& places, const NodeFacts& facts) {
  std::vector<Node> nodes;
  nodes.reserve(places.size());
  for (const NodePlace& place : places) {
    Node& node = nodes.emplace_back(NodeAt(place, facts));
    node.number = static_cast<uint32_t>(nodes.size() - 1);
  }
  return nodes;
}

}  // namespace scope::trace
