#include "pipeline/reporters.h"

#include <string.h>

#include <algorithm>
#include <cstddef>

#include "absl/strings/str_cat.h"

namespace scope::pipeline {
namespace {

uint64_t AddressOf(const void* pointer) { return reinterpret_cast<uint64_t>(pointer); }

void SetByte(const ProcessMemory& memory, uint64_t address, uint8_t value) {
  (void)memory.Write(address, reinterpret_cast<const char*>(&value), sizeof(value));
}

absl::Status SetState(const ProcessMemory& memory, uint64_t box, uint32_t state) {
  return memory.Write(box + offsetof(scope_attach_box, state),
                      reinterpret_cast<const char*>(&state), sizeof(state));
}

}  // namespace

absl::Status WhyNotJoined(const std::string& path, uint32_t reason) {
  switch (reason) {
    case kScopeAttachNoLoader:
      return absl::FailedPreconditionError(
          absl::StrCat(path,
                       " is statically linked, or has raised privileges: it cannot be "
                       "recorded"));
    case kScopeAttachNoRuntime:
      return absl::FailedPreconditionError(
          absl::StrCat(path,
                       " could not load the runtime: it sees other files (a container, "
                       "chroot), or has no memory left"));
    default:
      return absl::FailedPreconditionError(
          absl::StrCat(path,
                       " did not join: it takes part in another recording, or cannot make files in "
                       "/dev/shm"));
  }
}

// Each object that was linked has a box; `self` of the first one points to the one that counts.
void Reporters::Add(const ProcessMemory& memory, const std::string& path, uint64_t address,
                    uint64_t bytes) {
  Reporter reporter{.path = path, .box = address, .state = 0, .redacted = 0};
  scope_report_box box;
  if (bytes < sizeof(box) || !Read(memory, reporter, box)) return;
  reporter.box = AddressOf(box.self);
  if (reporter.box - address > bytes - sizeof(box) || !Read(memory, reporter, box)) return;
  reporter.state = AddressOf(box.state);
  reporter.redacted = AddressOf(box.redacted);
  if (reporter.state != 0 && reporter.redacted != 0) reporters_.push_back(std::move(reporter));
}

bool Reporters::Read(const ProcessMemory& memory, const Reporter& reporter, scope_report_box& box) {
  return memory.Read(reporter.box, reinterpret_cast<char*>(&box), sizeof(box)).ok() &&
         box.box.magic == SCOPE_ATTACH_MAGIC && box.box.layout == SCOPE_ATTACH_LAYOUT;
}

// What one binary wants to be redacted must not be seen in another, which may join first.
void Reporters::ShareRedactions(const ProcessMemory& memory) const {
  scope_report_redacted redacted = {};
  std::vector<std::string> globs;
  for (const Reporter& reporter : reporters_) {
    const bool is_read =
        memory.Read(reporter.redacted, reinterpret_cast<char*>(&redacted), sizeof(redacted)).ok();
    globs.emplace_back(redacted.globs,
                       is_read ? strnlen(redacted.globs, sizeof(redacted.globs)) : 0);
  }
  for (size_t i = 0; i < reporters_.size(); ++i) {
    std::string others;
    for (size_t k = 0; k < globs.size(); ++k) {
      if (k != i && !globs[k].empty()) absl::StrAppend(&others, globs[k], ",");
    }
    if (others.size() >= sizeof(redacted.others)) others = "*";
    (void)memory.Write(reporters_[i].redacted + offsetof(scope_report_redacted, others),
                       others.c_str(), others.size() + 1);
  }
}

absl::Status Reporters::Ask(const ProcessMemory& memory, const scope_attach_box& request) const {
  ShareRedactions(memory);
  for (const Reporter& reporter : reporters_) {
    scope_report_box box;
    if (!Read(memory, reporter, box)) continue;
    if (box.box.state == kScopeAttachTaken) {
      return absl::FailedPreconditionError(
          absl::StrCat("process ", request.pid, " is just being attached to"));
    }
    absl::Status status =
        memory.Write(reporter.box, reinterpret_cast<const char*>(&request), sizeof(request));
    status.Update(SetState(memory, reporter.box, kScopeAttachAsked));
    if (!status.ok()) return status;
  }
  for (const Reporter& reporter : reporters_) SetByte(memory, reporter.state, kScopeApiAsked);
  return absl::OkStatus();
}

absl::StatusOr<AttachState> Reporters::Look(const ProcessMemory& memory) const {
  AttachState state = AttachState::kNone;
  for (const Reporter& reporter : reporters_) {
    scope_report_box box;
    if (!Read(memory, reporter, box)) continue;
    if (box.box.state == kScopeAttachFailed) return WhyNotJoined(reporter.path, box.box.reason);
    const bool has_joined = box.box.state == kScopeAttachDone;
    state = std::max(state, has_joined ? AttachState::kJoined : AttachState::kWaiting);
  }
  return state;
}

void Reporters::Release(const ProcessMemory& memory) const {
  for (const Reporter& reporter : reporters_) {
    scope_report_box box;
    if (!Read(memory, reporter, box)) continue;
    if (box.box.state == kScopeAttachAsked) {
      (void)SetState(memory, reporter.box, kScopeAttachNone);
    }
    SetByte(memory, reporter.state, kScopeApiOff);
  }
}

}  // namespace scope::pipeline
