#include "sdk/query/catalog.h"

#include <utility>

#include "scope/trace/event_words.h"

namespace scope::query {

Catalog::Catalog(const trace::TraceReader& reader) {
  absl::flat_hash_map<std::pair<uint64_t, uint64_t>, uint32_t> numbers;  // by id and instance
  for (const trace::Node& node : reader.nodes()) {
    const auto [place, is_new] = numbers.try_emplace({node.function_id, node.function->instance},
                                                     static_cast<uint32_t>(functions_.size()));
    if (is_new) functions_.push_back({node.function_id, node.function, node.number});
    function_of_node_.push_back(place->second);
    type_of_node_.push_back(
        node.type_name.empty() ? kNone : AddType(node.type_name, node.value_type, node.type));
  }
  for (int kind = 0; kind < 256; ++kind) kind_words_.push_back(trace::KindWord(kind));
  // What types are made of; the list grows meanwhile.
  for (size_t i = 0; i < types_.size(); ++i) {
    const trace::Type* const facts = types_[i].facts;
    if (facts == nullptr) continue;
    if (facts->element != nullptr) AddType(facts->element->name, kScopeValueNone, facts->element);
    for (const trace::Type::Member& member : facts->members) {
      if (member.type != nullptr) AddType(member.type->name, kScopeValueNone, member.type);
    }
  }
}

uint32_t Catalog::AddType(const std::string& name, scope_value_type value_type,
                          const trace::Type* facts) {
  const auto [place, is_new] =
      type_numbers_.try_emplace(name, static_cast<uint32_t>(types_.size()));
  if (is_new) types_.push_back({name, value_type, facts});
  Type& type = types_[place->second];
  if (type.facts == nullptr) type.facts = facts;
  if (type.value_type == kScopeValueNone) type.value_type = value_type;
  return place->second;
}

uint32_t Catalog::NumberOf(const trace::Type* type) const {
  const auto found = type == nullptr ? type_numbers_.end() : type_numbers_.find(type->name);
  return found == type_numbers_.end() ? kNone : found->second;
}

}  // namespace scope::query
