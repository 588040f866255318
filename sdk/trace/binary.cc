#include "scope/trace/binary.h"

#include <cstring>

#include "absl/strings/str_cat.h"
#include "sdk/trace/elf_file.h"

namespace scope::trace {
namespace {

constexpr size_t kAlign = 16;

}  // namespace

absl::StatusOr<Binary> ReadBinary(const std::string& path) {
  const absl::StatusOr<ElfFile> file = ElfFile::Open(path);
  if (!file.ok()) return file.status();
  Binary binary{.path = path, .build_id = file->BuildId(), .nodes_image = "", .maps_image = ""};
  if (const Elf64_Shdr* nodes = file->Find(SCOPE_NODES_SECTION); nodes != nullptr) {
    absl::StatusOr<std::string> image = file->Read(*nodes);
    if (!image.ok()) return image.status();
    binary.nodes_image = *std::move(image);
    binary.nodes_address = nodes->sh_addr;
  }
  binary.reports_by_hand = file->Find("scope_api") != nullptr;
  if (const Elf64_Shdr* maps = file->Find(SCOPE_MAP_SECTION); maps != nullptr) {
    absl::StatusOr<std::string> image = file->Read(*maps);
    if (!image.ok()) return image.status();
    binary.maps_image = *std::move(image);
  }
  return binary;
}

absl::StatusOr<std::vector<NodePlace>> ParseNodes(absl::string_view image) {
  std::vector<NodePlace> places;
  const auto malformed = [&](size_t at, absl::string_view what) {
    return absl::InvalidArgumentError(
        absl::StrCat("section " SCOPE_NODES_SECTION ", byte ", at, ": ", what));
  };
  size_t at = 0;
  while (at + sizeof(scope_function_table) <= image.size()) {
    scope_function_table table;
    std::memcpy(&table, image.data() + at, sizeof(table));
    if (table.magic == 0 && table.node_count == 0 && table.function_id == 0) {
      at += kAlign;
      continue;
    }
    if (table.magic != SCOPE_FUNCTION_TABLE_MAGIC) return malformed(at, "no function table");
    const size_t switches = at + sizeof(table);
    const size_t room = image.size() - switches;
    const uint64_t count = table.node_count;
    const uint64_t nodes = SCOPE_PAD16(count);
    if (nodes + count * sizeof(scope_node) > room) return malformed(at, "it is cut off");
    for (uint64_t i = 0; i < count; ++i) {
      NodePlace place;
      place.node_offset = static_cast<uint32_t>(switches + nodes + i * sizeof(scope_node));
      place.function_id = table.function_id;
      std::memcpy(&place.node, image.data() + place.node_offset, sizeof(scope_node));
      const uint32_t back = place.node.switch_back;
      const uint64_t first = switches;
      if (back > place.node_offset || place.node_offset - back < first ||
          place.node_offset - back >= first + count) {
        return malformed(place.node_offset, "a node's switch lies outside its function");
      }
      place.switch_offset = place.node_offset - back;
      places.push_back(place);
    }
    at = switches + nodes + count * sizeof(scope_node);
  }
  return places;
}

}  // namespace scope::trace
