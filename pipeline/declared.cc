#include "pipeline/declared.h"

#include <unistd.h>

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "pipeline/shared.h"

namespace scope::pipeline {
namespace {

// The tables as they are in the process, with the ids that it left to us.
std::string ImageOf(const std::vector<DeclaredNode>& nodes) {
  std::string image(nodes.size() * sizeof(scope_declared_table), '\0');
  for (size_t i = 0; i < nodes.size(); ++i) {
    scope_declared_table table = {};
    table.table = {
        .magic = SCOPE_FUNCTION_TABLE_MAGIC, .node_count = 1, .function_id = nodes[i].function_id};
    table.node = {.id = nodes[i].id,
                  .switch_back = offsetof(scope_declared_table, node) -
                                 offsetof(scope_declared_table, switches),
                  .kind = nodes[i].kind,
                  .type = nodes[i].type,
                  .flags = 0};
    std::memcpy(image.data() + i * sizeof(table), &table, sizeof(table));
  }
  return image;
}

}  // namespace

std::vector<DeclaredNode> Declared::Copy(const scope_declared_block& shared, uint32_t from,
                                         uint32_t to) {
  std::vector<DeclaredNode> nodes;
  for (uint32_t i = from; i < to; ++i) {
    DeclaredNode& node = nodes.emplace_back();
    node.kind = shared.tables[i].node.kind;
    node.type = shared.tables[i].node.type;
    node.site = shared.sites[i];
    ids_.Fill(node);
  }
  return nodes;
}

absl::Status Declared::LookAtBlock(const Process& process, Known& known, Block& block,
                                   std::vector<Note>& notes) {
  auto& shared = block.file->As<scope_declared_block>();
  const uint32_t count = std::min(Load(shared.count), SCOPE_DECLARED_SITES);
  if (count <= block.seen) return absl::OkStatus();
  const std::vector<DeclaredNode> nodes = Copy(shared, block.seen, count);
  DeclaredModule module{.path = absl::StrCat(process.executable, " (by hand)"),
                        .address = block.address + offsetof(scope_declared_block, tables) +
                                   block.seen * sizeof(scope_declared_table),
                        .nodes = ImageOf(nodes),
                        .maps = MakeDeclaredMap(nodes)};
  std::string switches;
  absl::StatusOr<Note> note = modules_.AddDeclared(module, process.number, &switches);
  if (!note.ok()) return note.status();
  notes.push_back(*std::move(note));
  known.modules.push_back(std::move(module));
  for (uint32_t i = block.seen; i < count; ++i) {
    const size_t at =
        (i - block.seen) * sizeof(scope_declared_table) + offsetof(scope_declared_table, switches);
    if (session_.shared().selects != 0) {
      Publish(shared.tables[i].switches[0], static_cast<uint8_t>(switches[at]));
    }
  }
  for (uint32_t i = block.seen; i < count; ++i) {
    uint32_t& state = shared.sites[i].state;
    if (Load(state) != kScopeDeclaredWaiting) continue;
    Publish(state, uint32_t{kScopeDeclaredAnswered});
    FutexWake(state);
  }
  block.seen = count;
  return absl::OkStatus();
}

// A fork's child has its parent's nodes at the same addresses.
absl::Status Declared::TakeParents(const Process& process, std::vector<Note>& notes) {
  const auto parent = processes_.find(process.parent - 1);
  if (parent == processes_.end()) return absl::OkStatus();
  const std::vector<DeclaredModule> modules = parent->second.modules;
  for (const DeclaredModule& module : modules) {
    absl::StatusOr<Note> note = modules_.AddDeclared(module, process.number, nullptr);
    if (!note.ok()) return note.status();
    notes.push_back(*std::move(note));
  }
  auto& own = processes_[process.session_number].modules;
  own.insert(own.begin(), modules.begin(), modules.end());
  return absl::OkStatus();
}

absl::Status Declared::Look(const Process& process, std::vector<Note>& notes) {
  Known& known = processes_[process.session_number];
  if (process.parent != 0 && !known.has_parents_nodes) {
    known.has_parents_nodes = true;
    if (absl::Status status = TakeParents(process, notes); !status.ok()) return status;
  }
  Known& again = processes_[process.session_number];
  const uint32_t count = std::min(process.block_count, SCOPE_DECLARED_BLOCKS_MAX);
  while (again.blocks.size() < count) {
    const std::string path =
        session_.DeclaredPath(process.session_number, static_cast<uint32_t>(again.blocks.size()));
    absl::StatusOr<std::unique_ptr<MappedFile>> file =
        MappedFile::Open(path, sizeof(scope_declared_block), 2 * sizeof(scope_declared_block));
    if (!file.ok()) return file.status();
    const auto& shared = (*file)->As<scope_declared_block>();
    if (Load(shared.magic) != SCOPE_DECLARED_MAGIC || shared.layout != SCOPE_DECLARED_LAYOUT) {
      return absl::InvalidArgumentError(absl::StrCat(path, " is of another version of scope"));
    }
    Block& block = again.blocks.emplace_back();
    block.address = shared.address;
    block.file = *std::move(file);
  }
  for (Block& block : again.blocks) {
    if (block.file == nullptr) continue;
    if (absl::Status status = LookAtBlock(process, again, block, notes); !status.ok()) {
      block.file.reset();
      return status;
    }
  }
  return absl::OkStatus();
}

void Declared::Close(uint32_t session_number) {
  const auto known = processes_.find(session_number);
  if (known == processes_.end()) return;
  for (uint32_t i = 0; i < known->second.blocks.size(); ++i) {
    unlink(session_.DeclaredPath(session_number, i).c_str());
    known->second.blocks[i].file.reset();
  }
}

}  // namespace scope::pipeline
