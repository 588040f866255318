// quarantine.h - what becomes of a batch that cannot be stored.
//
// Path:    encoders -> THIS -> a text file beside the trace, and a gap in the trace
// Threads: any; functions only.
// Fails:   absl::Status that names the file.

#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "pipeline/batches.h"

namespace scope::pipeline {

// Writes DIRECTORY/quarantine-TICKET.txt: why, and each record as thread, number in the thread,
// address of its node, flags and value. Returns its path.
absl::StatusOr<std::string> WriteQuarantine(const std::string& directory, const Batch& batch,
                                            const std::string& why);

// Takes the records out. Where they were is a gap.
void GiveUpRecords(Batch& batch);

}  // namespace scope::pipeline
