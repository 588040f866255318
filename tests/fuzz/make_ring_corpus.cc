// Writes the rings that the fuzzer starts from, with the writer that ships: usage: FOLDER.
//
// Each strategy, short of and beyond a full ring; the writer has ended, or was killed while it
// wrote.

#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <string>

#include "absl/strings/str_cat.h"
#include "tests/fuzz/ring_input.h"
#include "tests/unit/pipeline/made_ring.h"

namespace scope::pipeline {
namespace {

void WriteOne(const std::string& path, scope_on_full on_full, uint64_t count, bool ends) {
  WrittenRing ring(on_full, fuzz::kRingShape);
  for (uint64_t i = 0; i < count; ++i) ring.Write(i);
  if (ends) {
    ring.writer().End();
  } else {
    ring.Take(3 * SCOPE_RECORD_BYTES);
    ring.Write(count);
  }
  std::ofstream out(path, std::ios::binary);
  const char* const bytes = reinterpret_cast<const char*>(&ring.header());
  out << std::string(fuzz::kLateBytes, '\0');  // Nothing is changed between reads.
  out.write(bytes, fuzz::kHeaderBytes);
  for (uint32_t chunk = 0; chunk < fuzz::kChunks; ++chunk) {
    out.write(bytes + fuzz::ChunkOffset(chunk), fuzz::kChunkBytes);
  }
  if (!out) std::exit(1);
}

}  // namespace
}  // namespace scope::pipeline

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  for (const scope_on_full on_full : {kScopeOnFullDropNewest, kScopeOnFullDropOldest}) {
    for (const uint64_t count : {5, 16, 50, 75, 375}) {
      for (const bool ends : {false, true}) {
        scope::pipeline::WriteOne(absl::StrCat(argv[1], "/", on_full, "-", count, "-", ends),
                                  on_full, count, ends);
      }
    }
  }
  return 0;
}
