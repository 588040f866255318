#include "viewers/terminal/replay_rows.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "scope/wire/ring.h"
#include "viewers/terminal/event_text.h"
#include "viewers/terminal/printable.h"
#include "viewers/terminal/text_width.h"
#include "viewers/terminal/units.h"

namespace scope::viewers {
namespace {

constexpr size_t kThreadWidth = 6;
constexpr size_t kTimeWidth = 10;
constexpr size_t kWhereWidthMax = 32;
constexpr uint32_t kDepthShownMax = 24;

// One bar, then two spaces a call, so that deep calls stay on the screen.
std::string IndentText(uint32_t depth) {
  if (depth == 0) return "";
  if (depth > kDepthShownMax) {
    return absl::StrCat("│ ", std::string(2 * (kDepthShownMax - 1), ' '), "[", depth, "] ");
  }
  return absl::StrCat("│ ", std::string(2 * (depth - 1), ' '));
}

// What happens in a call stands one step further in than its entry and its exit.
uint32_t IndentOf(const trace::Event& event) {
  if (event.node == nullptr || event.call == trace::kNoCall) return event.depth;
  const scope_event_kind kind = event.node->kind;
  const bool edge = kind == kScopeEventEnter || kind == kScopeEventExit;
  return edge ? event.depth : event.depth + 1;
}

bool SameCall(const trace::Event& a, const trace::Event& b) {
  return a.thread == b.thread && a.call == b.call && a.call != trace::kNoCall;
}

}  // namespace

ReplayRows::ReplayRows(const trace::TraceReader& reader, const ReplayStyle& style, TextSink sink)
    : style_(style),
      sink_(std::move(sink)),
      places_(reader.nodes()),
      timed_(reader.info().clock != kScopeClockOff),
      seq_width_(std::max<size_t>(8, CountText(reader.info().event_count).size())),
      where_width_(8) {
  for (const trace::Node& node : reader.nodes()) {
    where_width_ = std::max(where_width_, TextWidth(places_.Where(node)));
  }
  where_width_ = std::min(where_width_, kWhereWidthMax);
}

bool ReplayRows::Titles() {
  std::string line = absl::StrCat("  ", PadLeft("seq", seq_width_), "  thread  ");
  if (timed_) absl::StrAppend(&line, PadLeft("time", kTimeWidth), "  ");
  absl::StrAppend(&line, PadRight("where", where_width_), "  event");
  return sink_(absl::StrCat(style_.paint.Dim(line), "\n"));
}

bool ReplayRows::Add(const trace::Event& event) {
  if (held_ && event.unwound == 0 && event.node != nullptr && SameCall(held_->event, event)) {
    const scope_event_kind held_kind = held_->event.node->kind;
    if (held_kind == kScopeEventEnter && event.node->kind == kScopeEventParam) {
      absl::StrAppend(&held_->params, held_->params.empty() ? "" : ", ", EventText(event));
      return true;
    }
    if (held_kind == kScopeEventReturn && event.node->kind == kScopeEventExit &&
        event.exit_how == kScopeExitReturn) {
      held_->indent = IndentOf(event);
      held_->text = absl::StrCat(Printable(event.node->function->name), " -> ", held_->value);
      return Finish();
    }
  }
  if (!Finish()) return false;
  if (event.unwound > 0 && !WriteLine(event, "",
                                      absl::StrCat("-- ", CountText(event.unwound, "call"),
                                                   " left without an exit --"))) {
    return false;
  }
  Row row = {event, IndentOf(event), EventText(event), "", ""};
  row.event.bytes = {};
  if (event.node != nullptr && event.node->kind == kScopeEventReturn) row.value = ValueText(event);
  if (event.node != nullptr &&
      (event.node->kind == kScopeEventEnter || event.node->kind == kScopeEventReturn)) {
    held_ = std::move(row);
    return true;
  }
  return Write(row);
}

bool ReplayRows::Finish() {
  if (!held_) return true;
  const Row row = *std::move(held_);
  held_.reset();
  return Write(row);
}

bool ReplayRows::Write(const Row& row) {
  if (row.event.node == nullptr) return WriteLine(row.event, "", style_.paint.Bad(row.text));
  std::string text = row.text;
  if (row.event.node->kind == kScopeEventEnter) {
    text = absl::StrCat(style_.paint.Name(Printable(row.event.node->function->name)), "(",
                        row.params, ")");
  } else if (row.event.exit_how == kScopeExitUnwind || row.event.node->kind == kScopeEventThrow) {
    text = style_.paint.Warn(text);
  }
  return WriteLine(row.event, places_.Where(*row.event.node),
                   absl::StrCat(style_.paint.Dim(IndentText(row.indent)), text));
}

std::string ReplayRows::TimeText(const trace::Event& event) {
  const bool same = event.time_ns == shown_time_ns_ && event.thread == shown_thread_;
  shown_time_ns_ = event.time_ns;
  shown_thread_ = event.thread;
  return same ? "\"    " : StampText(event.time_ns);
}

bool ReplayRows::WriteLine(const trace::Event& event, absl::string_view where,
                           absl::string_view text) {
  std::string line = absl::StrCat("  ", PadLeft(absl::StrCat(event.seq), seq_width_), "  ",
                                  PadLeft(absl::StrCat(event.thread), kThreadWidth), "  ");
  if (timed_) absl::StrAppend(&line, PadLeft(TimeText(event), kTimeWidth), "  ");
  absl::StrAppend(&line, PadRight(Fit(where, where_width_), where_width_), "  ", text);
  absl::StripTrailingAsciiWhitespace(&line);
  return sink_(absl::StrCat(line, "\n"));
}

}  // namespace scope::viewers
