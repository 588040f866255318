#include "pipeline/node_index.h"

#include "absl/strings/str_cat.h"
#include "scope/trace/binary.h"

namespace scope::pipeline {

absl::StatusOr<std::shared_ptr<const ModuleNodes>> ModuleNodes::Make(uint32_t number,
                                                                     uint32_t first_node,
                                                                     uint64_t address,
                                                                     absl::string_view image) {
  if (address % 16 != 0 || address > SCOPE_HEAD_NODE) {
    return absl::InvalidArgumentError(absl::StrCat("its nodes are at an odd address: ", address));
  }
  const absl::StatusOr<std::vector<trace::NodePlace>> places = trace::ParseNodes(image);
  if (!places.ok()) return places.status();
  auto module = std::make_shared<ModuleNodes>();
  module->number = number;
  module->first_node = first_node;
  module->address = address;
  module->bytes = image.size() & ~uint64_t{15};
  module->slots.resize(module->bytes / 16);
  module->nodes.reserve(places->size());
  for (const trace::NodePlace& place : *places) {
    module->nodes.push_back({place.node.kind, place.node.type});
    module->slots[place.node_offset / 16] = static_cast<uint32_t>(module->nodes.size());
  }
  return module;
}

std::shared_ptr<const NodeIndex> NodeIndex::With(uint32_t process,
                                                 std::shared_ptr<const ModuleNodes> module) const {
  auto index = std::make_shared<NodeIndex>(*this);
  const auto known = processes_.find(process);
  ByAddress modules = known == processes_.end() ? ByAddress() : *known->second;
  std::erase_if(modules, [&](const std::shared_ptr<const ModuleNodes>& old) {
    return old->address < module->address + module->bytes &&
           module->address < old->address + old->bytes;
  });
  const auto behind = std::upper_bound(
      modules.begin(), modules.end(), module->address,
      [](uint64_t address, const auto& other) { return address < other->address; });
  modules.insert(behind, std::move(module));
  index->processes_[process] = std::make_shared<const ByAddress>(std::move(modules));
  return index;
}

std::shared_ptr<const NodeIndex> NodeIndex::Without(uint32_t process) const {
  auto index = std::make_shared<NodeIndex>(*this);
  index->processes_.erase(process);
  return index;
}

}  // namespace scope::pipeline
