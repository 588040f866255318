// quantity.h - numbers with units, as they are typed: 64K, 10ms, 120.
//
// Path:    command line -> THIS -> options of the verbs
// Threads: any.
// Fails:   InvalidArgument that shows what would be right.

#pragma once

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"

namespace scope::tools {

absl::StatusOr<uint64_t> ParseCount(const std::string& text);
// Powers of 1024: 4096, 64K, 1M, 1.5G, 1MiB.
absl::StatusOr<uint64_t> ParseSize(const std::string& text);
// ns, us, ms, s, min, h; only 0 needs no unit.
absl::StatusOr<int64_t> ParseDurationNs(const std::string& text);

}  // namespace scope::tools
