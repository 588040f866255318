// A sink: each call is a span for an OpenTelemetry collector, OTLP over HTTP in JSON.
//
//   scope run --sink otlp -- ./demo                      to http://127.0.0.1:4318/v1/traces
//   scope feed --sink otlp:http://gateway:4318

#include <chrono>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <thread>

#include "pipeline/sinks/http_post.h"
#include "pipeline/sinks/spans.h"
#include "scope/sink.h"

namespace {

using nlohmann::json;
using scope::sinks::HttpPost;
using scope::sinks::Span;

constexpr size_t kSpansInPost = 512;
// Three seconds in all for a server that never answered, fifty for one that did.
constexpr int kTriesFirst = 6;
constexpr int kTries = 10;
constexpr std::chrono::milliseconds kFirstWait{100};
constexpr int kStatusError = 2;  // STATUS_CODE_ERROR
constexpr int kInternal = 1;     // SPAN_KIND_INTERNAL

// Spreads numbers that lie close together.
uint64_t Mix(uint64_t x) {
  x += 0x9e3779b97f4a7c15u;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
  return x ^ (x >> 31);
}

std::string Hex(uint64_t number) {
  char digits[17];
  std::snprintf(digits, sizeof(digits), "%016llx", static_cast<unsigned long long>(number));
  return digits;
}

json Attribute(const char* key, const std::string& value) {
  return {{"key", key}, {"value", {{"stringValue", value}}}};
}
json Attribute(const char* key, uint64_t value) {
  return {{"key", key}, {"value", {{"intValue", std::to_string(value)}}}};
}

class Otlp : public scope::Sink {
 public:
  void Begin() override {
    post_ = std::make_unique<HttpPost>(options().empty() ? "http://127.0.0.1:4318" : options());
  }

  void Thread(const scope_thread_info& thread) override {
    if (thread.number >= tids_.size()) tids_.resize(thread.number + 1);
    tids_[thread.number] = thread.tid;
  }

  void Event(const scope_event_info& event) override {
    const scope_node_info* const of = node(event);
    if (of == nullptr) return;
    spans_.Add(event, static_cast<scope_event_kind>(of->kind), ended_);
    if (ended_.size() >= kSpansInPost) Deliver();
  }

  void End(const scope_end_info&) override {
    spans_.End(ended_);
    Deliver();
  }

 private:
  // The same whenever this trace is sent: a receiver may know the span already.
  uint64_t TraceHigh() const { return Mix(static_cast<uint64_t>(started_unix_ns())); }
  uint64_t TraceLow() const { return Mix(TraceHigh()); }
  std::string SpanId(uint64_t call) const { return Hex(Mix(TraceLow() ^ call) | 1); }

  json ToJson(const Span& span) const {
    scope_event_info at = {};
    at.node = span.node;
    const scope_node_info& enter = *node(at);
    const auto unix_ns = [&](int64_t ns) { return std::to_string(started_unix_ns() + ns); };
    json attributes = json::array({Attribute("code.function", std::string(enter.function)),
                                   Attribute("code.filepath", std::string(enter.file)),
                                   Attribute("code.lineno", uint64_t{enter.line}),
                                   Attribute("scope.seq", span.call)});
    if (span.thread < tids_.size()) {
      attributes.push_back(Attribute("thread.id", uint64_t{tids_[span.thread]}));
    }
    json result = {{"traceId", Hex(TraceHigh()) + Hex(TraceLow())},
                   {"spanId", SpanId(span.call)},
                   {"name", enter.function},
                   {"kind", kInternal},
                   {"startTimeUnixNano", unix_ns(span.begin_ns)},
                   {"endTimeUnixNano", unix_ns(span.end_ns)}};
    if (span.parent != SCOPE_NO_CALL) result["parentSpanId"] = SpanId(span.parent);
    if (span.is_unwound) {
      result["status"] = {{"code", kStatusError}, {"message", "left by an exception"}};
    }
    if (!span.has_exit) {
      attributes.push_back({{"key", "scope.no_exit"}, {"value", {{"boolValue", true}}}});
    }
    result["attributes"] = std::move(attributes);
    return result;
  }

  void Deliver() {
    if (ended_.empty()) return;
    json spans = json::array();
    for (const Span& span : ended_) spans.push_back(ToJson(span));
    json of_scope = json::object();
    of_scope["scope"]["name"] = "scope";
    of_scope["spans"] = std::move(spans);
    json resource = json::object();
    resource["resource"]["attributes"] = json::array({Attribute("service.name", program())});
    resource["scopeSpans"] = json::array({std::move(of_scope)});
    json body = json::object();
    body["resourceSpans"] = json::array({std::move(resource)});
    Post(body.dump(-1, ' ', false, json::error_handler_t::replace));
    delivered_ += ended_.size();
    ended_.clear();
  }

  void Post(const std::string& body) {
    std::chrono::milliseconds wait = kFirstWait;
    for (int i = delivered_ > 0 ? kTries : kTriesFirst;; wait *= 2) {
      const HttpPost::Answer answer = post_->Send(body, "application/json");
      if (answer.is_accepted) return;
      if (--i == 0 || answer.is_final) {
        throw std::runtime_error(answer.error + "; " + std::to_string(delivered_) +
                                 " spans were delivered, 'scope feed' sends them all again");
      }
      std::this_thread::sleep_for(wait);
    }
  }

  std::unique_ptr<HttpPost> post_;
  scope::sinks::Spans spans_;
  std::vector<Span> ended_;
  std::vector<uint32_t> tids_;
  uint64_t delivered_ = 0;
};

}  // namespace

SCOPE_SINK(Otlp, "otlp", "calls as spans for an OpenTelemetry collector: otlp:http://HOST:PORT")
