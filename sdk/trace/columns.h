// columns.h - how the values of one node become bytes in a block, and values again.
//
// Path:   pipeline/stages/encode -> THIS -> Events.data -> THIS -> sdk/trace/event_block
// Fails:  decoding returns false when the bytes do not hold exactly the values that are asked for.
// Stable: file format.
//
// Unpacked, Events.data is the index stream and then the columns. The index stream names the column
// of each event, in a byte if the block has at most 256 columns, otherwise in two.
//   kStamps  (SCOPE_HAS_STAMP) ticks since the thread's last stamp; of an Exit packed by PackExit
//   kFloats  bits xor the column's last bits, bytes swapped (the changing bits become the low ones)
//   kDeltas  difference to the column's last bits, zigzag
//   kWide    the number of parts before the first head, and those; then for each head its bits xor
//            the last head's, the number of parts behind it, and those: 8 bytes each, as they are
// "Last" is 0 for the first value. All but parts are varints: one has 7 bits a byte, the low ones
// first.

#pragma once

#include <cstddef>
#include <cstdint>

#include "scope/event.h"

namespace scope::trace {

enum class Coding : uint8_t { kStamps, kFloats, kDeltas, kWide };

Coding CodingOf(uint8_t kind, uint8_t type);

inline constexpr size_t kVarintBytesMax = 10;
// Of one value, whatever its coding: a head, and two counts of parts.
inline constexpr size_t kCodedBytesMax = 2 * kVarintBytesMax;
inline constexpr uint64_t kStampTicksMax = uint64_t{1} << 58;

// An Exit's ticks (at most kStampTicksMax) and flags. A plain return costs one bit.
constexpr uint64_t PackExit(uint64_t ticks, uint64_t flags) {
  return flags == 0 ? ticks << 1 : ticks << 5 | (flags & SCOPE_HEAD_FLAGS) << 1 | 1;
}
constexpr uint64_t ExitTicks(uint64_t packed) {
  return (packed & 1) == 0 ? packed >> 1 : packed >> 5;
}
constexpr uint64_t ExitFlags(uint64_t packed) {
  return (packed & 1) == 0 ? 0 : packed >> 1 & SCOPE_HEAD_FLAGS;
}

// Writes `count` values to `out`, which has kCodedBytesMax bytes for each. Returns the end.
// `is_part` has a byte for each value of a kWide column: 1 if its record is a part (SCOPE_WIDE).
uint8_t* EncodeColumn(Coding coding, const uint64_t* values, const uint8_t* is_part, size_t count,
                      uint8_t* out);

bool DecodeColumn(Coding coding, const uint8_t* data, size_t bytes, uint64_t* values,
                  uint8_t* is_part, size_t count);

constexpr size_t IndexWidth(size_t columns) { return columns <= 256 ? 1 : 2; }

}  // namespace scope::trace
