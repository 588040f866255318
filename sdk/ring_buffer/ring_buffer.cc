// The two ends of a ring, the writer and the reader that ship, in one process and behind one face.

#include "scope/ring_buffer.h"

#include <sys/mman.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <mutex>

#include "pipeline/stages/ring_reader.h"
#include "runtime/cold/session.h"
#include "runtime/cold/signals.h"
#include "runtime/hot/cursor.h"
#include "runtime/hot/ring_writer.h"
#include "runtime/hot/shared.h"
#include "sdk/ring_buffer/event_stream.h"
#include "sdk/ring_buffer/writer_lock.h"

namespace scope {
namespace {

constexpr uint64_t kDataBytesMax = uint64_t{1} << 32;

scope_on_full OnFull(RingBufferOnFull on_full) {
  if (on_full == RingBufferOnFull::kDropNewest) return kScopeOnFullDropNewest;
  return on_full == RingBufferOnFull::kBlock ? kScopeOnFullBlock : kScopeOnFullDropOldest;
}

// Null, or why not.
const char* WhyNot(const RingBufferOptions& options, uint32_t event_bytes) {
  if (event_bytes == 0 || event_bytes > kRingBufferEventBytesMax) {
    return "ring buffer: an event has 1 to 256 bytes";
  }
  if (options.size < 2 || !std::has_single_bit(options.size)) {
    return "ring buffer: size must be a power of two, at least 2";
  }
  if (options.size > kDataBytesMax / SCOPE_RECORD_BYTES / ((event_bytes + 7) / 8)) {
    return "ring buffer: size is too large: the events would take more than 4 GiB";
  }
  if (options.on_full > RingBufferOnFull::kDropOldest) {
    return "ring buffer: on_full is none of the three strategies";
  }
  return nullptr;
}

// A chunk has room for an eighth of the events and no more, so that the size is exact. The rest of
// its bytes is red zone, whose pages nobody touches.
runtime::RingShape ShapeFor(uint64_t size, uint64_t event_records) {
  const auto chunk_count =
      static_cast<uint32_t>(std::min<uint64_t>(size, SCOPE_RING_CHUNKS_WANTED));
  const uint64_t used_bytes = size / chunk_count * event_records * SCOPE_RECORD_BYTES;
  const uint64_t chunk_bytes = std::max<uint64_t>(
      std::bit_ceil(used_bytes + SCOPE_RED_ZONE_BYTES(0)), SCOPE_CHUNK_BYTES_MIN);
  return {.chunk_count = chunk_count,
          .chunk_bytes = chunk_bytes,
          .red_zone_bytes = chunk_bytes - used_bytes,
          .file_bytes = SCOPE_RING_DATA_OFFSET + chunk_count * chunk_bytes + SCOPE_SCRATCH_BYTES};
}

}  // namespace

struct RawRingBuffer::Parts {
  uint64_t size = 0;
  uint32_t event_bytes = 0;
  uint32_t event_records = 0;
  runtime::RingShape shape = {};
  scope_ring_header* header = nullptr;
  scope_session shared = {};
  runtime::Session session;

  WriterLock writing;
  runtime::RingWriter writer;
  uint64_t stored = 0;   // (atomic) events that found room
  uint64_t refused = 0;  // (atomic) events that found none
  uint32_t closed = 0;   // (atomic)

  std::mutex reading;
  std::unique_ptr<pipeline::RingReader> reader;
  std::unique_ptr<EventStream> stream;
  RingBufferStats cleared;  // what stats() does not count any more
  RingBufferStats last;     // when it was destroyed

