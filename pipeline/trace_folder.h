// trace_folder.h - makes room for a new trace.
//
// Path:    recording -> THIS -> the folder that trace_file writes into

#pragma once

#include <cstdint>
#include <string>

#include "absl/status/status.h"

namespace scope::pipeline {

// Leaves an empty folder at `directory`. A trace that is there is moved to `directory`.old, and an
// older one there is removed. InvalidArgument: something else is there, which is not touched.
absl::Status PrepareTraceFolder(const std::string& directory);

// Bytes that may still be written to the folder's disk; all bits set when it is not known.
uint64_t FreeDiskBytes(const std::string& directory);

}  // namespace scope::pipeline
