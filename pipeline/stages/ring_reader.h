// ring_reader.h - takes the records out of one ring.
//
// Path:    ring-N, written by runtime/hot/ring_writer -> THIS -> Stream
// Threads: one.
// Fails:   what the ring says is checked before it is used and read once. A ring that contradicts
//          itself is given up: broken() says why. What is missing becomes a Mark.

#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "pipeline/batches.h"
#include "pipeline/mapped_file.h"
#include "scope/wire/ring.h"

namespace scope::pipeline {

// A record that is reserved but not written is waited for so long, once its chunk is sealed.
inline constexpr int64_t kTornAfterNs = 100'000'000;

class RingReader {
 public:
  // FailedPrecondition, NotFound: the ring is not ready yet. InvalidArgument: it never will be.
  static absl::StatusOr<std::unique_ptr<RingReader>> Open(const std::string& path, uint32_t number);

  // The same for a ring in our own memory: `bytes` that begin with the header and outlive this.
  static absl::StatusOr<std::unique_ptr<RingReader>> Over(void* memory, uint64_t bytes,
                                                          uint32_t number);

  // The ring's identity, as it was when it was opened.
  const scope_ring_header& header() const { return header_; }

  // Records before `seq` are known from elsewhere; before the first Read().
  void SkipTo(uint64_t seq) {
    next_seq_ = seq;
    resumes_ = true;
  }

  struct Moment {
    uint64_t ticks = 0;  // read before the ring is looked at
    int64_t now_ns = 0;
    bool writer_is_dead = false;
  };

  // Moves at most `records_max` records to the stream and gives what is read back to the writer.
  // Returns the number of records; stream.caught_up says whether more were there.
  size_t Read(size_t records_max, const Moment& moment, Stream& stream);

  // True once everything that was ever written is read: the writer has ended or is dead.
  bool over() const { return over_; }
  // Empty, or why the ring was given up.
  const std::string& broken() const { return broken_; }

  // Its thread says so.
  bool has_ended() const;

  // The number behind the last record that was read or found missing.
  uint64_t next_seq() const { return next_seq_; }
  // Emitted by the writer so far, stored or not.
  uint64_t emitted() const;
  uint64_t blocked_ns() const { return Shared().blocked_ns; }

  // Consumed pages leave our memory at once; for when many rings are mapped.
  void SetFrugal(bool frugal) { frugal_ = frugal; }

 private:
  struct Chunk {
    uint64_t number = 0;
    uint64_t first_seq = 0;
    uint64_t first_ticks = 0;
    uint64_t tag = 0;
  };
  enum class Found { kRecords, kNothing, kOverrun };

  RingReader(std::unique_ptr<MappedFile> file, uint8_t* memory, const scope_ring_header& header);
  scope_ring_header& Shared() const { return *reinterpret_cast<scope_ring_header*>(memory_); }
  scope_chunk& Label(uint64_t number) const;
  const uint8_t* Data(uint64_t number) const;

  bool EnterChunk(Stream& stream);
  bool ReadLabel(uint64_t number, Chunk& chunk) const;
  bool SkipToOldest();
  uint64_t UsedBytes(bool ended) const;
  Found CopyRecords(uint64_t bytes_end, size_t records_max, Stream& stream);
  bool IsOverwritten() const;
  Found Overrun();
  bool SkipAbsent(uint64_t bytes_end, bool ended, int64_t now_ns, Stream& stream);
  void LeaveChunk();
  void Finish(Stream& stream);
  void Break(const char* why);

  std::unique_ptr<MappedFile> file_;  // null: the ring is in our own memory
  uint8_t* const memory_;
  const scope_ring_header header_;
  Chunk chunk_;  // the one that is read
  bool in_chunk_ = false;
  uint64_t next_number_ = 0;     // of the chunk to enter next
  uint64_t offset_ = 0;          // in the chunk, of the next record
  uint64_t next_seq_ = 0;        // of the next record
  uint64_t emptied_ticks_ = 0;   // when the ring was last seen with nothing left in it
  int64_t absent_since_ns_ = 0;  // 0: the next record is not awaited
  bool resumes_ = false;         // the next chunk may begin before next_seq_
  bool over_ = false;
  bool frugal_ = false;
  std::string broken_;
};

}  // namespace scope::pipeline
