// bench.h - the parts of the pipeline's benchmark and what they share.
//
// Path:    pipeline_bench.cc -> THIS -> stages_bench.cc, reader_bench.cc

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "scope/event.h"

namespace scope::bench {

inline constexpr uint64_t kNodesAddress = 0x100000;

// A function with calls, loops and values of several kinds. Image of section "scope_nodes".
std::string NodesImage();
std::vector<uint64_t> NodeAddresses();

// Writes `count` records of a regular loop with a call in it: `write(node, value)`.
template <typename Write>
void WriteLoop(uint64_t count, bool with_calls, uint64_t (*ticks)(), Write write) {
  uint64_t random = 1;
  for (uint64_t i = 0; i < count; ++i) {
    switch (i & 7) {
      case 0:
        write(2u, i >> 3);
        break;
      case 1:
        write(3u, (random = random * 6364136223846793005u + 1) >> 48);
        break;
      case 2:
        write(4u, (i >> 3) * 3);
        break;
      case 3:
        write(5u, 1);
        break;
      case 4:
        with_calls ? write(0u, ticks()) : write(2u, i);
        break;
      case 5:
        write(6u, i * 17 % 1000);
        break;
      case 6:
        with_calls ? write(1u, ticks()) : write(4u, i);
        break;
      default:
        write(7u, 0);
        break;
    }
  }
}

// Time of each stage alone, on one core.
void BenchStages(bool with_calls);

// Producer process, ring and collector, without loss. Leaves a trace in `directory`.
void BenchPipeline(const std::string& directory, uint64_t count, bool with_calls);

void BenchReader(const std::string& directory);

}  // namespace scope::bench
