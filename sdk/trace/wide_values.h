// wide_values.h - puts a thread's wide values together (SCOPE_WIDE in scope/event.h).
//
// Path:    records of wide nodes in a thread's order -> THIS -> EventWalk
// Threads: one for each thread of the program.
// Fails:   never; lengths and offsets are not trusted, and bytes are kept only as they come.

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "scope/event.h"
#include "sdk/trace/calls.h"

namespace scope::trace {

struct WideValue {
  uint32_t node = 0;
  uint32_t whole = 0;
  std::string bytes;
  bool truncated = false;
  uint64_t seq = 0;  // of its last record
  uint64_t thread_seq = 0;
  uint32_t order = 0;  // of its first record
  uint64_t reserved_seq = kNoSeq;
  uint64_t iteration = kNoIteration;
  const Node* thrown = nullptr;
  Calls::Place place;
};

class WideValues {
 public:
  // No value is begun: the other functions need not be called for what is no wide record.
  bool empty() const { return open_.empty(); }

  struct Record {
    uint32_t node;
    bool is_part;
    uint64_t value;
    uint64_t seq;
    uint64_t thread_seq;
    uint32_t order;
    uint64_t reserved_seq;  // This and the two below count where a value begins.
    uint64_t iteration;
    const Node* thrown;
    Calls::Place place;
  };
  // Takes a record. Values that ended with it, or turned out to have ended before, are appended.
  void Add(const Record& record, std::vector<WideValue>& ended);

  // Any other record: the parts that were awaited do not come.
  void Other(std::vector<WideValue>& ended) {
    if (parts_left_ != 0) EndInner(ended);
  }
  // The call is left, and what was begun in it.
  void ExitCall(uint64_t call, std::vector<WideValue>& ended);
  // Records are missing, or there are no more.
  void EndAll(std::vector<WideValue>& ended);

 private:
  static constexpr size_t kOpenMax = 16;  // handlers inside handlers

  void StartPiece(const Record& record, std::vector<WideValue>& ended);
  void TakePart(const Record& record, std::vector<WideValue>& ended);
  // The innermost value that the piece goes on with; open_.size(): none.
  size_t FindBegun(const Record& head) const;
  void EndInner(std::vector<WideValue>& ended);
  void EndPiece(std::vector<WideValue>& ended);

  std::vector<WideValue> open_;  // inner ones last; the last one's piece may be unfinished
  uint32_t piece_bytes_ = 0;     // of the piece that is read
  uint32_t piece_left_ = 0;      // bytes of it that are still to come
  uint32_t parts_left_ = 0;
};

}  // namespace scope::trace
