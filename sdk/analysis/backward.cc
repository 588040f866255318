#include "sdk/analysis/backward.h"

#include <algorithm>
#include <vector>

namespace scope::analysis {
namespace {

// Sequence numbers of one window: at most 80 MB of events. The first is small, because most chains
// are short.
constexpr uint64_t kFirstWindow = uint64_t{1} << 17;
constexpr uint64_t kWindowMax = uint64_t{1} << 21;

}  // namespace

absl::Status ForEachBackward(trace::TraceReader& reader, uint64_t last_seq,
                             const std::function<bool(const ShortEvent&)>& visit) {
  std::vector<ShortEvent> events;
  uint64_t window = kFirstWindow;
  for (uint64_t end = last_seq + 1; end > 0;) {
    trace::Selection selection;
    selection.first_seq = end > window ? end - window : 0;
    selection.last_seq = end - 1;
    events.clear();
    const absl::Status status = reader.ForEach(selection, [&](const trace::Event& event) {
      const bool is_gap = event.node == nullptr;
      events.push_back({.seq = event.seq,
                        .call = event.call,
                        .bits = is_gap ? event.gap_count : event.bits,
                        .node = is_gap ? kNoNumber : event.node->number,
                        .thread = event.thread,
                        .depth = event.depth,
                        .thrown = event.thrown == nullptr ? kNoNumber : event.thrown->number});
      return true;
    });
    if (!status.ok()) return status;
    for (auto event = events.rbegin(); event != events.rend(); ++event) {
      if (!visit(*event)) return absl::OkStatus();
    }
    end = selection.first_seq;
    window = std::min(window * 4, kWindowMax);
  }
  return absl::OkStatus();
}

}  // namespace scope::analysis
