// A ring file whose bytes are anyone's, read by the reader that ships.
//
// The first 12 bytes of an input are a word that is written into the header between two reads, as a
// hostile program would; the rest is the file. Beside crashes and endless loops: what was read and
// what is said to be missing must add up to the reader's place in the stream.

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <random>
#include <string>

#include "absl/strings/str_cat.h"
#include "pipeline/stages/ring_reader.h"
#include "scope/wire/ring.h"

namespace {

using scope::pipeline::MappedFile;
using scope::pipeline::Mark;
using scope::pipeline::RingReader;
using scope::pipeline::Stream;

struct LateWord {
  uint32_t place;
  uint64_t value;
};
constexpr size_t kLateBytes = sizeof(uint32_t) + sizeof(uint64_t);
constexpr size_t kHeaderWords = sizeof(scope_ring_header) / sizeof(uint64_t);

// One file for all runs. It stays in TMPDIR, which whoever runs this removes.
class RingFile {
 public:
  explicit RingFile(size_t bytes)
      : path_(absl::StrCat(getenv("TMPDIR") != nullptr ? getenv("TMPDIR") : "/tmp",
                           "/scope-fuzz-ring-XXXXXX")) {
    const int file = mkstemp(path_.data());
    if (file < 0 || ftruncate(file, static_cast<off_t>(bytes)) != 0) std::abort();
    data_ =
        static_cast<uint8_t*>(mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0));
    if (data_ == MAP_FAILED) std::abort();
    close(file);
  }
  const std::string& path() const { return path_; }
  uint8_t* data() const { return data_; }

 private:
  std::string path_;
  uint8_t* data_;
};

constexpr size_t kFileBytes = SCOPE_RING_DATA_OFFSET + SCOPE_RING_BYTES_MIN + SCOPE_SCRATCH_BYTES;

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
  if (size < kLateBytes + sizeof(scope_ring_header) || random() % 4 == 0) {
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
  if (size < kLateBytes + sizeof(scope_ring_header)) return -1;
  static const RingFile file(kFileBytes);
  LateWord late = {};
  std::memcpy(&late.place, data, sizeof(late.place));
  std::memcpy(&late.value, data + sizeof(late.place), sizeof(late.value));
  const size_t bytes = std::min(size - kLateBytes, kFileBytes);
  std::memcpy(file.data(), data + kLateBytes, bytes);
  std::memset(file.data() + bytes, 0, kFileBytes - bytes);
  auto reader = RingReader::Open(file.path(), 0);
  if (!reader.ok()) return 0;
  ReadToTheEnd(**reader, *reinterpret_cast<scope_ring_header*>(file.data()), late);
  return 0;
}
