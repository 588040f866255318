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

// A program that becomes a daemon goes on in its child.
constexpr size_t kClosedMax = 64;

void SetSwitches(scope_declared_block& shared, uint32_t first,
                 const std::vector<NodeSwitch>& nodes) {
  for (size_t i = 0; i < nodes.size(); ++i) {
    scope_declared_table& table = shared.tables[first + i];
    // The slot first: a switch that is a rule counts there.
    const auto flags = static_cast<uint16_t>(nodes[i].slot << SCOPE_NODE_SLOT_SHIFT);
    if (nodes[i].slot != 0) Publish(table.node.flags, flags);
    Publish(table.switches[0], nodes[i].state);
  }
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

absl::Status Declared::LookAtBlock(const Process& process, Known& known, uint32_t number,
                                   std::vector<Note>& notes) {
  Block& block = known.blocks[number];
  auto& shared = block.file->As<scope_declared_block>();
  const uint32_t count = std::min(Load(shared.count), SCOPE_DECLARED_SITES);
  if (count <= block.seen) return absl::OkStatus();
  const std::vector<DeclaredNode> nodes = Copy(shared, block.seen, count);
  DeclaredModule module{.path = absl::StrCat(process.executable, " (by hand)"),
                        .address = block.address + offsetof(scope_declared_block, tables) +
                                   block.seen * sizeof(scope_declared_table),
                        .nodes = ImageOf(nodes),
                        .maps = MakeDeclaredMap(nodes),
                        .facts = nullptr,
                        .number = kNoMapsFrom};
  module.facts = std::make_shared<trace::NodeFacts>(trace::NodeFacts::FromMaps(module.maps));
  absl::StatusOr<Note> note = modules_.AddDeclared(module, process.number);
  if (!note.ok()) return note.status();
  notes.push_back(*std::move(note));
  if (session_.shared().selects != 0) {
    const auto places = trace::ParseNodes(module.nodes);
    SetSwitches(shared, block.seen, plan_.Make(*places, *module.facts).nodes);
  }
  for (uint32_t i = block.seen; i < count; ++i) {
    uint32_t& state = shared.sites[i].state;
    if (Load(state) != kScopeDeclaredWaiting) continue;
    Publish(state, uint32_t{kScopeDeclaredAnswered});
    FutexWake(state);
  }
  known.stretches.push_back({.module = std::move(module),
                             .owner = process.session_number,
                             .block = number,
                             .first = block.seen});
  block.seen = count;
  return absl::OkStatus();
}

// Null: it is gone, or could not be taken in.
scope_declared_block* Declared::BlockOf(const Stretch& stretch) {
  const auto owner = processes_.find(stretch.owner);
  if (owner == processes_.end() || stretch.block >= owner->second.blocks.size()) return nullptr;
  const Block& block = owner->second.blocks[stretch.block];
  return block.file == nullptr ? nullptr : &block.file->As<scope_declared_block>();
}

SwitchCount Declared::Change(uint32_t session_number, const ChangedNodes& change) {
  SwitchCount count;
  const auto known = processes_.find(session_number);
  if (known == processes_.end()) return count;
  for (const Stretch& stretch : known->second.stretches) {
    scope_declared_block* const shared = BlockOf(stretch);
    if (shared == nullptr) continue;
    const auto places = trace::ParseNodes(stretch.module.nodes);
    Planned planned = plan_.Make(*places, *stretch.module.facts, &change);
    count.unmetered.Add(planned.unmetered);
    for (size_t i = 0; i < places->size(); ++i) {
      const scope_declared_table& table = shared->tables[stretch.first + i];
      const uint8_t now = Load(table.switches[0]);
      if (change.Has(trace::NodeAt((*places)[i], *stretch.module.facts))) {
        ++count.nodes;
        if (now != planned.nodes[i].state) ++count.changed;
      } else {
        planned.nodes[i] = {.state = now, .slot = SCOPE_NODE_SLOT(Load(table.node.flags))};
      }
    }
    SetSwitches(*shared, stretch.first, planned.nodes);
  }
  return count;
}

// A fork's child has its parent's nodes at the same addresses.
absl::Status Declared::TakeParents(const Process& process, std::vector<Note>& notes) {
  const auto parent = processes_.find(process.parent - 1);
  if (parent == processes_.end()) return absl::OkStatus();
  std::vector<Stretch> stretches = parent->second.stretches;
  for (Stretch& stretch : stretches) {
    absl::StatusOr<Note> note = modules_.AddDeclared(stretch.module, process.number);
    if (!note.ok()) return note.status();
    notes.push_back(*std::move(note));
  }
  auto& own = processes_[process.session_number].stretches;
  own.insert(own.begin(), stretches.begin(), stretches.end());
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
  for (uint32_t i = 0; i < again.blocks.size(); ++i) {
    if (again.blocks[i].file == nullptr) continue;
    if (absl::Status status = LookAtBlock(process, again, i, notes); !status.ok()) {
      again.blocks[i].file.reset();
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
  }
  if (!known->second.blocks.empty()) closed_.push_back(session_number);
  if (closed_.size() <= kClosedMax) return;
  for (Block& block : processes_[closed_.front()].blocks) block.file.reset();
  closed_.pop_front();
}

}  // namespace scope::pipeline
