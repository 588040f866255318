// stamp_walk.h - goes through blocks of events for their times alone, without calls.
//
// Path:    EventBlock, with its stamps unpacked -> THIS -> block_index, node_history
// Threads: one.
// Fails:   never: blocks are checked before.
//
// A block says all that the times of its events depend on, but for traces of older versions: there
// the blocks before it have to be walked, too.

#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "scope/event.h"
#include "sdk/trace/columns.h"
#include "sdk/trace/event_block.h"

namespace scope::trace {

class StampWalk {
 public:
  // Calls visit(event, column, thread, ticks, moment) for each record of the block: its number in
  // it, that of its column, the thread's latest stamp, and the time of the event.
  template <typename Visit>
  void Go(EventBlock& block, const std::deque<Node>& nodes, size_t thread_count, Visit visit) {
    if (threads_.size() < thread_count) threads_.resize(thread_count);
    kinds_.clear();
    for (const EventBlock::Column& column : block.columns()) {
      const scope_event_kind kind = nodes[column.node].kind;
      kinds_.push_back(kind == kScopeEventExit ? kExit : SCOPE_HAS_STAMP(kind) ? kStamp : kNone);
    }
    if (block.events().threads() != nullptr) {
      for (const wire::ThreadStart* start : *block.events().threads()) {
        threads_[start->thread()].ticks = start->ticks();
      }
    }
    if (block.wide()) {
      GoRuns<true>(block, visit);
    } else {
      GoRuns<false>(block, visit);
    }
  }

 private:
  struct Thread {
    uint64_t ticks = 0;
    uint64_t moment = 0;
  };
  enum Kind : uint8_t { kNone, kStamp, kExit };

  template <bool kWide, typename Visit>
  void GoRuns(EventBlock& block, Visit& visit) {
    const auto* stamps = block.events().stamps();
    const uint32_t stamp_count = stamps == nullptr ? 0 : stamps->size();
    uint32_t next_stamp = 0;
    uint32_t event = 0;
    const auto take_stamps = [&] {
      for (; next_stamp < stamp_count && stamps->Get(next_stamp)->before() <= event; ++next_stamp) {
        const wire::Stamp& stamp = *stamps->Get(next_stamp);
        Thread& thread = threads_[stamp.thread()];
        thread.moment = std::max(thread.moment, stamp.ticks());
      }
    };
    if (block.events().runs() != nullptr) {
      for (const wire::Run* run : *block.events().runs()) {
        Thread& thread = threads_[run->thread()];
        for (const uint32_t run_end = event + run->count(); event < run_end;) {
          take_stamps();
          const uint32_t end = next_stamp == stamp_count
                                   ? run_end
                                   : std::min(run_end, stamps->Get(next_stamp)->before());
          for (; event < end; ++event) {
            const uint32_t column = block.ColumnAt<kWide>(event);
            if (kinds_[column] != kNone) {
              const uint64_t coded = *block.columns()[column].next++;
              thread.ticks += kinds_[column] == kExit ? ExitTicks(coded) : coded;
              if (thread.ticks >= thread.moment) thread.moment = 0;
            }
            visit(event, column, run->thread(), thread.ticks,
                  std::max(thread.ticks, thread.moment));
          }
        }
      }
    }
    event = block.count();
    take_stamps();
  }

  std::vector<Thread> threads_;
  std::vector<Kind> kinds_;
};

}  // namespace scope::trace
