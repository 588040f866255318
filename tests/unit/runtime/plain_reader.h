// plain_reader.h - reads a ring by the letter of scope/wire/ring.h, as simply as possible.
//
// Path:    ring -> THIS -> tests of the writer
// Threads: one reader; the writer may run on another thread or in another process.

#pragma once

#include <cstdint>
#include <vector>

#include "runtime/cold/futex.h"
#include "runtime/hot/shared.h"
#include "scope/wire/ring.h"

namespace scope::runtime {

struct PlainRecord {
  uint64_t seq;
  uint64_t node_and_flags;
  uint64_t value;
};

class PlainReader {
 public:
  // `ring` is where this process has the file; the writer may have it elsewhere.
  explicit PlainReader(scope_ring_header* ring) : ring_(ring) {}

  // Everything that is there by now, in order, and not what a faster writer adds meanwhile. A
  // record that was reserved but not written stops the reader: its writer is still at it.
  std::vector<PlainRecord> Read() {
    std::vector<PlainRecord> records;
    const uint64_t chunks_end = next_chunk_ + ring_->chunk_count;
    while (next_chunk_ < chunks_end && ReadChunk(records)) {
    }
    return records;
  }

  // Steps over a record that nobody will write any more. False: there is none.
  bool SkipHole() {
    if (!IsOpened(next_chunk_) || offset_ >= UsedBytes(Label())) return false;
    offset_ += SCOPE_RECORD_BYTES;
    return true;
  }

  // Whether Read() releases the chunks that it has emptied.
  void set_releasing(bool releasing) { releasing_ = releasing; }

  uint64_t EmittedCount() const {
    while (true) {
      const uint64_t cur = Load(ring_->cursor.cur);
      const uint64_t seq = Load(ring_->region_seq[cur >> SCOPE_HEAD_TAG_SHIFT & 1]);
      if ((Load(ring_->cursor.cur) ^ cur) >> SCOPE_HEAD_TAG_SHIFT != 0) continue;
      const uint64_t offset = (cur & SCOPE_CURSOR_ADDRESS) - ring_->data_address;
      const uint64_t data_bytes = ring_->chunk_count * ring_->chunk_bytes;
      const uint64_t start =
          offset >= data_bytes ? data_bytes : offset / ring_->chunk_bytes * ring_->chunk_bytes;
      return seq + (offset - start) / SCOPE_RECORD_BYTES;
    }
  }

 private:
  scope_chunk& Label() { return ring_->chunks[next_chunk_ % ring_->chunk_count]; }
  bool IsOpened(uint64_t chunk) {
    return Load(ring_->chunks[chunk % ring_->chunk_count].opened) == chunk + 1;
  }

  uint64_t UsedBytes(const scope_chunk& label) {
    while (true) {
      if (const uint64_t sealed = Load(label.sealed_bytes); sealed != 0) return sealed - 1;
      const uint64_t cur = Load(ring_->cursor.cur);
      if (cur >> SCOPE_HEAD_TAG_SHIFT == label.tag) {
        return (cur & SCOPE_CURSOR_ADDRESS) - ring_->data_address -
               next_chunk_ % ring_->chunk_count * ring_->chunk_bytes;
      }
      // The label is new and the cursor not yet there, or the chunk was sealed in between.
      if (Load(label.sealed_bytes) == 0) return 0;
    }
  }

  // Reads on in one chunk. True: it is finished and the next may be looked at.
  bool ReadChunk(std::vector<PlainRecord>& records) {
    if (!IsOpened(next_chunk_)) return false;
    const scope_chunk& label = Label();
    const char* data = reinterpret_cast<const char*>(ring_) + ring_->data_offset +
                       next_chunk_ % ring_->chunk_count * ring_->chunk_bytes;
    const bool sealed = Load(label.sealed_bytes) != 0;
    const uint64_t used = UsedBytes(label);
    for (; offset_ < used; offset_ += SCOPE_RECORD_BYTES) {
      const auto* record = reinterpret_cast<const scope_record*>(data + offset_);
      const uint64_t head = Load(record->head);
      if (head >> SCOPE_HEAD_TAG_SHIFT != label.tag || (head & SCOPE_HEAD_NODE) == 0) return false;
      records.push_back({label.first_seq + offset_ / SCOPE_RECORD_BYTES,
                         head & (SCOPE_HEAD_NODE | SCOPE_HEAD_FLAGS), Load(record->value)});
    }
    if (!sealed) return false;
    ++next_chunk_;
    offset_ = 0;
    if (releasing_) Release();
    return true;
  }

  void Release() {
    __atomic_store_n(&ring_->chunks_released, next_chunk_, __ATOMIC_SEQ_CST);
    Add(ring_->release_futex, 1u);
    if (__atomic_load_n(&ring_->waiting, __ATOMIC_SEQ_CST) != 0) FutexWake(ring_->release_futex);
  }

  scope_ring_header* ring_;
  uint64_t next_chunk_ = 0;
  uint64_t offset_ = 0;
  bool releasing_ = true;
};

}  // namespace scope::runtime
