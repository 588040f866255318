// attachment.h - a program that was started without scope, and how it is asked to be recorded.
//
// Path:    scope attach -> THIS -> /proc/PID/maps and mem: boxes, switches -> stub in the program
// Threads: one.
// Fails:   before anything is changed, absl::Status that says what stands in the way.

#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "pipeline/live_switches.h"
#include "pipeline/reporters.h"
#include "pipeline/selection.h"
#include "scope/wire/attach.h"

namespace scope::pipeline {

class Attachment {
 public:
  // NotFound: no such process. PermissionDenied: it cannot be reached. FailedPrecondition: it has
  // no instrumented code, or cannot be attached to, with the runtime that there is. Nothing is
  // changed yet.
  static absl::StatusOr<std::unique_ptr<Attachment>> Find(uint32_t pid,
                                                          const std::string& runtime_path);

  // Asks every instrumented binary to join the session, and switches on what is wanted.
  absl::Status Ask(const std::string& folder, const Selection& selection);

  // Whether one has joined. FailedPrecondition: it could not, and why. Asks again what was not
  // heard.
  absl::StatusOr<AttachState> Look();

  // By exec the process has become another program.
  bool IsAnotherProgram() const;

  // Takes back what was asked for and not heard; switches off what no runtime looks after.
  void Release();

  const std::string& executable() const { return executable_; }

 private:
  struct Target {
    std::string path;
    uint64_t box = 0;              // address in the process
    uint64_t registered = 0;       // the same of its flag; 0: it has none
    uint64_t nodes = 0;            // the same of its section "scope_nodes"
    std::string image;             // that section as it is in the file
    std::vector<uint32_t> wanted;  // offsets of the switches that shall be on
  };

  Attachment(uint32_t pid, ProcessMemory memory) : pid_(pid), memory_(std::move(memory)) {}
  absl::Status FindTargets(const std::string& runtime_path);
  absl::Status LookAtFile(const std::string& path, const std::string& openable, uint64_t base,
                          uint64_t code_begin, uint64_t code_end);
  absl::Status EndOldRings() const;
  absl::Status AskTarget(Target& target, const scope_attach_box& request,
                         const Selection& selection) const;
  bool ReadBox(const Target& target, scope_attach_box& box) const;
  void SetRegistered(const Target& target, char value) const;
  bool IsThere(const Target& target) const;
  void SetSwitches(const Target& target, const std::vector<uint32_t>& offsets, char value) const;

  const uint32_t pid_;
  const ProcessMemory memory_;
  std::string executable_;
  std::vector<Target> targets_;
  Reporters reporters_;
  std::vector<scope_attach_range> allocators_;
  std::vector<uint64_t> old_rings_;  // addresses of rings of earlier sessions
};

}  // namespace scope::pipeline
