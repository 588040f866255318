// replay_rows.h - events as lines, indented by call: what scope replay shows.
//
// Path:    events in global order -> THIS -> TextSink
// Threads: one owner; reader and sink must outlive it.
// Fails:   Add() and Finish() return the sink's false.
//
// An entry and the parameters that follow it share a line, "step(k = 39)"; so do a returned value
// and the exit behind it, "step -> 1521". Such a line has the first event's number.

#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "scope/trace/reader.h"
#include "viewers/terminal/paint.h"
#include "viewers/terminal/places.h"
#include "viewers/terminal/text_sink.h"

namespace scope::viewers {

struct ReplayStyle {
  Paint paint;
};

class ReplayRows {
 public:
  ReplayRows(const trace::TraceReader& reader, const ReplayStyle& style, TextSink sink);

  bool Titles();
  bool Add(const trace::Event& event);
  // Writes what is still held back.
  bool Finish();

 private:
  // A line that the next event may still extend.
  struct Row {
    trace::Event event;
    uint32_t indent = 0;
    std::string text;
    std::string params;
    std::string value;  // of a Return: the event's own bytes do not outlive its visit
  };

  bool Write(const Row& row);
  std::string TimeText(const trace::Event& event);
  bool WriteLine(const trace::Event& event, absl::string_view where, absl::string_view text);

  ReplayStyle style_;
  TextSink sink_;
  Places places_;
  bool timed_;
  size_t seq_width_;
  size_t where_width_;
  std::optional<Row> held_;
  int64_t shown_time_ns_ = -1;
  uint32_t shown_thread_ = 0;
};

}  // namespace scope::viewers
