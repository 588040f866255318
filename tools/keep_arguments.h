// keep_arguments.h - the options --keep, --trigger and --snapshots.
//
// Path:    command line -> THIS -> pipeline/keep_options.h
// Fails:   InvalidArgument that shows what would be right.

#pragma once

#include "pipeline/recording.h"
#include "tools/arguments.h"

namespace scope::tools {

void DeclareKeep(Arguments& arguments, pipeline::KeepOptions* keep);

// Whether the options fit together; the rest of the recording's included.
absl::Status CheckKeep(const pipeline::RecordOptions& options);

// A line for each snapshot.
std::string SnapshotsText(const std::vector<pipeline::WrittenSnapshot>& snapshots);
std::string SnapshotsJson(const std::vector<pipeline::WrittenSnapshot>& snapshots);

}  // namespace scope::tools
