// The block reader gets damaged traces whose checksums are right: whatever a block says, it is read
// as far as it makes sense, and all ways to read agree about what is there.
//
// The input is the blocks of a trace, each a kind (a byte), a length (three) and a payload; the
// envelope is made here, so that a mutation does not end at a checksum.

#include <sys/mman.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "scope/trace/reader.h"
#include "scope/trace/verify.h"
#include "sdk/trace/block_file.h"

namespace {

using scope::trace::TraceReader;

void Append(std::string& file, const void* data, size_t bytes) {
  file.append(static_cast<const char*>(data), bytes);
}

std::string MakeFile(const uint8_t* data, size_t size) {
  std::string file;
  const scope_file_header header = {
      .magic = SCOPE_FILE_MAGIC, .version = SCOPE_FILE_VERSION, .reserved = 0};
  Append(file, &header, sizeof(header));
  for (uint64_t sequence = 0; size >= 4; ++sequence) {
    const size_t said = data[1] | size_t{data[2]} << 8 | size_t{data[3]} << 16;
    const size_t bytes = said < size - 4 ? said : size - 4;
    scope_block_header block = {.magic = SCOPE_BLOCK_MAGIC,
                                .kind = data[0] % 12u,
                                .sequence = sequence,
                                .payload_bytes = bytes,
                                .checksum = 0};
    const std::vector<uint8_t> payload(data + 4, data + 4 + bytes);
    block.checksum = scope::trace::BlockChecksum(block, payload.data());
    Append(file, &block, sizeof(block));
    Append(file, payload.data(), bytes);
    file.append((8 - bytes % 8) % 8, '\0');
    data += 4 + bytes;
    size -= 4 + bytes;
  }
  return file;
}

void Require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "does not hold: %s\n", what);
  std::abort();
}

void Ask(TraceReader& reader) {
  uint64_t visited = 0;
  uint64_t last_seq = 0;
  const absl::Status status = reader.ForEach({}, [&](const scope::trace::Event& event) {
    visited += event.node != nullptr;
    last_seq = event.seq;
    return visited < 100'000;
  });
  Require(status.ok(), "events are read as far as they make sense");
  const auto counts = reader.Counts();
  Require(counts.ok() && counts->size() == reader.nodes().size(), "every node has a count");
  const size_t nodes = reader.nodes().size() < 8 ? reader.nodes().size() : 8;
  for (uint32_t node = 0; node < nodes; ++node) {
    for (const uint32_t columns : {0u, 3u, 7u}) {
      uint64_t count = 0;
      const absl::Status asked =
          reader.History({.node = node, .range = {last_seq / 3, ~uint64_t{0}}, .columns = columns},
                         [&](const scope::trace::HistorySpan& span) {
                           count += span.count;
                           return count < 100'000;
                         });
      Require(asked.ok(), "a history ends where the trace does");
    }
    const auto buckets = reader.Pyramid(node, 4, {});
    Require(buckets.ok() && buckets->size() <= 4, "there are not more buckets than asked for");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string file = MakeFile(data, size);
  static const int descriptor = memfd_create("trace", 0);
  static const std::string path = "/proc/self/fd/" + std::to_string(descriptor);
  if (ftruncate(descriptor, 0) != 0 ||
      pwrite(descriptor, file.data(), file.size(), 0) != static_cast<ssize_t>(file.size())) {
    std::abort();
  }
  const auto reader = TraceReader::Open(path);
  const auto verified = scope::trace::Verify(path, nullptr);
  Require(verified.ok(), "there is always an answer");
  if (!reader.ok()) return 0;
  Ask(**reader);
  if (verified->bad.empty())
    Require((*reader)->info().damage.empty() || !verified->finished,
            "what is whole is not called damaged");
  return 0;
}
