// hot_path_work.h - the loops that hot_path_bench.cc measures, compiled with the plugin and
// without.
//
// Path:  hot_path_work.cc -> THIS -> hot_path_bench.cc

#pragma once

#include <cstdint>

// One iteration computes five values that the level "values" reports: x, y1, y, i, the condition.
#define SCOPE_BENCH_FUNCTIONS                                          \
  uint64_t Values(uint64_t n, uint64_t a, uint64_t b);                 \
  /* Calls a small function n times; level "functions" is measured. */ \
  uint64_t Calls(uint64_t n);

namespace plain {
SCOPE_BENCH_FUNCTIONS
}  // namespace plain
namespace values {
SCOPE_BENCH_FUNCTIONS
}  // namespace values
namespace functions {
SCOPE_BENCH_FUNCTIONS
}  // namespace functions
