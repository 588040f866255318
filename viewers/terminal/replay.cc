#include "viewers/terminal/replay.h"

#include "absl/strings/str_cat.h"
#include "viewers/terminal/event_json.h"

namespace scope::viewers {
namespace {

using Visit = std::function<bool(const trace::Event&)>;

bool InTime(const ReplayRange& range, const trace::Event& event) {
  if (range.from && range.from->is_time && event.time_ns < range.from->time_ns) return false;
  return !(range.to && range.to->is_time && event.time_ns > range.to->time_ns);
}

absl::StatusOr<uint64_t> ForEachIn(trace::TraceReader& reader, const ReplayRange& range,
                                   const Visit& visit) {
  trace::Selection selection;
  if (range.from && !range.from->is_time) selection.first_seq = range.from->seq;
  if (range.to && !range.to->is_time) selection.last_seq = range.to->seq;
  if (!range.nodes.empty()) selection.nodes = &range.nodes;
  uint64_t shown = 0;
  if (range.count && *range.count == 0) return shown;
  const absl::Status status = reader.ForEach(selection, [&](const trace::Event& event) {
    if (range.thread && event.thread != *range.thread) return true;
    if (!InTime(range, event)) return true;
    if (!visit(event)) return false;
    if (event.node != nullptr) ++shown;
    return !range.count || shown < *range.count;
  });
  if (!status.ok()) return status;
  return shown;
}

}  // namespace

absl::StatusOr<uint64_t> Replay(trace::TraceReader& reader, const ReplayRange& range,
                                const ReplayStyle& style, const TextSink& sink) {
  ReplayRows rows(reader, style, sink);
  if (!rows.Titles()) return 0;
  const auto shown =
      ForEachIn(reader, range, [&](const trace::Event& event) { return rows.Add(event); });
  rows.Finish();
  return shown;
}

absl::StatusOr<uint64_t> ReplayJson(trace::TraceReader& reader, const ReplayRange& range,
                                    const TextSink& sink) {
  EventJson json;
  return ForEachIn(reader, range, [&](const trace::Event& event) {
    return sink(absl::StrCat(json.Line(event), "\n"));
  });
}

}  // namespace scope::viewers
