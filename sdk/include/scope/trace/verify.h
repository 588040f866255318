// scope/trace/verify.h - reads a whole trace and says whether every byte of it can be believed.
//
// Path:    scope.data/ or a bundle -> THIS -> scope info --verify, scope export
// Threads: one.
// Fails:   absl::Status when there is no trace. What is wrong in it is an answer, no failure.

#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "absl/status/statusor.h"

namespace scope::trace {

struct Verification {
  std::string file;
  uint64_t file_bytes = 0;
  uint64_t blocks = 0;        // whole, before the first bad one
  uint64_t bytes = 0;         // of the file, up to behind the last of these
  uint64_t events = 0;        // in these
  uint64_t index_blocks = 0;  // of these
  bool finished = false;      // the last of them says that the recording ended as it should
  std::string bad;            // what is wrong with the first bad block; empty: nothing
};

// Checks checksums, and that every column can be unpacked and that the index says what is in the
// blocks. `progress` is told how many bytes are done; it may be empty.
absl::StatusOr<Verification> Verify(const std::string& trace,
                                    const std::function<void(uint64_t bytes)>& progress);

}  // namespace scope::trace
