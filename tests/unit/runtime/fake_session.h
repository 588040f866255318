// fake_session.h - a session without a collector: its folder, and readers for every ring in it.
//
// Path:    instrumented test program -> session's folder -> THIS -> tests of the runtime
// Threads: one.

#pragma once

#include <sys/types.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "scope/wire/session.h"
#include "tests/unit/runtime/plain_reader.h"

namespace scope::runtime {

// One ring and what was read from it.
struct FakeRing {
  scope_ring_header* header;
  std::unique_ptr<PlainReader> reader;
  std::vector<PlainRecord> records;
  uint64_t holes = 0;  // Reserved but never written.

  // The values of one of the subject's nodes, in order.
  std::vector<uint64_t> ValuesOf(uint64_t node_offset) const;
};

// What is run: a program, and the runtime that it loads.
struct Subject {
  const char* program = SCOPE_TEST_SUBJECT;
  const char* runtime = SCOPE_TEST_RUNTIME;
};

class FakeSession {
 public:
  explicit FakeSession(scope_on_full on_full = kScopeOnFullBlock,
                       uint64_t ring_bytes = SCOPE_RING_BYTES_MIN, const Subject& subject = {});
  ~FakeSession();
  FakeSession(const FakeSession&) = delete;
  FakeSession& operator=(const FakeSession&) = delete;

  scope_session& shared() { return *shared_; }
  const std::string& folder() const { return folder_; }

  // Runs the subject with these arguments inside the session.
  pid_t Start(const std::vector<std::string>& arguments);

  // Reads once from every ring there is by now. Returns how many records that gave.
  size_t Poll();

  // Polls until the process has ended and the rings are empty. Returns its wait status.
  int DrainUntilExit(pid_t pid);

  // What is left of processes that are dead: holes are stepped over and counted.
  void DrainDead();

  // Starts and drains; expects exit code 0.
  void RunToEnd(const std::vector<std::string>& arguments);

  std::map<uint32_t, FakeRing>& rings() { return rings_; }
  scope_process* Process(uint32_t number);

 private:
  void* Map(const std::string& name, uint64_t bytes);

  const Subject subject_;
  std::string folder_;
  scope_session* shared_ = nullptr;
  std::map<uint32_t, FakeRing> rings_;
};

}  // namespace scope::runtime
