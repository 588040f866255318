// shared_file.h - files of the session's folder, mapped.
//
// Path:    start, process, threads -> THIS -> files under the session's folder
// Threads: any, and signal handlers: system calls only.
// Fails:   nullptr; errno says why.

#pragma once

#include <stdint.h>

namespace scope::runtime {

// "<folder>/<name><number>", or with two numbers "<folder>/<name><number>-<second>".
class SessionPath {
 public:
  SessionPath(const char* folder, const char* name);
  SessionPath(const char* folder, const char* name, uint32_t number);
  SessionPath(const char* folder, const char* name, uint32_t number, uint32_t second);
  const char* c_str() const { return text_; }
  // In the folder.
  const char* name() const { return text_ + name_at_; }

 private:
  void Append(const char* text);
  void Append(uint32_t number);

  uint32_t length_ = 0;
  uint32_t name_at_ = 0;
  char text_[1024];
};

// Creates the file for this process alone, with its memory allocated: a full file system is an
// error here and not a SIGBUS later.
void* CreateSharedFile(const SessionPath& path, uint64_t bytes);

// Maps the first `bytes` of an existing file that has at least as many.
void* OpenSharedFile(const SessionPath& path, uint64_t bytes);

// Private zeros in place of a mapping that somebody may still look at or write to; what was mapped
// is given back. False: it stays as it was.
bool ReplaceByZeros(void* memory, uint64_t bytes);

// Puts the mapping `from` in place of `to`, at once for all threads. False: `from` is given back.
bool MoveMapping(void* from, void* to, uint64_t bytes);

}  // namespace scope::runtime
