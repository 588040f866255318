// trace_file.h - appends blocks to a trace's file.
//
// Path:    store -> THIS -> events.scope -> sdk/trace/block_file
// Threads: one writer; a thread of its own brings the file to the disk about every second.
// Fails:   after a failed write the file ends behind its last whole block.

#pragma once

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "pipeline/batches.h"

namespace scope::pipeline {

class TraceFile {
 public:
  // Makes `path`, which must not exist.
  static absl::StatusOr<std::unique_ptr<TraceFile>> Create(const std::string& path);
  ~TraceFile();
  TraceFile(const TraceFile&) = delete;
  TraceFile& operator=(const TraceFile&) = delete;

  // Appends one block with one write. ResourceExhausted: the disk is full. Unavailable: all else.
  absl::Status Append(const Note& block);

  uint64_t bytes() const { return bytes_; }
  uint64_t next_sequence() const { return next_sequence_; }  // of the next block

 private:
  TraceFile(std::string path, int descriptor);
  absl::Status Write(const void* header, size_t header_bytes, const std::vector<uint8_t>& payload);
  absl::Status Failed(int error);
  void SyncNowAndThen();

  const std::string path_;
  const int descriptor_;
  uint64_t bytes_ = 0;
  uint64_t next_sequence_ = 0;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stop_ = false;  // guarded by mutex_
  std::thread syncer_;
};

}  // namespace scope::pipeline
