#include "runtime/hot/ring_writer.h"

#include "runtime/hot/cursor.h"
#include "runtime/hot/shared.h"
#include "scope/wire/clock.h"

namespace scope::runtime {
namespace {

constexpr uint64_t kTagMask = 0xffff;
// Behind any place in this region and the ones before it.
constexpr uint64_t kFarBehind = uint64_t{1} << 62;

uint64_t AddressOf(const void* pointer) { return reinterpret_cast<uintptr_t>(pointer); }

}  // namespace

void RingWriter::Start(scope_ring_header* header, const RingShape& shape, Session* session) {
  *this = RingWriter();
  header_ = header;
  shape_ = shape;
  session_ = session;
  header->magic = SCOPE_RING_MAGIC;
  header->layout = SCOPE_RING_LAYOUT;
  header->chunk_count = shape.chunk_count;
  header->file_bytes = shape.file_bytes;
  header->chunk_bytes = shape.chunk_bytes;
  header->red_zone_bytes = shape.red_zone_bytes;
  header->data_offset = SCOPE_RING_DATA_OFFSET;
  header->data_address = AddressOf(header) + SCOPE_RING_DATA_OFFSET;
  header->on_full = session->shared->on_full;
  header->cursor.source = session->shared->clock_source;
  header->cursor.clock = session->shared->clock;
  if (header->cursor.source != kScopeClockSourceCounter &&
      header->cursor.clock == kScopeClockExact) {
    header->cursor.clock = kScopeClockExactOutOfLine;
  }
  header->started_ticks = ScopeReadClock(header->cursor.source);
  header->cursor.stamp_period = header->cursor.clock == kScopeClockAdaptive ? 1 : 0;
  header->cursor.stamp_at = 0;
  // Region 0 is empty. The first that is written to is region 1: zeroed memory carries tag 0.
  region_start_ = header->data_address;
  Store(header->cursor.cur, region_start_);
  Store(header->cursor.end, region_start_);
  OpenNextRegion();
  Store(header->state, uint32_t{kScopeRingLive});
}

uint64_t RingWriter::Reserve(uint64_t bytes) {
  // Looked at again: a handler may have opened a region since the caller found no room.
  while (!ScopeHasRoom(cursor(), bytes)) OpenNextRegion();
  return ScopeTakeRoom(cursor(), bytes);
}

void RingWriter::LeaveNoRoom() { Store(header_->cursor.end, Load(header_->cursor.cur)); }

void RingWriter::End() {
  SealChunk();
  Store(header_->ended_seq, EmittedCount());
  Store(header_->state, uint32_t{kScopeRingEnded});
}

uint64_t RingWriter::EmittedCount() const {
  const uint64_t address = Load(header_->cursor.cur) & SCOPE_CURSOR_ADDRESS;
  return Load(header_->region_seq[region_ & 1]) + (address - region_start_) / SCOPE_RECORD_BYTES;
}

// A signal handler may have opened a region since; then it is the last of the one before.
uint64_t RingWriter::SeqOf(uint64_t room) const {
  const uint64_t address = room & SCOPE_CURSOR_ADDRESS;
  if ((room & SCOPE_CURSOR_TAG) != region_ << SCOPE_HEAD_TAG_SHIFT || address < region_start_) {
    return Load(header_->region_seq[region_ & 1]) - 1;
  }
  return Load(header_->region_seq[region_ & 1]) + (address - region_start_) / SCOPE_RECORD_BYTES;
}

void RingWriter::OpenNextRegion() {
  const uint64_t seq = EmittedCount();
  SealChunk();  // Before any wait, so that the reader can empty this one too.
  if (MayOpenChunk()) {
    OpenChunk(seq);
  } else {
    OpenScratch(seq);
  }
}

bool RingWriter::MayOpenChunk() {
  if (!IsRecording(*session_)) return false;
  if (header_->on_full == kScopeOnFullDropOldest || HasCredit()) return true;
  if (header_->on_full == kScopeOnFullDropNewest) return false;
  if (HasGivenUp()) return false;
  WaitForReader(*session_, *header_, chunks_opened_);
  gave_up_at_ = Load(header_->chunks_released);
  gave_up_ = !HasCredit();
  return !gave_up_ && IsRecording(*session_);
}

bool RingWriter::HasCredit() const {
  return chunks_opened_ < Load(header_->chunks_released) + shape_.chunk_count;
}

// Nothing has changed since a wait ran out.
bool RingWriter::HasGivenUp() const {
  return gave_up_ && gave_up_at_ == Load(header_->chunks_released);
}

bool RingWriter::MayLeaveScratch() const {
  if (in_chunk_) return false;
  return HasCredit() || (header_->on_full == kScopeOnFullBlock && !HasGivenUp());
}

void RingWriter::LeaveScratch() {
  if (!in_chunk_ && MayOpenChunk()) OpenChunk(EmittedCount());
}

void RingWriter::SealChunk() {
  if (!in_chunk_) return;
  scope_chunk& chunk = header_->chunks[(chunks_opened_ - 1) & (shape_.chunk_count - 1)];
  const uint64_t address = Load(header_->cursor.cur) & SCOPE_CURSOR_ADDRESS;
  Store(chunk.sealed_bytes, (address - region_start_) | 1);
}

void RingWriter::OpenChunk(uint64_t first_seq) {
  const uint64_t slot = chunks_opened_ & (shape_.chunk_count - 1);
  scope_chunk& chunk = header_->chunks[slot];
  // Two further keeps the parity. Records that this slot holds must not look like new ones.
  if (((region_ + 1) & kTagMask) == Load(chunk.tag)) region_ += 2;
  Store(chunk.opened, uint64_t{0});
  Store(chunk.sealed_bytes, uint64_t{0});
  Store(chunk.number, chunks_opened_);
  Store(chunk.first_seq, first_seq);
  Store(chunk.first_ticks, ScopeReadClock(header_->cursor.source));
  Store(chunk.tag, (region_ + 1) & kTagMask);
  ++chunks_opened_;
  Store(chunk.opened, chunks_opened_);
  Store(header_->chunks_opened, chunks_opened_);
  in_chunk_ = true;
  EnterRegion(header_->data_address + slot * shape_.chunk_bytes,
              shape_.chunk_bytes - shape_.red_zone_bytes, first_seq);
}

void RingWriter::OpenScratch(uint64_t first_seq) {
  in_chunk_ = false;
  EnterRegion(header_->data_address + shape_.chunk_count * shape_.chunk_bytes,
              SCOPE_SCRATCH_BYTES - SCOPE_SCRATCH_RED_ZONE_BYTES, first_seq);
}

void RingWriter::EnterRegion(uint64_t start, uint64_t usable_bytes, uint64_t first_seq) {
  ++region_;
  region_start_ = start;
  const uint64_t tag = region_ << SCOPE_HEAD_TAG_SHIFT;
  if (header_->cursor.clock == kScopeClockExact ||
      header_->cursor.clock == kScopeClockExactOutOfLine) {
    header_->cursor.stamp_at = (tag | start) - kFarBehind;
  }
  Store(header_->region_seq[region_ & 1], first_seq);
  Store(header_->cursor.cur, tag | start);
  Store(header_->cursor.end, tag | (start + usable_bytes));
}

}  // namespace scope::runtime
