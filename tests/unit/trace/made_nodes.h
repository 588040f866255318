// made_nodes.h - node tables without a compiler, and what a trace says first of them.
//
// Path:    tests -> THIS -> stages

#pragma once

#include <string>
#include <vector>

#include "pipeline/notes.h"
#include "scope/node.h"
#include "scope/trace/binary.h"

namespace scope::pipeline {

inline constexpr uint64_t kNodesAddress = 0x10000;

struct MadeNode {
  scope_event_kind kind;
  scope_value_type type = kScopeValueNone;
};

// The image of section "scope_nodes" with one table for each function. Function f has id 1000 * f,
// its node n the id 1000 * f + n.
inline std::string MakeNodes(const std::vector<std::vector<MadeNode>>& functions) {
  std::string image;
  const auto append = [&](const void* data, size_t bytes) {
    image.append(static_cast<const char*>(data), bytes);
  };
  uint64_t function_id = 0;
  for (const std::vector<MadeNode>& nodes : functions) {
    function_id += 1000;
    const auto count = static_cast<uint32_t>(nodes.size());
    const scope_function_table table = {SCOPE_FUNCTION_TABLE_MAGIC, count, function_id};
    append(&table, sizeof(table));
    const size_t switches = image.size();
    image.append(SCOPE_PAD16(count), '\0');
    for (uint32_t i = 0; i < count; ++i) {
      const scope_node node = {.id = function_id + i,
                               .switch_back = static_cast<uint32_t>(image.size() - switches - i),
                               .kind = static_cast<uint8_t>(nodes[i].kind),
                               .type = static_cast<uint8_t>(nodes[i].type),
                               .flags = 0};
      append(&node, sizeof(node));
    }
  }
  return image;
}

// The addresses of an image's nodes in section order, when it is loaded at kNodesAddress.
inline std::vector<uint64_t> NodeAddresses(const std::string& image) {
  std::vector<uint64_t> addresses;
  const auto places = trace::ParseNodes(image);
  for (const trace::NodePlace& place : *places) {
    addresses.push_back(kNodesAddress + place.node_offset);
  }
  return addresses;
}

// What a trace begins with: one process and one module, whose section "scope_nodes" is `image`.
inline std::vector<Note> FirstNotes(const std::string& image) {
  RecordOptions options;
  options.command = {"made"};
  std::vector<Note> notes;
  notes.push_back(SessionNote(options, 1));
  notes.push_back(ClockNote());
  notes.push_back(ProcessNote(
      {.number = 0, .pid = 7, .parent_pid = 1, .executable = "/made", .started_ticks = 1000}));
  notes.push_back(ModuleNote({.number = 0,
                              .process = 0,
                              .path = "/made",
                              .build_id = "",
                              .first_node = 0,
                              .nodes_address = kNodesAddress,
                              .nodes = image,
                              .maps = "",
                              .note = ""}));
  return notes;
}

}  // namespace scope::pipeline
