// sequence.h - brings the records of all threads into one order.
//
// Path:    Stream of each thread -> THIS -> Batch
// Threads: one.
//
// Inside a thread the order is the thread's own. Between threads it is that of the stamps, then of
// the threads' numbers. A round puts out what has a stamp no later than the moment before the rings
// were looked at, since what is still to come is later; the rest is carried to the next round.

#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "pipeline/batches.h"
#include "pipeline/node_index.h"

namespace scope::pipeline {

class Sequence {
 public:
  struct Round {
    uint64_t ticks_before = 0;  // before the rings were looked at
    uint64_t ticks_after = 0;
    bool alone = false;    // there is one thread, and was no other when it was drained
    bool is_last = false;  // nothing is to come: carry nothing
    std::shared_ptr<const NodeIndex> nodes;
  };
  using Batches = std::vector<std::unique_ptr<Batch>>;

  // Takes from the streams what is ready, and adds the batches that are full to `full`.
  void operator()(const Round& round, const std::vector<Stream*>& streams, Batches& full);

  // The batch that is not full yet, for what goes with it, or to be put out as it is.
  Batch& open() { return *open_; }
  std::unique_ptr<Batch> TakeOpen();

 private:
  struct Key {
    uint64_t ticks;
    uint32_t thread;
    auto operator<=>(const Key&) const = default;
  };
  // What a look at a stream's next records gives: how many may go, and how it stands behind them.
  struct Look {
    size_t count = 0;
    uint64_t ticks = 0;
    uint64_t key = 0;
    uint64_t next_key = 0;  // of the first record that may not go
  };

  Look LookAhead(const Stream& stream, Key bound, size_t count_max) const;
  void TakeAlone(Stream& stream, Batches& full);
  void TakeMerged(const std::vector<Stream*>& streams, Batches& full);
  // What may go of every stream but one, and what of that one: the thread that holds the others
  // back is not held back by itself.
  struct Limits {
    Key all;
    Key holder;
    const Stream* holder_stream = nullptr;
    Key Of(const Stream& stream) const { return &stream == holder_stream ? holder : all; }
  };
  Limits FindLimits(const std::vector<Stream*>& streams) const;
  void FindLastKey(Stream& stream) const;
  void Append(Stream& stream, const Look& look, Batches& full);
  void AppendMarks(Stream& stream);
  void StartThread(Stream& stream);
  size_t Room() const { return SCOPE_EVENTS_IN_BLOCK_MAX - open_->records.size(); }
  std::unique_ptr<Batch> NewBatch();

  uint64_t next_ticket_ = 0;
  std::unique_ptr<Batch> open_ = NewBatch();
  Round round_;
};

}  // namespace scope::pipeline
