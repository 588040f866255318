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

// Switches and nodes are neighbours, so all but the switches must be as in the binary.
bool IsSame(const std::string& now, const std::string& image,
            const std::vector<trace::NodePlace>& places) {
  for (const trace::NodePlace& place : places) {
    if (memcmp(now.data() + place.node_offset, image.data() + place.node_offset,
               sizeof(scope_node)) != 0) {
      return false;
    }
  }
  return true;
}

}  // namespace

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

absl::StatusOr<SwitchCount> ChangeSwitches(const ProcessMemory& memory,
                                           const Modules::Switches& module,
                                           const ChangedNodes& change) {
  const std::string& image = *module.nodes_image;
  const auto places = trace::ParseNodes(image);
  if (!places.ok()) return places.status();
  std::string now(image.size(), '\0');
  absl::Status status = memory.Read(module.address, now.data(), now.size());
  if (!status.ok()) return status;
  if (!IsSame(now, image, *places)) {
    return absl::FailedPreconditionError("its instrumented code is not where it was");
  }
  const char wanted = static_cast<char>(change.on() ? SCOPE_SWITCH_ON : SCOPE_SWITCH_OFF);
  std::vector<uint32_t> offsets;  // ascending
  SwitchCount count;
  for (const trace::NodePlace& place : *places) {
    if (!change.Has(NodeAt(place, *module.facts))) continue;
    ++count.nodes;
    if (now[place.switch_offset] != wanted) offsets.push_back(place.switch_offset);
  }
  count.changed = offsets.size();
  for (size_t i = 0; i < offsets.size();) {
    size_t end = i + 1;
    while (end < offsets.size() && offsets[end] == offsets[end - 1] + 1) ++end;
    const std::string run(end - i, wanted);
    status = memory.Write(module.address + offsets[i], run.data(), run.size());
    if (!status.ok()) return status;
    i = end;
  }
  return count;
}

}  // namespace scope::pipeline
