// mapped_file.h - a file of a stranger's process in our memory.
//
// Path:    session folder -> THIS -> drain, session
// Threads: one owner; the guard's signal handler may run on any thread.
// Fails:   a file that is cut short under us reads as zeros from then on, and broken() says so.

#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/statusor.h"

namespace scope::pipeline {

class MappedFile {
 public:
  // Maps a regular file, which must be ours, for reading and writing. NotFound: there is none.
  // FailedPrecondition: it has fewer than `bytes_min` bytes, so far. ResourceExhausted: too many
  // files are mapped already.
  static absl::StatusOr<std::unique_ptr<MappedFile>> Open(const std::string& path,
                                                          uint64_t bytes_min, uint64_t bytes_max);
  // Makes a new file of zeros.
  static absl::StatusOr<std::unique_ptr<MappedFile>> Create(const std::string& path,
                                                            uint64_t bytes);
  ~MappedFile();
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;

  template <typename T>
  T& As(uint64_t offset = 0) const {
    return *reinterpret_cast<T*>(data_ + offset);
  }
  const uint8_t* data() const { return data_; }
  uint64_t bytes() const { return bytes_; }
  bool broken() const;

  // Gives whole pages within back to the system; the file keeps them.
  void Forget(uint64_t offset, uint64_t bytes) const;

 private:
  MappedFile(uint8_t* data, uint64_t bytes, uint32_t guard)
      : data_(data), bytes_(bytes), guard_(guard) {}
  static absl::StatusOr<std::unique_ptr<MappedFile>> Map(const std::string& path, int descriptor,
                                                         uint64_t bytes);

  uint8_t* data_;
  uint64_t bytes_;
  uint32_t guard_;
};

// Sets the SIGBUS handler for this process; once is enough. Other bus errors still end the process.
void GuardMappedFiles();

}  // namespace scope::pipeline
