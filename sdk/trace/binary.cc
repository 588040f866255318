#include "scope/trace/binary.h"

#include <algorithm>
#include <cstring>
#include <functional>

#include "absl/strings/str_cat.h"
#include "sdk/trace/archive.h"
#include "sdk/trace/elf_file.h"

namespace scope::trace {
namespace {

constexpr size_t kAlign = 16;
constexpr size_t kMapAlign = 1;

absl::Status AddSections(const ElfFile& file, Binary& binary) {
  const absl::StatusOr<std::string> nodes = file.ReadAll(SCOPE_NODES_SECTION, kAlign);
  if (!nodes.ok()) return nodes.status();
  binary.nodes_image += *nodes;
  for (const char* section : {SCOPE_MAP_SECTION, SCOPE_SOURCE_SECTION}) {
    const absl::StatusOr<std::string> maps = file.ReadAll(section, kMapAlign);
    if (!maps.ok()) return maps.status();
    binary.maps_image += *maps;
  }
  return absl::OkStatus();
}

// Calls `take` for the file, or for each object of a library.
absl::Status ForEachFile(const std::string& path,
                         const std::function<absl::Status(const ElfFile&)>& take) {
  if (!IsArchive(path)) {
    const absl::StatusOr<ElfFile> file = ElfFile::Open(path);
    return file.ok() ? take(*file) : file.status();
  }
  const absl::StatusOr<std::vector<ArchiveMember>> members = ArchiveMembers(path);
  if (!members.ok()) return members.status();
  for (const ArchiveMember& member : *members) {
    const auto file = ElfFile::OpenPart(member.path, member.name, member.offset, member.bytes);
    if (!file.ok()) continue;  // An archive may hold other things.
    if (absl::Status taken = take(*file); !taken.ok()) return taken;
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Binary> ReadBinary(const std::string& path) {
  Binary binary{.path = path, .build_id = "", .nodes_image = "", .maps_image = ""};
  const absl::Status read = ForEachFile(path, [&](const ElfFile& file) {
    const Elf64_Shdr* nodes = file.Find(SCOPE_NODES_SECTION);
    if (nodes != nullptr) {
      binary.nodes_address = nodes->sh_addr;
      binary.is_static = nodes->sh_addr != 0 && file.Find(".dynamic") == nullptr;
    }
    binary.build_id = file.BuildId();
    return AddSections(file, binary);
  });
  if (!read.ok()) return read;
  return binary;
}

absl::StatusOr<std::vector<std::string>> ReadFunctionSymbols(const std::string& path) {
  std::vector<std::string> all;
  const absl::Status read = ForEachFile(path, [&](const ElfFile& file) {
    absl::StatusOr<std::vector<std::string>> functions = file.FunctionSymbols();
    if (!functions.ok()) return functions.status();
    for (std::string& function : *functions) all.push_back(std::move(function));
    return absl::OkStatus();
  });
  if (!read.ok()) return read;
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return all;
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
