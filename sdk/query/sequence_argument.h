// sequence_argument.h - an argument that is a place in the sequence of events.
//
// Path:    SQL -> THIS -> table-valued functions
// Threads: any.
// Fails:   InvalidArgument with the function's name.

#pragma once

#include <cstdint>

#include "absl/status/statusor.h"
#include "sdk/query/table.h"

namespace scope::query {

absl::StatusOr<uint64_t> SequenceOf(const Value& argument, const char* function);

}  // namespace scope::query
