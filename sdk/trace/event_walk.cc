#include "sdk/trace/event_walk.h"

#include <algorithm>
#include <utility>

#include "sdk/trace/columns.h"

namespace scope::trace {

EventWalk::EventWalk(const Tables& tables, const Selection& selection, const Visit& visit)
    : tables_(tables),
      selection_(selection),
      visit_(visit),
      threads_(tables.threads.size()),
      coroutines_(std::max<size_t>(1, tables.processes.size())),
      loops_(coroutines_.size()) {}

// Calls are followed through every event, and which records are events shows in wide values.
bool EventWalk::Wants(uint32_t node) const {
  const scope_event_kind kind = tables_.nodes[node].kind;
  if (SCOPE_HAS_STAMP(kind) || kind == kScopeEventFrame || kind == kScopeEventLoop) return true;
  return SCOPE_IS_WIDE(tables_.nodes[node].value_type) || IsSelected(node);
}

bool EventWalk::Go(EventBlock& block) {
  // A trace that is still written has more with time.
  if (threads_.size() < tables_.threads.size()) threads_.resize(tables_.threads.size());
  if (loops_.size() < tables_.processes.size()) loops_.resize(tables_.processes.size());
  PrepareColumns(block);
  if (block.events().threads() != nullptr) {
    for (const wire::ThreadStart* start : *block.events().threads()) {
      threads_[start->thread()].thread_seq = start->thread_seq();
      threads_[start->thread()].ticks = start->ticks();
    }
  }
  next_mark_ = next_gap_ = next_stamp_ = 0;
  event_count_ = block.event_count_before() + block.event_count();
  return block.wide() ? GoRuns<true>(block) : GoRuns<false>(block);
}

void EventWalk::PrepareColumns(EventBlock& block) {
  columns_.clear();
  for (const EventBlock::Column& column : block.columns()) {
    const Node& node = tables_.nodes[column.node];
    const Tables::Facts& facts = tables_.facts[column.node];
    columns_.push_back({column.next, column.is_part, &node, facts.function, facts.place,
                        static_cast<uint8_t>(node.kind), IsSelected(column.node), facts.by_hand,
                        node.loop != 0 || node.kind == kScopeEventLoop});
  }
}

template <bool kWide>
bool EventWalk::GoRuns(EventBlock& block) {
  const uint32_t count = block.count();
  uint32_t event = 0;
  if (block.events().runs() != nullptr) {
    for (const wire::Run* run : *block.events().runs()) {
      ThreadState& state = threads_[run->thread()];
      event_.thread = run->thread();
      is_thread_ = IsThread(run->thread());
      for (const uint32_t end = event + run->count(); event < end; ++event, ++seq_) {
        if (event == next_mark_) [[unlikely]] {
          if (!Marks(block, event)) return false;
          event_.thread = run->thread();
        }
        Column& column = columns_[block.ColumnAt<kWide>(event)];
        const uint64_t value = column.next == nullptr ? 0 : *column.next++;
        if (column.is_part != nullptr) [[unlikely]] {
          if (!WideStep(column, value, state)) return false;
        } else if (!Step(column, value, state)) {
          return false;
        }
        ++state.thread_seq;
      }
    }
  }
  return event != next_mark_ || Marks(block, count);
}

// Takes the gaps and stamps that stand before `event`.
bool EventWalk::Marks(const EventBlock& block, uint32_t event) {
  const auto* gaps = block.events().gaps();
  const auto* stamps = block.events().stamps();
  const uint32_t gap_count = gaps == nullptr ? 0 : gaps->size();
  const uint32_t stamp_count = stamps == nullptr ? 0 : stamps->size();
  for (; next_stamp_ < stamp_count && stamps->Get(next_stamp_)->before() <= event; ++next_stamp_) {
    const wire::Stamp& stamp = *stamps->Get(next_stamp_);
    ThreadState& state = threads_[stamp.thread()];
    state.moment = std::max(state.moment, stamp.ticks());
  }
  for (; next_gap_ < gap_count && gaps->Get(next_gap_)->before() <= event; ++next_gap_) {
    const wire::Gap& gap = *gaps->Get(next_gap_);
    ThreadState& state = threads_[gap.thread()];
    state.thread_seq = gap.thread_seq() + gap.count();
    state.place = 0;
    state.calls.Gap();
    state.gap_seq = seq_;
    state.wide.EndAll(ended_);
    if (!ended_.empty() && !ShowWide(gap.thread(), state)) return false;
    if (!selection_.gaps || !InRange() || !IsThread(gap.thread())) continue;
    Event missing;
    missing.seq = seq_;
    missing.thread = gap.thread();
    missing.thread_seq = gap.thread_seq();
    missing.time_ns = Time(state);
    missing.gap_count = gap.count();
    missing.gap_reason = gap.reason();
    if (!visit_(missing)) return false;
  }
  next_mark_ = ~uint32_t{0};
  if (next_stamp_ < stamp_count) next_mark_ = stamps->Get(next_stamp_)->before();
  if (next_gap_ < gap_count) next_mark_ = std::min(next_mark_, gaps->Get(next_gap_)->before());
  return true;
}

// Without a clock the stamps stand still, and the collector's moments are all there is. A stamp may
// be older than the moment before it: it was taken, and then its thread had to wait.
inline void EventWalk::Stamp(uint64_t ticks, ThreadState& state) {
  state.ticks += ticks;
  if (state.ticks >= state.moment) state.moment = 0;
}

// One event: moves its thread on, and shows it when it is selected.
inline bool EventWalk::Step(const Column& column, uint64_t value, ThreadState& state) {
  Calls::Place place;
  uint64_t bits = value;
  uint8_t how = 0;
  if (column.kind == kScopeEventEnter) {
    Stamp(value, state);
    state.place = 0;
    state.order = 0;
    bits = state.ticks;
    place = state.calls.Enter(column.function, seq_, column.by_hand);
  } else if (column.kind == kScopeEventExit) {
    Stamp(ExitTicks(value), state);
    state.place = 0;
    state.order = 0;
    bits = state.ticks;
    how = static_cast<uint8_t>(ExitFlags(value));
    place = state.calls.Exit(column.function);
    if (!state.wide.empty()) [[unlikely]]
      state.wide.ExitCall(place.call, ended_);
    LoopsOf(event_.thread).Exit(place.call);
    if (place.destroyed && how == kScopeExitReturn) how = kScopeExitDestroy;
  } else if (column.kind == kScopeEventFrame) {
    state.frame = value;
    return true;
  } else if (SCOPE_HAS_STAMP(column.kind)) {
    Stamp(value, state);
    state.place = 0;
    state.order = 0;
    bits = state.frame;
    place = Coroutine(column, state);
  } else {
    place = state.calls.Inside(column.function, column.by_hand);
    if (place.unwound != 0) [[unlikely]]
      state.place = 0;
    Order(column, state);
  }
  if (!state.wide.empty() || !ended_.empty()) [[unlikely]] {
    state.wide.Other(ended_);
    if (!ended_.empty() && !ShowWide(event_.thread, state)) return false;
  }
  Follow(column, place, how, state);
  event_.iteration = kNoIteration;
  if (column.has_turn && (column.selected || column.kind == kScopeEventLoop)) {
    event_.iteration = Iteration(column, place.call, bits, state);
  }
  if (!column.selected || !InRange() || !is_thread_) return true;
  event_.seq = seq_;
  event_.thread_seq = state.thread_seq;
  event_.time_ns = Time(state);
  event_.order = state.order;
  event_.node = column.node;
  event_.bits = bits;
  event_.call = place.call;
  event_.depth = place.depth;
  event_.exit_how = how;
  event_.unwound = place.unwound;
  event_.abandoned = abandoned_.data();
  event_.abandoned_count = static_cast<uint32_t>(abandoned_.size());
  const bool goes_on = visit_(event_);
  abandoned_.clear();
  return goes_on;
}

// What the event means for exceptions and assignments that are on their way.
inline void EventWalk::Follow(const Column& column, const Calls::Place& place, uint8_t how,
                              ThreadState& state) {
  event_.thrown = nullptr;
  if (column.kind == kScopeEventThrow || state.thrown != nullptr) [[unlikely]] {
    Exception(column, place, how, state);
  }
  event_.reserved_seq = kNoSeq;
  if (column.kind == kScopeEventReserve) {
    state.calls.Reserve(column.node->of, seq_);
  } else if (column.kind == kScopeEventCatch) {
    state.calls.Catch();
  } else if (state.calls.has_reservations()) [[unlikely]] {
    event_.reserved_seq = state.calls.Complete(column.node->id);
  }
  if (state.calls.has_abandoned()) [[unlikely]]
    for (uint64_t seq : state.calls.TakeAbandoned()) abandoned_.push_back(seq);
}

Loops& EventWalk::LoopsOf(uint32_t thread) {
  const uint32_t process = tables_.threads[thread].process;
  return loops_[process < loops_.size() ? process : 0];
}

uint64_t EventWalk::Iteration(const Column& column, uint64_t call, uint64_t value,
                              const ThreadState& state) {
  if (call == kNoCall || call < state.gap_seq) return kNoIteration;
  Loops& loops = LoopsOf(event_.thread);
  if (column.kind == kScopeEventLoop) return loops.Turn(call, *column.node, value != 0);
  return loops.Find(call, column.node->loop);
}

Calls::Place EventWalk::Coroutine(const Column& column, ThreadState& state) {
  Coroutines& coroutines = coroutines_[tables_.threads[event_.thread].process];
  if (column.kind == kScopeEventSuspend) {
    return state.calls.Suspend(column.function, state.frame, coroutines);
  }
  return state.calls.Resume(column.function, state.frame, column.kind == kScopeEventDestroy,
                            coroutines);
}

// Which Throw an exception comes from. It is over when it is caught, or when a call further out
// than the one that threw does something: then code that reports nothing has caught it.
void EventWalk::Exception(const Column& column, const Calls::Place& place, uint8_t how,
                          ThreadState& state) {
  if (column.kind == kScopeEventThrow) {
    const bool again = column.node->type_name == "void";
    state.thrown = again && state.caught != nullptr ? state.caught : column.node;
    state.thrown_depth = place.depth;
    return;
  }
  event_.thrown = state.thrown;
  if (column.kind == kScopeEventCatch) {
    state.caught = state.thrown;
    state.thrown = nullptr;
  } else if (column.kind == kScopeEventExit) {
    if (how == kScopeExitUnwind) return;
    event_.thrown = nullptr;
    if (place.depth <= state.thrown_depth) state.thrown = nullptr;
  } else {
    event_.thrown = nullptr;
    if (place.depth < state.thrown_depth && column.kind != kScopeEventEnter) state.thrown = nullptr;
  }
}

bool EventWalk::WideStep(Column& column, uint64_t value, ThreadState& state) {
  const bool is_part = *column.is_part++ != 0;
  Calls::Place place;
  if (!is_part) {
    place = state.calls.Inside(column.function, column.by_hand);
    if (place.unwound != 0) state.place = 0;
    if (SCOPE_WIDE_OFFSET(value) == 0) {
      Order(column, state);
      Follow(column, place, 0, state);
    }
  }
  state.wide.Add(
      {.node = column.node->number,
       .is_part = is_part,
       .value = value,
       .seq = seq_,
       .thread_seq = state.thread_seq,
       .order = state.order,
       .reserved_seq = event_.reserved_seq,
       .iteration = column.has_turn && column.selected ? Iteration(column, place.call, 1, state)
                                                       : kNoIteration,
       .thrown = event_.thrown,
       .place = place},
      ended_);
  return ended_.empty() || ShowWide(event_.thread, state);
}

bool EventWalk::ShowWide(uint32_t thread, ThreadState& state) {
  const std::vector<WideValue> ended = std::exchange(ended_, {});
  for (const WideValue& value : ended) {
    if (!IsSelected(value.node) || !IsInRange(value.seq) || !IsThread(thread)) continue;
    Event event;
    event.seq = value.seq;
    event.thread = thread;
    event.thread_seq = value.thread_seq;
    event.time_ns = Time(state);
    event.order = value.order;
    event.node = &tables_.nodes[value.node];
    for (size_t i = 0; i < std::min<size_t>(value.bytes.size(), 8); ++i) {
      event.bits |= uint64_t{static_cast<uint8_t>(value.bytes[i])} << 8 * i;
    }
    event.bytes = value.bytes;
    event.whole_bytes = value.whole;
    event.truncated = value.truncated;
    event.call = value.place.call;
    event.depth = value.place.depth;
    event.unwound = value.place.unwound;
    event.reserved_seq = value.reserved_seq;
    event.iteration = value.iteration;
    event.thrown = value.thrown;
    event.abandoned = abandoned_.data();
    event.abandoned_count = static_cast<uint32_t>(abandoned_.size());
    const bool goes_on = visit_(event);
    abandoned_.clear();
    if (!goes_on) return false;
  }
  return true;
}

void EventWalk::Finish() {
  for (uint32_t thread = 0; thread < threads_.size(); ++thread) {
    threads_[thread].wide.EndAll(ended_);
    if (!ShowWide(thread, threads_[thread])) return;
  }
}

// A new stamp or call comes with an Enter or an Exit, which start anew; so does another line, and
// the statement's first node when a loop comes round on one line.
inline void EventWalk::Order(const Column& column, ThreadState& state) {
  if (column.place != 0 && column.place == state.place && column.node->number != state.first_node) {
    ++state.order;
    return;
  }
  state.place = column.place;
  state.first_node = column.node->number;
  state.order = 0;
}

inline int64_t EventWalk::Time(ThreadState& state) const {
  const uint64_t ticks = std::max(state.ticks, state.moment);
  if (ticks != state.time_ticks) {
    state.time_ticks = ticks;
    state.time_ns = tables_.clock.ToNs(ticks);
  }
  return state.time_ns;
}

}  // namespace scope::trace