  bool TakeAndPut(const void* event);
  uint64_t Oldest() const;
  RingBufferStats Count() const;
};

// What instrumented code does: room and then the records, so that handlers may come in between.
bool RawRingBuffer::Parts::TakeAndPut(const void* event) {
  const uint64_t bytes = uint64_t{event_records} * SCOPE_RECORD_BYTES;
  uint64_t room = 0;
  if (!ScopeHasRoom(&header->cursor, bytes) || writer.MayLeaveScratch()) {
    const runtime::SignalsBlocked blocked;
    writer.LeaveScratch();
    room = writer.Reserve(bytes);
  } else {
    room = ScopeTakeRoom(&header->cursor, bytes);
  }
  const uint64_t scratch = header->data_address + shape.chunk_count * shape.chunk_bytes;
  if ((room & SCOPE_CURSOR_ADDRESS) >= scratch) return false;
  uint64_t piece = 0;
  for (uint32_t at = 0; at < event_bytes; at += sizeof(piece), room += SCOPE_RECORD_BYTES) {
    piece = 0;
    std::memcpy(&piece, static_cast<const char*>(event) + at,
                std::min<size_t>(sizeof(piece), event_bytes - at));
    ScopePutRecord(room, SCOPE_RECORD_BYTES, piece);
  }
  return true;
}

// The number of the oldest event that is in a chunk. Where writers overwrite, others are lost.
uint64_t RawRingBuffer::Parts::Oldest() const {
  uint64_t oldest = ~uint64_t{0};
  for (uint32_t slot = 0; slot < shape.chunk_count; ++slot) {
    const scope_chunk& chunk = header->chunks[slot];
    if (runtime::Load(chunk.opened) != 0) {
      oldest = std::min(oldest, runtime::Load(chunk.first_seq) / event_records);
    }
  }
  return oldest;
}

// Since the beginning. The caller holds `reading`.
RingBufferStats RawRingBuffer::Parts::Count() const {
  RingBufferStats all{.capacity = size, .blocked_ns = runtime::Load(header->blocked_ns)};
  all.read = stream->consumed();
  const uint64_t kept = runtime::Load(stored);
  all.written = kept + runtime::Load(refused);
  const uint64_t gone = header->on_full == kScopeOnFullDropOldest
                            ? std::max(stream->position(), Oldest())
                            : all.read + stream->torn();
  all.size = kept > gone ? kept - gone : 0;
  return all;
}

RawRingBuffer::RawRingBuffer(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

RawRingBuffer::~RawRingBuffer() { Destroy(); }

std::unique_ptr<RawRingBuffer> RawRingBuffer::Create(const RingBufferOptions& options,
                                                     uint32_t event_bytes, std::string* why) {
  const char* error = WhyNot(options, event_bytes);
  auto parts = std::make_unique<Parts>();
  if (error == nullptr) {
    parts->size = options.size;
    parts->event_bytes = event_bytes;
    parts->event_records = (event_bytes + 7) / 8;
    parts->shape = ShapeFor(options.size, parts->event_records);
    void* const memory = mmap(nullptr, parts->shape.file_bytes, PROT_READ | PROT_WRITE,
                              MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory == MAP_FAILED) error = "ring buffer: there is no memory for so many events";
    if (error == nullptr) parts->header = static_cast<scope_ring_header*>(memory);
  }
  if (error != nullptr) {
    if (why != nullptr) *why = error;
    return nullptr;
  }
  parts->shared.state = kScopeSessionOpen;
  parts->shared.on_full = OnFull(options.on_full);
  parts->shared.block_timeout_ms = options.block_timeout_ms;
  parts->session = runtime::MakeSession(&parts->shared);
  parts->writer.Start(parts->header, parts->shape, &parts->session);
  auto reader = pipeline::RingReader::Over(parts->header, parts->shape.file_bytes, 0);
  if (!reader.ok()) __builtin_trap();  // Made by ourselves just now.
  parts->reader = *std::move(reader);
  parts->stream = std::make_unique<EventStream>(*parts->reader, parts->event_records);
  return std::unique_ptr<RawRingBuffer>(new RawRingBuffer(std::move(parts)));
}

bool RawRingBuffer::Write(const void* event) noexcept {
  Parts& parts = *parts_;
  if (runtime::Load(parts.closed) != 0) return false;
  const bool is_ours = parts.writing.Acquire();
  bool kept = false;
  if (runtime::Load(parts.closed) == 0) {
    kept = parts.TakeAndPut(event);
    runtime::Add(kept ? parts.stored : parts.refused, uint64_t{1});
  }
  if (is_ours) parts.writing.Release();
  return kept;
}

uint64_t RawRingBuffer::Read(uint64_t position, size_t count, Each each, void* context) {
  const std::lock_guard lock(parts_->reading);
  if (parts_->stream == nullptr) return position;
  parts_->stream->Read(position, count, each, context);
  return std::max(position, parts_->stream->position());
}

RingBufferStats RawRingBuffer::stats() const {
  const std::lock_guard lock(parts_->reading);
  const RingBufferStats& cleared = parts_->cleared;
  RingBufferStats stats = parts_->stream == nullptr ? parts_->last : parts_->Count();
  stats.written -= cleared.written;
  stats.read -= cleared.read;
  stats.dropped = stats.written - stats.read - stats.size;
  return stats;
}

void RawRingBuffer::Clear() {
  const std::lock_guard lock(parts_->reading);
  if (parts_->stream == nullptr) return;
  parts_->stream->Read(~uint64_t{0}, 1, nullptr, nullptr);
  parts_->cleared = parts_->Count();
  parts_->cleared.written -= parts_->cleared.size;  // Written meanwhile.
}

void RawRingBuffer::Destroy() noexcept {
  Parts& parts = *parts_;
  const runtime::SignalsBlocked blocked;
  if (__atomic_exchange_n(&parts.closed, 1u, __ATOMIC_ACQ_REL) != 0) return;
  // A writer that sleeps looks at the state when it is woken.
  runtime::Store(parts.shared.state, uint32_t{kScopeSessionClosed});
  runtime::Add(parts.header->release_futex, 1u);
  runtime::FutexWake(parts.header->release_futex);
  parts.writing.Acquire();
  const std::lock_guard lock(parts.reading);
  parts.last = parts.Count();
  parts.last.size = 0;
  parts.stream = nullptr;
  parts.reader = nullptr;
  munmap(parts.header, parts.shape.file_bytes);
  parts.writing.Release();
}

}  // namespace scope
