// running_session.h - which of the sessions in /dev/shm a verb means.
//
// Path:    PID on the command line -> THIS -> session's folder
// Fails:   NotFound: nothing fits; the message says what there is.

#pragma once

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "pipeline/session_list.h"

namespace scope::tools {

// The session with a collector that `pid`, if any, takes part in; the only one, otherwise.
absl::StatusOr<pipeline::ListedSession> FindRunningSession(const std::optional<std::string>& pid);

}  // namespace scope::tools
