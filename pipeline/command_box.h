// command_box.h - requests to the collector of a running session, and its answers.
//
// Path:    scope switch -> Ask() -> file "commands" -> CommandBox -> source
// Threads: CommandBox: one. Ask() waits for other askers.
// Fails:   absl::Status that names the session. What the file says is checked before it is used.

#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "pipeline/mapped_file.h"
#include "pipeline/selection.h"
#include "scope/wire/control.h"

namespace scope::pipeline {

struct ChangeAnswer {
  uint32_t version = 0;    // the session's n-th request
  uint32_t processes = 0;  // that were reached
  uint64_t nodes = 0;      // that the request names; of a binary in two processes, twice
  uint64_t changed = 0;    // switches that stood the other way
  std::string reason;      // empty, or why it was not done, or not everywhere
};

// The collector's side.
class CommandBox {
 public:
  static absl::StatusOr<std::unique_ptr<CommandBox>> Create(const std::string& folder);

  // Of a session that is taken over.
  static absl::StatusOr<std::unique_ptr<CommandBox>> Open(const std::string& folder);

  // A request that has no answer yet.
  bool IsWaiting() const;
  uint32_t version() const;
  uint32_t command() const;
  // The request as it is written.
  std::string text() const;
  // What it asks for. InvalidArgument: it makes no sense, and is to be answered with the reason.
  absl::StatusOr<NodeChange> Read() const;
  // Answers the request that was waiting. Returns its version.
  uint32_t Answer(bool is_accepted, const ChangeAnswer& answer);

 private:
  explicit CommandBox(std::unique_ptr<MappedFile> file) : file_(std::move(file)) {}
  scope_control& Shared() const { return file_->As<scope_control>(); }

  std::unique_ptr<MappedFile> file_;
};

// Asks the collector of the session in `folder`. DeadlineExceeded: it does not answer in
// `timeout_ns`. FailedPrecondition: it refused; the message is its reason.
absl::StatusOr<ChangeAnswer> Ask(const std::string& folder, const NodeChange& change,
                                 int64_t timeout_ns);
// The same for a command that is no change of nodes.
absl::StatusOr<ChangeAnswer> AskFor(const std::string& folder, scope_command command,
                                    const std::string& text, int64_t timeout_ns);

}  // namespace scope::pipeline
