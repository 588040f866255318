// fake_trace.h - a trace made by hand, so that views are tested without a recording.
//
// Path:    a test -> THIS as TraceReader -> the view under test
// Threads: one owner.

#pragma once

#include <cstring>
#include <map>
#include <string>
#include <vector>

#include "scope/trace/reader.h"
#include "scope/wire/ring.h"

namespace scope::viewers {

class FakeTrace : public trace::TraceReader {
 public:
  FakeTrace() {
    info_.directory = "scope.data";
    info_.version = "0.1.0";
    info_.command = {"./demo", "two words"};
    info_.working_directory = "/src";
    info_.host = "box";
    info_.clock = kScopeClockExact;
    info_.ring_bytes = 1 << 20;
    info_.complete = true;
  }

  const trace::Function* AddFunction(const std::string& name, uint32_t line,
                                     const std::string& file = "/src/demo.cc") {
    trace::Function function;
    function.id = 0x1000 + functions_.size();
    function.name = name;
    function.file = file;
    function.line = line;
    return &functions_.emplace_back(function);
  }

  const trace::Node* AddNode(const trace::Function* function, scope_event_kind kind, uint32_t line,
                             const std::string& name = "", scope_value_type type = kScopeValueNone,
                             const std::string& type_name = "") {
    trace::Node node;
    node.number = static_cast<uint32_t>(nodes_.size());
    node.id = 0xa0 + nodes_.size();
    node.kind = kind;
    node.value_type = type;
    node.function = function;
    node.function_id = function->id;
    node.file = function->file;
    node.line = line;
    node.column = 3;
    node.name = name;
    node.type_name = type_name;
    return &nodes_.emplace_back(node);
  }

  // Calls and depths follow from entries and exits, as a reader derives them.
  trace::Event& Add(const trace::Node* node, uint64_t bits = 0, uint32_t thread = 0) {
    auto& open = open_calls_[thread];
    trace::Event event;
    event.seq = info_.event_count++;
    event.thread = thread;
    event.thread_seq = thread_seq_[thread]++;
    event.time_ns = time_ns_;
    event.node = node;
    event.bits = bits;
    if (node->kind == kScopeEventEnter) open.push_back(event.seq);
    event.call = open.empty() ? trace::kNoCall : open.back();
    event.depth = static_cast<uint32_t>(open.empty() ? 0 : open.size() - 1);
    if (node->kind == kScopeEventExit && !open.empty()) open.pop_back();
    return events_.emplace_back(event);
  }

  trace::Event& AddDouble(const trace::Node* node, double value) {
    uint64_t bits;
    std::memcpy(&bits, &value, sizeof(bits));
    return Add(node, bits);
  }

  void AddGap(uint64_t count, uint32_t reason, uint32_t thread = 0) {
    trace::Event gap;
    gap.seq = info_.event_count;
    gap.thread = thread;
    gap.thread_seq = thread_seq_[thread];
    gap.time_ns = time_ns_;
    gap.gap_count = count;
    gap.gap_reason = reason;
    thread_seq_[thread] += count;
    events_.push_back(gap);
  }

  // The next call ends `count` open calls of thread 0, as longjmp does.
  void Unwind(uint32_t count) { open_calls_[0].resize(open_calls_[0].size() - count); }

  void AddThread(uint64_t stored, uint64_t dropped, uint64_t torn = 0) {
    trace::Thread thread;
    thread.number = static_cast<uint32_t>(threads_.size());
    thread.tid = 100 + thread.number;
    thread.pid = 100;
    thread.name = "demo";
    thread.stored = stored;
    thread.dropped = dropped;
    thread.torn = torn;
    thread.emitted = stored + dropped + torn;
    threads_.push_back(thread);
  }

  void At(int64_t time_ns) { time_ns_ = time_ns; }
  trace::TraceInfo& mutable_info() { return info_; }
  std::vector<trace::Module>& mutable_modules() { return modules_; }
  std::deque<trace::Node>& mutable_nodes() { return nodes_; }
  std::deque<trace::Function>& mutable_functions() { return functions_; }

  const trace::TraceInfo& info() const override { return info_; }
  const std::deque<trace::Node>& nodes() const override { return nodes_; }
  const std::vector<trace::Module>& modules() const override { return modules_; }
  const std::vector<trace::Process>& processes() const override { return processes_; }
  const std::vector<trace::Thread>& threads() const override { return threads_; }

  absl::Status ForEach(const trace::Selection& selection,
                       const std::function<bool(const trace::Event&)>& visit) override {
    for (const trace::Event& event : events_) {
      if (event.seq < selection.first_seq || event.seq > selection.last_seq) continue;
      if (event.node == nullptr && !selection.gaps) continue;
      if (event.node != nullptr && selection.nodes != nullptr &&
          !(*selection.nodes)[event.node->number]) {
        continue;
      }
      if (!visit(event)) break;
    }
    return absl::OkStatus();
  }

 private:
  trace::TraceInfo info_;
  std::deque<trace::Function> functions_;
  std::deque<trace::Node> nodes_;
  std::vector<trace::Module> modules_;
  std::vector<trace::Process> processes_;
  std::vector<trace::Thread> threads_;
  std::deque<trace::Event> events_;
  std::map<uint32_t, std::vector<uint64_t>> open_calls_;
  std::map<uint32_t, uint64_t> thread_seq_;
  int64_t time_ns_ = 0;
};

// main calls step(0), step(1), step(2) and adds up what they return.
//   0 main, 1 total = 0; for k: 2+6k step, +1 k, +2 y, +3 return, +4 exit, +5 total
//   20 exit of main; 21 events in all, each call 1 us long, one us apart.
class DemoTrace : public FakeTrace {
 public:
  DemoTrace() {
    const trace::Function* step = AddFunction("step", 4);
    const trace::Function* main = AddFunction("main", 9);
    step_enter = AddNode(step, kScopeEventEnter, 4);
    k = AddNode(step, kScopeEventParam, 4, "k", kScopeValueI64, "long");
    y = AddNode(step, kScopeEventInit, 5, "y", kScopeValueI64, "long");
    step_return = AddNode(step, kScopeEventReturn, 6, "", kScopeValueI64, "long");
    step_exit = AddNode(step, kScopeEventExit, 7);
    main_enter = AddNode(main, kScopeEventEnter, 9);
    total_init = AddNode(main, kScopeEventInit, 10, "total", kScopeValueI64, "long");
    total = AddNode(main, kScopeEventCompoundAssign, 11, "total", kScopeValueI64, "long");
    main_exit = AddNode(main, kScopeEventExit, 13);
    Add(main_enter);
    Add(total_init, 0);
    uint64_t sum = 0;
    for (uint64_t i = 0; i < 3; ++i) {
      At(static_cast<int64_t>(1000 + 2000 * i));
      Add(step_enter);
      Add(k, i);
      Add(y, i * i);
      Add(step_return, i * i);
      At(static_cast<int64_t>(2000 + 2000 * i));
      Add(step_exit);
      sum += i * i;
      Add(total, sum);
    }
    At(8000);
    Add(main_exit);
    mutable_info().recorded_ns = 8000;
  }

  const trace::Node *step_enter, *k, *y, *step_return, *step_exit;
  const trace::Node *main_enter, *total_init, *total, *main_exit;
};

}  // namespace scope::viewers
