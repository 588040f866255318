// event_walk.h - goes through blocks of events in order and says what each event means.
//
// Path:    EventBlock, Tables -> THIS -> TraceReader::ForEach's visitor
// Threads: one.
// Fails:   never: blocks are checked before.

#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "scope/trace/reader.h"
#include "sdk/trace/calls.h"
#include "sdk/trace/event_block.h"
#include "sdk/trace/loops.h"
#include "sdk/trace/tables.h"
#include "sdk/trace/wide_values.h"

namespace scope::trace {

class EventWalk {
 public:
  using Visit = std::function<bool(const Event&)>;

  EventWalk(const Tables& tables, const Selection& selection, const Visit& visit);

  // True for nodes whose values the walk needs.
  bool Wants(uint32_t node) const;

  // Goes through the next block. False: the visitor wants no more.
  bool Go(EventBlock& block);

  uint64_t next_seq() const { return seq_; }
  // Those in the blocks up to here.
  uint64_t event_count() const { return event_count_; }
  bool done() const { return seq_ > selection_.last_seq; }

  // There are no more blocks: shows the wide values that have no end.
  void Finish();

 private:
  struct ThreadState {
    uint64_t thread_seq = 0;
    uint64_t ticks = 0;       // the latest stamp
    uint64_t moment = 0;      // a later time that the collector knows of
    uint64_t time_ticks = 0;  // those that time_ns is of
    int64_t time_ns = 0;
    uint32_t place = 0;  // of the statement that `order` counts in
    uint32_t first_node = 0;
    uint32_t order = 0;
    uint32_t thrown_depth = 0;
    const Node* thrown = nullptr;  // the exception on its way
    const Node* caught = nullptr;  // the last one that was caught
    uint64_t gap_seq = 0;          // calls entered before have events missing
    uint64_t frame = 0;            // of the coroutine that the next event is about
    Calls calls;
    WideValues wide;
  };
  struct Column {
    const uint64_t* next;
    const uint8_t* is_part;  // null: no wide values
    const Node* node;
    uint32_t function;
    uint32_t place;
    uint8_t kind;
    bool selected;
    bool by_hand;
    bool has_turn;  // a loop, or in one
  };

  void PrepareColumns(EventBlock& block);
  template <bool kWide>
  bool GoRuns(EventBlock& block);
  bool Marks(const EventBlock& block, uint32_t event);
  bool Step(const Column& column, uint64_t value, ThreadState& state);
  bool WideStep(Column& column, uint64_t value, ThreadState& state);
  // Shows what is in `ended_`.
  bool ShowWide(uint32_t thread, ThreadState& state);
  static void Stamp(uint64_t ticks, ThreadState& state);
  Calls::Place Coroutine(const Column& column, ThreadState& state);
  void Follow(const Column& column, const Calls::Place& place, uint8_t how, ThreadState& state);
  void Exception(const Column& column, const Calls::Place& place, uint8_t how, ThreadState& state);
  Loops& LoopsOf(uint32_t thread);
  uint64_t Iteration(const Column& column, uint64_t call, uint64_t value, const ThreadState& state);
  void Order(const Column& column, ThreadState& state);
  int64_t Time(ThreadState& state) const;
  bool InRange() const { return IsInRange(seq_); }
  bool IsInRange(uint64_t seq) const {
    return seq >= selection_.first_seq && seq <= selection_.last_seq;
  }
  bool IsSelected(uint32_t node) const { return IsIn(selection_.nodes, node); }
  bool IsThread(uint32_t thread) const { return IsIn(selection_.threads, thread); }
  static bool IsIn(const std::vector<bool>* wanted, uint32_t number) {
    return wanted == nullptr || (number < wanted->size() && (*wanted)[number]);
  }

  const Tables& tables_;
  const Selection& selection_;
  const Visit& visit_;
  std::vector<ThreadState> threads_;
  std::vector<Coroutines> coroutines_;  // by process
  std::vector<Loops> loops_;            // by process
  std::vector<uint64_t> abandoned_;
  std::vector<Column> columns_;
  Event event_;
  bool is_thread_ = true;  // the run that is walked is of a selected thread
  std::vector<WideValue> ended_;
  uint64_t seq_ = 0;
  uint64_t event_count_ = 0;
  uint32_t next_mark_ = 0;  // event of the block before which a gap or stamp stands
  uint32_t next_gap_ = 0;
  uint32_t next_stamp_ = 0;
};

}  // namespace scope::trace
