/* scope/sink.h - a sink or viewer as a C++ class: write a struct and one line.
 *
 * Path:    your class -> THIS -> scope/plugin.h
 * Threads: one.
 * Fails:   what the class throws becomes the error that the user is told.
 * Stable:  source. C++11.
 *
 *   struct Count : scope::Sink {
 *     void Event(const scope_event_info&) override { ++count; }
 *     void End(const scope_end_info&) override { std::printf("%zu\n", count); }
 *     size_t count = 0;
 *   };
 *   SCOPE_SINK(Count, "count", "counts events")
 */
#ifndef SCOPE_SINK_H_
#define SCOPE_SINK_H_

#include "scope/plugin.h"

#ifdef __cplusplus

#include <cstdio>
#include <deque>
#include <exception>
#include <string>

namespace scope {

class Sink {
 public:
  virtual ~Sink() {}

  // Each may throw: the sink ends with that error. `Begin` has options() and directory().
  virtual void Begin() {}
  virtual void Thread(const scope_thread_info&) {}
  virtual void Node(const scope_node_info&) {}
  virtual void Event(const scope_event_info& event) = 0;
  virtual void End(const scope_end_info&) {}

 protected:
  std::string options() const { return host_->options; }
  std::string directory() const { return host_->directory; }
  // When an event's time_ns was 0, and what was recorded; not yet in Begin().
  int64_t started_unix_ns() const { return host_->started_unix_ns; }
  std::string program() const { return host_->program; }
  // Null: a gap.
  const scope_node_info* node(const scope_event_info& event) const {
    return event.node < nodes_.size() ? &nodes_[event.node] : nullptr;
  }
  // The event's value as a person writes it. For the event that is being shown.
  std::string Format(const scope_event_info& event) const {
    std::string text(256, '\0');
    size_t length = host_->format(host_, &event, &text[0], text.size());
    if (length >= text.size()) {
      text.resize(length + 1);
      length = host_->format(host_, &event, &text[0], text.size());
    }
    text.resize(length);
    return text;
  }

 private:
  template <typename T>
  friend struct SinkAdapter;
  const scope_host* host_ = nullptr;
  std::deque<scope_node_info> nodes_;
  std::string error_;
};

// The functions of scope_sink for a class T.
template <typename T>
struct SinkAdapter {
  template <typename Work>
  static int Guard(Sink* sink, const Work& work) {
    try {
      work();
      return 0;
    } catch (const std::exception& error) {
      sink->error_ = error.what();
    } catch (...) {
      sink->error_ = "it threw something unknown";
    }
    return 1;
  }
  static void Tell(const std::string& text, char* error) {
    std::snprintf(error, SCOPE_PLUGIN_ERROR_BYTES, "%s", text.c_str());
  }
  static void* Open(const scope_host* host, char* error) {
    Sink* const sink = new T();  // whatever T calls its own members
    sink->host_ = host;
    if (Guard(sink, [&] { sink->Begin(); }) == 0) return static_cast<T*>(sink);
    Tell(sink->error_, error);
    delete sink;
    return nullptr;
  }
  static int Node(void* self, const scope_node_info* node) {
    Sink* const sink = static_cast<T*>(self);
    sink->nodes_.push_back(*node);
    return Guard(sink, [&] { sink->Node(*node); });
  }
  static int Thread(void* self, const scope_thread_info* thread) {
    Sink* const sink = static_cast<T*>(self);
    return Guard(sink, [&] { sink->Thread(*thread); });
  }
  static int Events(void* self, const scope_event_info* events, size_t count) {
    Sink* const sink = static_cast<T*>(self);
    return Guard(sink, [&] {
      for (size_t i = 0; i < count; ++i) sink->Event(events[i]);
    });
  }
  static int Close(void* self, const scope_end_info* end, char* error) {
    Sink* const sink = static_cast<T*>(self);
    if (sink->error_.empty()) Guard(sink, [&] { sink->End(*end); });
    Tell(sink->error_, error);
    const int failed = !sink->error_.empty();
    delete static_cast<T*>(self);
    return failed;
  }
};

}  // namespace scope

#define SCOPE_SINK_ENTRY_(entry, Class, name, summary)                  \
  extern "C" SCOPE_PLUGIN_EXPORT const scope_sink* entry(void);         \
  extern "C" SCOPE_PLUGIN_EXPORT const scope_sink* entry(void) {        \
    static const scope_sink kSink = {sizeof(scope_sink),                \
                                     SCOPE_PLUGIN_VERSION,              \
                                     name,                              \
                                     summary,                           \
                                     scope::SinkAdapter<Class>::Open,   \
                                     scope::SinkAdapter<Class>::Node,   \
                                     scope::SinkAdapter<Class>::Thread, \
                                     scope::SinkAdapter<Class>::Events, \
                                     scope::SinkAdapter<Class>::Close}; \
    return &kSink;                                                      \
  }
#define SCOPE_SINK(Class, name, summary) \
  SCOPE_SINK_ENTRY_(scope_sink_entry_v1, Class, name, summary)
#define SCOPE_VIEWER(Class, name, summary) \
  SCOPE_SINK_ENTRY_(scope_viewer_entry_v1, Class, name, summary)

#endif /* __cplusplus */
#endif /* SCOPE_SINK_H_ */
