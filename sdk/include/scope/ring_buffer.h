// scope/ring_buffer.h - a bounded queue of events in memory: the ring that scope itself writes to.
//
// Path:    Write() -> THIS -> ReadBatch()
// Threads: any may write and any may read, all at the same time. A signal handler may write, too,
//          also where it interrupts a Write().
// Fails:   Create() says why. Write() returns false, and the event is counted.
//
// Link Scope::ring_buffer, or what pkg-config says of scope-ring-buffer. C++20.
//
// Events are numbered from 0 as they are written, dropped ones included. A position is the number
// of the event to read next. Reading consumes: an event is given to one reader, once, and the room
// of what was read is there for writers again, an eighth of the ring at a time.

#ifndef SCOPE_RING_BUFFER_H_
#define SCOPE_RING_BUFFER_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

namespace scope {

// What becomes of an event that finds no room.
enum class RingBufferOnFull : uint32_t {
  kBlock,       // Write() sleeps, at most block_timeout_ms, then drops. It does not sleep again
                // until a reader has made room.
  kDropNewest,  // it is dropped
  kDropOldest   // the oldest eighth of the ring is dropped for it
};

struct RingBufferOptions {
  uint64_t size = 4096;  // how many events it holds: a power of two
  RingBufferOnFull on_full = RingBufferOnFull::kDropOldest;
  uint32_t block_timeout_ms = 1000;
};

// Since the beginning or the last Clear(). While nobody writes, written = read + dropped + size.
struct RingBufferStats {
  uint64_t capacity = 0;    // the size it was made with
  uint64_t size = 0;        // events that can be read
  uint64_t written = 0;     // calls of Write()
  uint64_t read = 0;        // events that were read or skipped over
  uint64_t dropped = 0;     // events that no reader will see
  uint64_t blocked_ns = 0;  // time that writers have slept for room, since the beginning
};

inline constexpr uint32_t kRingBufferEventBytesMax = 256;

// Events of any one size; RingBuffer below knows their type.
class __attribute__((visibility("default"))) RawRingBuffer {
 public:
  // Null where the options are no good, and `why` (may be null) is one line about it.
  static std::unique_ptr<RawRingBuffer> Create(const RingBufferOptions& options,
                                               uint32_t event_bytes, std::string* why);
  ~RawRingBuffer();
  RawRingBuffer(const RawRingBuffer&) = delete;
  RawRingBuffer& operator=(const RawRingBuffer&) = delete;

  bool Write(const void* event) noexcept;
  // Calls `each` for at most `count` events from `position` on; returns the position behind them.
  using Each = void (*)(void* context, uint64_t position, const void* event);
  uint64_t Read(uint64_t position, size_t count, Each each, void* context);
  RingBufferStats stats() const;
  void Clear();
  void Destroy() noexcept;

 private:
  struct Parts;
  explicit RawRingBuffer(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

template <typename Event>
class RingBuffer {
  static_assert(std::is_trivially_copyable_v<Event>, "an event is copied as its bytes");
  static_assert(sizeof(Event) <= kRingBufferEventBytesMax, "an event has at most 256 bytes");

 public:
  struct Item {
    uint64_t position;
    Event event;
  };
  struct Batch {
    std::vector<Item> events;  // in the order in which they were written
    uint64_t position = 0;     // where to read next
    uint64_t missing = 0;  // events on the way that are not in the batch: dropped, or read before
  };

  // Null where the options are no good, and `why` (may be null) is one line about it.
  static std::unique_ptr<RingBuffer> Create(const RingBufferOptions& options = {},
                                            std::string* why = nullptr) {
    std::unique_ptr<RawRingBuffer> raw = RawRingBuffer::Create(options, sizeof(Event), why);
    if (raw == nullptr) return nullptr;
    return std::unique_ptr<RingBuffer>(new RingBuffer(std::move(raw)));
  }

  // False: there was no room, and this event is dropped; or the buffer is destroyed.
  bool Write(const Event& event) noexcept { return raw_->Write(&event); }

  // At most `count` events from `position` on, as far as they are whole by now. What lies before
  // `position` is given up; what is gone already is left out, and counted as missing.
  Batch ReadBatch(uint64_t position, size_t count) {
    Batch batch;
    batch.position = raw_->Read(position, count, Append, &batch.events);
    if (batch.position > position) batch.missing = batch.position - position - batch.events.size();
    return batch;
  }

  // The first event from `position` on; none: there is none by now.
  std::optional<Item> Read(uint64_t position) {
    Batch batch = ReadBatch(position, 1);
    if (batch.events.empty()) return std::nullopt;
    return batch.events.front();
  }

  RingBufferStats stats() const { return raw_->stats(); }
  uint64_t size() const { return stats().size; }

  // Gives up what was written by now and counts from 0 again. Positions go on: what was read or
  // given up under a number never appears under it again.
  void Clear() { raw_->Clear(); }

  // Wakes writers that sleep and gives the memory back. After it Write() returns false, and there
  // is nothing to read.
  void Destroy() noexcept { raw_->Destroy(); }

 private:
  explicit RingBuffer(std::unique_ptr<RawRingBuffer> raw) : raw_(std::move(raw)) {}

  static void Append(void* events, uint64_t position, const void* event) {
    Item item{.position = position, .event = {}};
    __builtin_memcpy(&item.event, event, sizeof(Event));
    static_cast<std::vector<Item>*>(events)->push_back(item);
  }

  std::unique_ptr<RawRingBuffer> raw_;
};

}  // namespace scope

#endif  // SCOPE_RING_BUFFER_H_
