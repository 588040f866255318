// ring_shape.h - how the bytes of a ring's file are divided.
//
// Path:   session's ring_bytes -> THIS -> ring_writer.h
// Fails:  never; sizes outside the limits are brought to the nearest one.

#pragma once

#include <stdint.h>

#include "scope/wire/ring.h"

namespace scope::runtime {

struct RingShape {
  uint32_t chunk_count;
  uint64_t chunk_bytes;
  uint64_t red_zone_bytes;
  uint64_t file_bytes;
};

// `ring_bytes` is rounded down to a power of two.
constexpr RingShape MakeRingShape(uint64_t ring_bytes) {
  uint64_t bytes = SCOPE_RING_BYTES_MIN;
  while (bytes * 2 <= ring_bytes && bytes < SCOPE_RING_BYTES_MAX) bytes *= 2;
  uint32_t count = SCOPE_RING_CHUNKS_WANTED;
  while (bytes / count < SCOPE_CHUNK_BYTES_MIN) count /= 2;
  const uint64_t chunk_bytes = bytes / count;
  return {count, chunk_bytes, SCOPE_RED_ZONE_BYTES(chunk_bytes),
          SCOPE_RING_DATA_OFFSET + bytes + SCOPE_SCRATCH_BYTES};
}

}  // namespace scope::runtime
