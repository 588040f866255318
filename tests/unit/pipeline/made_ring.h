// made_ring.h - a ring file that a test writes by hand, or through the ring writer that ships.
//
// Path:    tests -> THIS -> ring file -> pipeline/stages/ring_reader

#pragma once

#include <stdlib.h>

#include <cstring>
#include <filesystem>
#include <memory>
#include <string>

#include "pipeline/mapped_file.h"
#include "pipeline/shared.h"
#include "pipeline/stages/ring_reader.h"
#include "runtime/cold/session.h"
#include "runtime/hot/cursor.h"
#include "runtime/hot/ring_writer.h"
#include "scope/wire/session.h"

namespace scope::pipeline {

inline constexpr uint64_t kNode = 0x10010;

// A folder for ring files.
class RingFolder {
 public:
  RingFolder() {
    char path[] = "/dev/shm/scope-unit-XXXXXX";
    path_ = mkdtemp(path);
  }
  ~RingFolder() { std::filesystem::remove_all(path_); }
  std::string path() const { return path_ + "/ring-0"; }

 private:
  std::string path_;
};

// The writer that ships, on a file.
class WrittenRing {
 public:
  explicit WrittenRing(scope_on_full on_full, uint64_t ring_bytes = SCOPE_RING_BYTES_MIN)
      : WrittenRing(on_full, runtime::MakeRingShape(ring_bytes)) {}
  WrittenRing(scope_on_full on_full, const runtime::RingShape& shape) : shape_(shape) {
    file_ = *MappedFile::Create(folder_.path(), shape_.file_bytes);
    shared_.state = kScopeSessionOpen;
    shared_.on_full = on_full;
    shared_.clock = kScopeClockExact;
    shared_.block_timeout_ms = 2000;
    session_ = runtime::MakeSession(&shared_);
    writer_.Start(&header(), shape_, &session_);
  }

  uint64_t Take(uint64_t bytes) {
    if (ScopeHasRoom(writer_.cursor(), bytes)) return ScopeTakeRoom(writer_.cursor(), bytes);
    return writer_.Reserve(bytes);
  }
  void Write(uint64_t value) { ScopePutRecord(Take(SCOPE_RECORD_BYTES), kNode, value); }

  scope_ring_header& header() { return file_->As<scope_ring_header>(); }
  scope_session& session() { return shared_; }
  runtime::RingWriter& writer() { return writer_; }
  const runtime::RingShape& shape() const { return shape_; }
  std::string path() const { return folder_.path(); }
  std::unique_ptr<RingReader> Open() const { return *RingReader::Open(path(), 0); }

 private:
  RingFolder folder_;
  runtime::RingShape shape_;
  std::unique_ptr<MappedFile> file_;
  scope_session shared_ = {};
  runtime::Session session_;
  runtime::RingWriter writer_;
};

inline RingReader::Moment Now(bool writer_is_dead = false) {
  return {.ticks = Ticks(), .now_ns = MonotonicNs(), .writer_is_dead = writer_is_dead};
}

// What of a stream is missing, by reason.
struct Missing {
  uint64_t dropped = 0;
  uint64_t torn = 0;
};
inline Missing MissingIn(const Stream& stream) {
  Missing missing;
  for (const Mark& mark : stream.marks) {
    (mark.reason == kScopeGapTorn ? missing.torn : missing.dropped) += mark.missing;
  }
  return missing;
}

}  // namespace scope::pipeline
