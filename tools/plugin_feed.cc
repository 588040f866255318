#include "tools/plugin_feed.h"

#include <algorithm>
#include <cstring>
#include <deque>
#include <vector>

#include "absl/strings/str_cat.h"
#include "scope/trace/follower.h"
#include "viewers/terminal/event_words.h"

namespace scope::tools {
namespace {

constexpr size_t kBatchEvents = 4096;

class Feed {
 public:
  Feed(const scope_sink& sink, const FeedOptions& options) : sink_(sink), options_(options) {}

  absl::Status Run();

 private:
  absl::Status Open();
  absl::Status Close(const trace::TraceFollower& trace);
  void Announce(const trace::TraceFollower& trace);
  bool Add(const trace::Event& event);
  void Flush();
  size_t Format(const scope_event_info& event, char* out, size_t out_bytes) const;

  const scope_sink& sink_;
  const FeedOptions& options_;
  scope_host host_ = {};
  std::string program_;
  void* self_ = nullptr;
  bool wants_more_ = true;
  size_t nodes_told_ = 0;
  size_t threads_told_ = 0;
  std::deque<std::string> words_;
  std::vector<trace::Event> events_;  // those of the batch, and ...
  std::deque<std::string> bytes_;     // ... what they point to
  std::vector<scope_event_info> batch_;
};

absl::Status Feed::Open() {
  host_ = {.struct_size = sizeof(scope_host),
           .version = SCOPE_PLUGIN_VERSION,
           .directory = options_.directory.c_str(),
           .options = options_.plugin_options.c_str(),
           .self = this,
           .format = [](const scope_host* host, const scope_event_info* event, char* out,
                        size_t bytes) -> size_t {
             return static_cast<const Feed*>(host->self)->Format(*event, out, bytes);
           },
           .started_unix_ns = 0,
           .program = ""};
  char error[SCOPE_PLUGIN_ERROR_BYTES] = "it gave no reason";
  self_ = sink_.open(&host_, error);
  if (self_ != nullptr) return absl::OkStatus();
  error[sizeof(error) - 1] = '\0';
  return absl::FailedPreconditionError(error);
}

// Events that are not of this batch have no value any more.
size_t Feed::Format(const scope_event_info& event, char* out, size_t out_bytes) const {
  const auto found =
      std::lower_bound(events_.begin(), events_.end(), event.seq,
                       [](const trace::Event& known, uint64_t seq) { return known.seq < seq; });
  std::string text;
  for (auto at = found; at != events_.end() && at->seq == event.seq; ++at) {
    if (at->node != nullptr && viewers::HasValue(*at->node)) text = trace::FormatValue(*at);
  }
  if (out_bytes > 0) {
    const size_t length = std::min(text.size(), out_bytes - 1);
    std::memcpy(out, text.data(), length);
    out[length] = '\0';
  }
  return text.size();
}

void Feed::Announce(const trace::TraceFollower& trace) {
  host_.started_unix_ns = trace.info().started_unix_ns;
  if (program_.empty() && !trace.info().command.empty()) {
    program_ = trace.info().command.front();
    host_.program = program_.c_str();
  }
  for (; threads_told_ < trace.threads().size() && wants_more_; ++threads_told_) {
    const trace::Thread& thread = trace.threads()[threads_told_];
    const std::string& name = words_.emplace_back(thread.name);
    const scope_thread_info info = {.struct_size = sizeof(info),
                                    .number = thread.number,
                                    .process = thread.process,
                                    .pid = thread.pid,
                                    .tid = thread.tid,
                                    .reserved = 0,
                                    .name = name.c_str()};
    if (sink_.thread != nullptr) wants_more_ = sink_.thread(self_, &info) == 0;
  }
  for (; nodes_told_ < trace.nodes().size() && wants_more_; ++nodes_told_) {
    const trace::Node& node = trace.nodes()[nodes_told_];
    const std::string& word = words_.emplace_back(viewers::KindWord(node.kind));
    const scope_node_info info = {.struct_size = sizeof(info),
                                  .number = node.number,
                                  .id = node.id,
                                  .kind = static_cast<uint8_t>(node.kind),
                                  .type = static_cast<uint8_t>(node.value_type),
                                  .reserved = 0,
                                  .line = node.line,
                                  .column = node.column,
                                  .kind_word = word.c_str(),
                                  .name = node.name.c_str(),
                                  .type_name = node.type_name.c_str(),
                                  .file = node.file.c_str(),
                                  .function = node.function->name.c_str()};
    if (sink_.node != nullptr) wants_more_ = sink_.node(self_, &info) == 0;
  }
}

bool Feed::Add(const trace::Event& event) {
  if (!wants_more_) return false;
  const bool is_gap = event.node == nullptr;
  trace::Event& kept = events_.emplace_back(event);
  const bool has_bytes = !is_gap && SCOPE_IS_WIDE(event.node->value_type);
  if (has_bytes) kept.bytes = bytes_.emplace_back(event.bytes);
  batch_.push_back({.seq = event.seq,
                    .thread_seq = event.thread_seq,
                    .time_ns = event.time_ns,
                    .thread = event.thread,
                    .node = is_gap ? SCOPE_NO_NODE : event.node->number,
                    .bits = event.bits,
                    .call = event.call,
                    .depth = event.depth,
                    .how = event.exit_how,
                    .truncated = event.truncated,
                    .gap_reason = static_cast<uint16_t>(event.gap_reason),
                    .bytes = has_bytes ? kept.bytes.data() : nullptr,
                    .byte_count = kept.bytes.size(),
                    .gap_count = event.gap_count});
  if (batch_.size() >= kBatchEvents) Flush();
  return wants_more_;
}

void Feed::Flush() {
  if (!batch_.empty() && wants_more_) {
    wants_more_ = sink_.events(self_, batch_.data(), batch_.size()) == 0;
  }
  batch_.clear();
  events_.clear();
  bytes_.clear();
}

absl::Status Feed::Close(const trace::TraceFollower& trace) {
  scope_end_info end = {};
  end.struct_size = sizeof(end);
  end.complete = trace.info().complete ? 1 : 0;
  end.events = trace.info().event_count;
  for (const trace::Thread& thread : trace.threads()) end.lost += thread.dropped + thread.torn;
  end.exit_code = trace.info().exit_code;
  char error[SCOPE_PLUGIN_ERROR_BYTES] = "it gave no reason";
  const bool failed = sink_.close(self_, &end, error) != 0;
  error[sizeof(error) - 1] = '\0';
  return failed ? absl::InternalError(error) : absl::OkStatus();
}

absl::Status Feed::Run() {
  auto trace = trace::TraceFollower::Open(options_.directory);
  if (!trace.ok()) return trace.status();
  if (absl::Status status = Open(); !status.ok()) return status;
  const auto announce = [&] { Announce(**trace); };
  const auto visit = [&](const trace::Event& event) { return Add(event); };
  absl::Status read = absl::OkStatus();
  while (wants_more_) {
    const absl::StatusOr<bool> more = (*trace)->Next(announce, visit);
    if (!more.ok()) read = more.status();
    if (!more.ok()) break;
    Flush();
    if (*more) continue;
    if ((*trace)->info().complete || !options_.await_more || !options_.await_more()) break;
  }
  if (wants_more_) {
    announce();
    (*trace)->Finish(visit);
    Flush();
  }
  absl::Status closed = Close(**trace);
  return closed.ok() ? read : closed;
}

}  // namespace

absl::Status FeedPlugin(const scope_sink& sink, const FeedOptions& options) {
  try {
    return Feed(sink, options).Run();
  } catch (const std::exception& error) {
    return absl::InternalError(absl::StrCat("it threw: ", error.what()));
  } catch (...) {
    return absl::InternalError("it threw something unknown");
  }
}

}  // namespace scope::tools
