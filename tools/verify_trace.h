// verify_trace.h - reads every byte of a trace and says whether it is whole.
//
// Path:  info --verify, export -> THIS -> scope/trace/verify.h
// Fails: says why.

#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "scope/trace/verify.h"

namespace scope::tools {

// With a line on a terminal that says how far it is.
absl::StatusOr<trace::Verification> ReadWhole(const std::string& directory);

// Says what it found. kExitOk: the trace is whole; kExitFailure: it is damaged, cut off or not
// there.
int VerifyTrace(const std::string& directory, bool json);

}  // namespace scope::tools
