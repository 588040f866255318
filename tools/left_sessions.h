// left_sessions.h - recordings whose collector is gone, and how people are told of them.
//
// Path:    pipeline/session_list -> THIS -> scope recover, and a line from every other verb
// Fails:   NotFound: nothing fits; the message says what there is.

#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "pipeline/session_list.h"
#include "pipeline/stale_sessions.h"

namespace scope::tools {

std::vector<pipeline::ListedSession> LeftSessions();

// "demo (process 4711)".
std::string Describe(const pipeline::ListedSession& session);

// The one that `pid`, if any, took part in; the only one, otherwise.
absl::StatusOr<pipeline::ListedSession> FindLeftSession(const std::optional<std::string>& pid);

// One line on stderr if there is any.
void SayWhatWasLeft();

}  // namespace scope::tools
