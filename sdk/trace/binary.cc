#include "scope/trace/binary.h"

#include <algorithm>
#include <cstring>
#include <functional>
#include <set>

#include "absl/strings/match.h"
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

constexpr char kTablePrefix[] = "__scope_tab.";

// "__scope_tab.<function>", or with ".<hash>" behind it where the linker may merge tables.
std::string TableOwner(const std::string& table) {
  std::string owner = table.substr(sizeof(kTablePrefix) - 1);
  const size_t dot = owner.rfind('.');
  const bool hashed = dot != std::string::npos &&
                      owner.find_first_not_of("0123456789ABCDEF", dot + 1) == std::string::npos;
  return hashed ? owner.substr(0, dot) : owner;
}

// Not what the compiler, the C library's start code or the standard library brings.
bool IsOfProgram(const std::string& name) {
  for (const char* prefix :
       {"__", "_ZN7__scope", "_ZNSt", "_ZNKSt", "_ZSt", "_ZTh", "_ZTv", "_ZN9__gnu_cxx",
        "_ZNK9__gnu_cxx", "_GLOBAL__", "_start", "_init", "_fini", "_dl_relocate", "scope_"}) {
    if (absl::StartsWith(name, prefix)) return false;
  }
  return name != "deregister_tm_clones" && name != "register_tm_clones" && name != "frame_dummy";
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
    binary.reports_by_hand = binary.reports_by_hand || file.Find("scope_api") != nullptr;
    binary.build_id = file.BuildId();
    return AddSections(file, binary);
  });
  if (!read.ok()) return read;
  return binary;
}

absl::StatusOr<Coverage> ReadCoverage(const std::string& path) {
  std::set<std::string> functions;
  std::set<std::string> with_table;
  const absl::Status read = ForEachFile(path, [&](const ElfFile& file) {
    const auto symbols = file.DefinedSymbols();
    if (!symbols.ok()) return symbols.status();
    for (const ElfFile::Symbol& symbol : *symbols) {
      if (symbol.is_function) {
        if (IsOfProgram(symbol.name)) functions.insert(symbol.name);
      } else if (absl::StartsWith(symbol.name, kTablePrefix)) {
        with_table.insert(TableOwner(symbol.name));
      }
    }
    return absl::OkStatus();
  });
  if (!read.ok()) return read;
  Coverage coverage;
  coverage.functions = functions.size();
  for (const std::string& function : functions) {
    if (with_table.count(function) == 0) coverage.missing.push_back(function);
  }
  return coverage;
}

absl::StatusOr<std::vector<NodePlace>> ParseNodes(absl::string_view image) {
  std::vector<NodePlace> places;
  const auto malformed = [&](size_t at, absl::string_view what) {
    return absl::InvalidArgumentError(
        absl::StrCat("section " SCOPE_NODES_SECTION ", byte ", at, ": ", what));
  };
  static_assert(sizeof(scope_instance) == sizeof(scope_function_table));
  size_t at = 0;
  size_t table_places = 0;  // The first place of the last table.
  while (at + sizeof(scope_function_table) <= image.size()) {
    scope_function_table table;
    std::memcpy(&table, image.data() + at, sizeof(table));
    if (table.magic == 0 && table.node_count == 0 && table.function_id == 0) {
      at += kAlign;
      continue;
    }
    if (table.magic == SCOPE_INSTANCE_MAGIC) {
      scope_instance instance;
      std::memcpy(&instance, image.data() + at, sizeof(instance));
      for (; table_places < places.size(); ++table_places) {
        places[table_places].instance = instance.id;
      }
      at += sizeof(instance);
      continue;
    }
    if (table.magic != SCOPE_FUNCTION_TABLE_MAGIC) return malformed(at, "no function table");
    const size_t switches = at + sizeof(table);
    const size_t room = image.size() - switches;
    const uint64_t count = table.node_count;
    const uint64_t nodes = SCOPE_PAD16(count);
    table_places = places.size();
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
