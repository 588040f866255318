// ring_writer.h - opens the regions of one thread's ring, one after the other.
//
// Path:    event finds no room at the cursor -> THIS -> next chunk, or scratch
// Threads: the ring's own thread, with signals blocked: a handler would find half a region.
// Fails:   never; what finds no chunk goes to scratch, where only its number remains.
//
// Works on plain memory: the file's mapping in a program, an array in a test. The process may be
// killed between any two stores, so their order is the order that scope/wire/ring.h asks for.

#pragma once

#include <stdint.h>

#include "runtime/cold/session.h"
#include "runtime/hot/ring_shape.h"
#include "scope/wire/ring.h"

namespace scope::runtime {

class RingWriter {
 public:
  constexpr RingWriter() = default;

  // `header` begins a zeroed block of shape.file_bytes; its fields about thread and process are
  // set. Opens the first region and makes the ring live. Both outlive the writer.
  void Start(scope_ring_header* header, const RingShape& shape, Session* session);

  // Takes `bytes` (at most SCOPE_WIDE_BYTES_MAX), opening regions as needed; may sleep as the
  // ring's strategy says. Returns tag | address.
  uint64_t Reserve(uint64_t bytes);

  // Whether LeaveScratch() would find, or wait for, a chunk now; the slow path looks only when
  // scratch is used up.
  bool MayLeaveScratch() const;
  // What follows is kept again, if a chunk may be opened.
  void LeaveScratch();

  // The next event comes the slow way, too: there may be another session by then.
  void LeaveNoRoom();

  // Nothing will be written any more; the counters are final.
  void End();

  // Records reserved up to now, dropped ones included.
  uint64_t EmittedCount() const;

  // The number of the record at `room`, which the last Reserve() or the inline code returned.
  uint64_t SeqOf(uint64_t room) const;

  scope_ring_header* header() const { return header_; }
  scope_cursor* cursor() const { return &header_->cursor; }

 private:
  void OpenNextRegion();
  bool MayOpenChunk();
  bool HasCredit() const;
  bool HasGivenUp() const;
  void SealChunk();
  void OpenChunk(uint64_t first_seq);
  void OpenScratch(uint64_t first_seq);
  void EnterRegion(uint64_t start, uint64_t usable_bytes, uint64_t first_seq);

  scope_ring_header* header_ = nullptr;
  Session* session_ = nullptr;
  RingShape shape_ = {};
  uint64_t region_ = 0;
  uint64_t region_start_ = 0;
  uint64_t chunks_opened_ = 0;
  bool in_chunk_ = false;
  bool gave_up_ = false;  // A wait ran out while the reader had released `gave_up_at_` chunks.
  uint64_t gave_up_at_ = 0;
};

}  // namespace scope::runtime
