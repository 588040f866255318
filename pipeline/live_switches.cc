#include "pipeline/live_switches.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "absl/strings/str_cat.h"

namespace scope::pipeline {
namespace {

absl::Status Refused() {
  return absl::UnavailableError(absl::StrCat("its memory cannot be reached: ", strerror(errno)));
}

scope_node NodeIn(const std::string& image, const trace::NodePlace& place) {
  scope_node node;
  memcpy(&node, image.data() + place.node_offset, sizeof(node));
  return node;
}

uint16_t OwnFlags(const scope_node& node) {
  return node.flags & ((1u << SCOPE_NODE_SLOT_SHIFT) - 1);
}

}  // namespace

bool IsSameTable(const std::string& now, const std::string& image,
                 const std::vector<trace::NodePlace>& places) {
  for (const trace::NodePlace& place : places) {
    scope_node a = NodeIn(now, place);
    scope_node b = NodeIn(image, place);
    a.flags = OwnFlags(a);
    b.flags = OwnFlags(b);
    if (memcmp(&a, &b, sizeof(a)) != 0) return false;
  }
  return true;
}

absl::StatusOr<ProcessMemory> ProcessMemory::Open(uint32_t pid) {
  const int descriptor = open(absl::StrCat("/proc/", pid, "/mem").c_str(), O_RDWR | O_CLOEXEC);
  if (descriptor < 0) return Refused();
  return ProcessMemory(descriptor);
}

ProcessMemory::~ProcessMemory() {
  if (descriptor_ >= 0) close(descriptor_);
}

absl::Status ProcessMemory::Read(uint64_t address, char* out, size_t bytes) const {
  const ssize_t n = pread(descriptor_, out, bytes, static_cast<off_t>(address));
  return n == static_cast<ssize_t>(bytes) ? absl::OkStatus() : Refused();
}

absl::Status ProcessMemory::Write(uint64_t address, const char* bytes_in, size_t bytes) const {
  const ssize_t n = pwrite(descriptor_, bytes_in, bytes, static_cast<off_t>(address));
  return n == static_cast<ssize_t>(bytes) ? absl::OkStatus() : Refused();
}

void SwitchCount::Add(const SwitchCount& other) {
  nodes += other.nodes;
  changed += other.changed;
  unmetered.Add(other.unmetered);
}

absl::StatusOr<SwitchCount> ChangeSwitches(const ProcessMemory& memory,
                                           const Modules::Switches& module, SwitchPlan& plan,
                                           const ChangedNodes& change) {
  const std::string& image = *module.nodes_image;
  const auto places = trace::ParseNodes(image);
  if (!places.ok()) return places.status();
  std::string now(image.size(), '\0');
  absl::Status status = memory.Read(module.address, now.data(), now.size());
  if (!status.ok()) return status;
  if (!IsSameTable(now, image, *places)) {
    return absl::FailedPreconditionError("its instrumented code is not where it was");
  }
  const Planned planned = plan.Make(*places, *module.facts, &change);
  SwitchCount count{.nodes = 0, .changed = 0, .unmetered = planned.unmetered};
  std::string wanted = now;
  std::vector<uint32_t> offsets;  // ascending
  for (size_t i = 0; i < places->size(); ++i) {
    const trace::NodePlace& place = (*places)[i];
    if (!change.Has(trace::NodeAt(place, *module.facts))) continue;
    ++count.nodes;
    const NodeSwitch& node = planned.nodes[i];
    scope_node there = NodeIn(now, place);
    // The slot first: a switch that is a rule counts there.
    if (node.slot != 0 && SCOPE_NODE_SLOT(there.flags) != node.slot) {
      there.flags = static_cast<uint16_t>(OwnFlags(there) | node.slot << SCOPE_NODE_SLOT_SHIFT);
      status = memory.Write(module.address + place.node_offset + offsetof(scope_node, flags),
                            reinterpret_cast<const char*>(&there.flags), sizeof(there.flags));
      if (!status.ok()) return status;
    }
    wanted[place.switch_offset] = static_cast<char>(node.state);
    if (wanted[place.switch_offset] != now[place.switch_offset]) {
      offsets.push_back(place.switch_offset);
    }
  }
  count.changed = offsets.size();
  for (size_t i = 0; i < offsets.size();) {
    size_t end = i + 1;
    while (end < offsets.size() && offsets[end] == offsets[end - 1] + 1) ++end;
    status = memory.Write(module.address + offsets[i], wanted.data() + offsets[i], end - i);
    if (!status.ok()) return status;
    i = end;
  }
  return count;
}

}  // namespace scope::pipeline
