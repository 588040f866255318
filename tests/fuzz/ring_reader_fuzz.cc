// A ring whose bytes are anyone's, read by the reader that ships.
//
// tests/fuzz/ring_input.h says what an input is. Beside crashes and endless loops: what was read
// and what is said to be missing must add up to the reader's place in the stream.

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <random>

#include "pipeline/stages/ring_reader.h"
#include "tests/fuzz/ring_input.h"

namespace {

using scope::fuzz::kHeaderWords;
using scope::fuzz::kLateBytes;
using scope::pipeline::Mark;
using scope::pipeline::RingReader;
using scope::pipeline::Stream;

struct LateWord {
  uint32_t place;
  uint64_t value;
};

void Check(bool holds) {
  if (!holds) std::abort();
}

void ReadToTheEnd(RingReader& reader, scope_ring_header& shared, const LateWord& late) {
  uint64_t accounted = 0;
  for (int turn = 0; turn < 6; ++turn) {
    Stream stream;
    // Far apart, so that what is absent becomes torn; at last the writer is dead.
    const RingReader::Moment moment = {.ticks = uint64_t(turn) + 1,
                                       .now_ns = (turn + 1) * 2 * scope::pipeline::kTornAfterNs,
                                       .writer_is_dead = turn >= 4};
    const size_t count = reader.Read(turn == 0 ? 7 : 4096, moment, stream);
    Check(count == stream.records.size() && count <= 4096);
    accounted += count;
    for (const Mark& mark : stream.marks) accounted += mark.missing;
    Check(accounted == reader.next_seq());
    reader.emitted();
    if (turn == 1) {
      std::memcpy(reinterpret_cast<uint8_t*>(&shared) + late.place % kHeaderWords * 8, &late.value,
                  sizeof(late.value));
    }
  }
}

}  // namespace

extern "C" size_t LLVMFuzzerMutate(uint8_t* data, size_t size, size_t max_size);

// Words of the header are numbers and addresses: half of the time one of them becomes another
// number that might be believed.
extern "C" size_t LLVMFuzzerCustomMutator(uint8_t* data, size_t size, size_t max_size,
                                          unsigned int seed) {
  std::minstd_rand random(seed);
  if (size < scope::fuzz::kInputBytes || random() % 4 == 0) {
    return LLVMFuzzerMutate(data, size, max_size);
  }
  uint8_t* const at = data + kLateBytes + random() % kHeaderWords * 8;
  uint64_t word = 0;
  std::memcpy(&word, at, sizeof(word));
  const uint64_t values[] = {0,
                             1,
                             word + 1,
                             word - 1,
                             word ^ (uint64_t{1} << random() % 64),
                             word + SCOPE_RECORD_BYTES,
                             word * 2,
                             ~uint64_t{0},
                             random() % 8192};
  word = values[random() % std::size(values)];
  std::memcpy(random() % 4 == 0 ? data + sizeof(uint32_t) : at, &word, sizeof(word));
  return size;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < kLateBytes + scope::fuzz::kHeaderBytes) return -1;
  // One ring for all runs, on the heap: a step beyond its end is seen.
  static const auto ring = std::make_unique<scope::fuzz::RingMemory>();
  LateWord late = {};
  std::memcpy(&late.place, data, sizeof(late.place));
  std::memcpy(&late.value, data + sizeof(late.place), sizeof(late.value));
  ring->Fill(data + kLateBytes, size - kLateBytes);
  auto reader = RingReader::Over(ring->data(), scope::fuzz::kRingShape.file_bytes, 0);
  if (!reader.ok()) return 0;
  ReadToTheEnd(**reader, *reinterpret_cast<scope_ring_header*>(ring->data()), late);
  return 0;
}
