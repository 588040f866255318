// ingestors.h - what makes a program load ingestors.
//
// Path:    run --ingest -> THIS -> the program's environment (scope/ingestor.h)
// Fails:   absl::Status in one line, before the program starts.

#pragma once

#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"

namespace scope::tools {

// Variables for the program, for requests NAME[:OPTIONS].
absl::StatusOr<std::vector<std::pair<std::string, std::string>>> IngestorEnvironment(
    const std::vector<std::string>& requests);

}  // namespace scope::tools
