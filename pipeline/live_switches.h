// live_switches.h - changes switches in the memory of a running program.
//
// Path:    a change of nodes -> THIS -> /proc/PID/mem -> section "scope_nodes" of the program
// Threads: one.
// Fails:   a process that cannot be written to stays as it is, and the Status says why.

#pragma once

#include <cstdint>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "pipeline/modules.h"
#include "pipeline/switch_plan.h"

namespace scope::pipeline {

// The memory that the process has now: after exec, writing to it fails and harms nobody.
class ProcessMemory {
 public:
  static absl::StatusOr<ProcessMemory> Open(uint32_t pid);
  ~ProcessMemory();
  ProcessMemory(ProcessMemory&& other) noexcept : descriptor_(other.descriptor_) {
    other.descriptor_ = -1;
  }
  ProcessMemory& operator=(ProcessMemory&&) = delete;

  absl::Status Read(uint64_t address, char* out, size_t bytes) const;
  absl::Status Write(uint64_t address, const char* bytes_in, size_t bytes) const;

 private:
  explicit ProcessMemory(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
};

// Whether `now`, read from a process, is the section `image` of a binary. Switches and nodes are
// neighbours, so all but the switches and slots must be as there.
bool IsSameTable(const std::string& now, const std::string& image,
                 const std::vector<trace::NodePlace>& places);

struct SwitchCount {
  uint64_t nodes = 0;    // that the change names
  uint64_t changed = 0;  // that stood another way
  Unmetered unmetered;
  void Add(const SwitchCount& other);
};

// Makes the switches that `change` names in one module as they are planned. The caller sees to it
// that the module stays loaded. FailedPrecondition: what is at its address is not the module.
absl::StatusOr<SwitchCount> ChangeSwitches(const ProcessMemory& memory,
                                           const Modules::Switches& module, SwitchPlan& plan,
                                           const ChangedNodes& change);

}  // namespace scope::pipeline
