// reporters.h - binaries of a running program that report by hand, and how they are asked to.
//
// Path:    attachment.h -> THIS -> section "scope_report" (scope/wire/attach.h) in the program
// Threads: one.
// Fails:   absl::Status that names the binary; one that makes no sense is left out.

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "pipeline/live_switches.h"
#include "scope/wire/attach.h"

namespace scope::pipeline {

// What a binary has answered to a request.
enum class AttachState { kNone, kWaiting, kJoined };

// Why it could not join; `reason` as in its box.
absl::Status WhyNotJoined(const std::string& path, uint32_t reason);

class Reporters {
 public:
  // Takes in the binary whose section lies at `address`, if it does.
  void Add(const ProcessMemory& memory, const std::string& path, uint64_t address, uint64_t bytes);
  uint64_t first_box() const { return reporters_.front().box; }
  bool empty() const { return reporters_.empty(); }

  // `box`: pid, allocators and session of the request.
  absl::Status Ask(const ProcessMemory& memory, const scope_attach_box& request) const;
  // FailedPrecondition: one could not join, and why.
  absl::StatusOr<AttachState> Look(const ProcessMemory& memory) const;
  // What was not heard is taken back, and nothing reports any more.
  void Release(const ProcessMemory& memory) const;

 private:
  struct Reporter {
    std::string path;
    uint64_t box = 0;       // addresses in the process
    uint64_t state = 0;     // of scope_api_state
    uint64_t redacted = 0;  // of scope_report_redacted
  };

  static bool Read(const ProcessMemory& memory, const Reporter& reporter, scope_report_box& box);
  void ShareRedactions(const ProcessMemory& memory) const;

  std::vector<Reporter> reporters_;
};

}  // namespace scope::pipeline
