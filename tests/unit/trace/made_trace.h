// made_trace.h - a trace made of chosen events, through the stages that ship.
//
// Path:    tests -> THIS (enrich, encode, store) -> a folder -> TraceReader

#pragma once

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "pipeline/batches.h"
#include "pipeline/encoders.h"
#include "pipeline/node_index.h"
#include "pipeline/stages/store.h"
#include "pipeline/trace_file.h"
#include "scope/trace/reader.h"
#include "tests/unit/trace/made_nodes.h"

namespace scope::pipeline {

class Folder {
 public:
  Folder() {
    char path[] = "/tmp/scope-test-XXXXXX";
    path_ = mkdtemp(path);
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  const std::string& path() const { return path_; }
  std::string file() const { return path_ + "/" SCOPE_TRACE_FILE; }

 private:
  std::string path_;
};

// One process and one module; threads are added as they come.
class MadeTrace {
 public:
  explicit MadeTrace(const std::vector<std::vector<MadeNode>>& functions,
                     Encoders::Options encoders = {})
      : image_(MakeNodes(functions)),
        addresses_(NodeAddresses(image_)),
        encoders_(std::move(encoders)) {
    file_ = *TraceFile::Create(folder_.file());
    store_ = std::make_unique<Store>(*file_, Store::Options{});
    index_ = NodeIndex().With(0, *ModuleNodes::Make(0, 0, kNodesAddress, image_));
    batch_.notes = FirstNotes(image_);
  }

  void AddThread(uint32_t number) {
    batch_.notes.push_back(ThreadNote({.number = number,
                                       .process = 0,
                                       .pid = 7,
                                       .tid = 70 + number,
                                       .name = "made",
                                       .started_ticks = 1000}));
    next_seq_.resize(number + 1);
    ticks_.resize(number + 1, 1000);
  }

  // An event of node number `node`. An Enter's or Exit's value is its stamp.
  void Add(uint32_t node, uint64_t value, uint32_t thread = 0, uint64_t flags = 0) {
    AddRecord({addresses_.at(node) | flags, value}, thread);
  }
  void AddRecord(const scope_record& record, uint32_t thread = 0) {
    Start(thread);
    batch_.records.Append(&record, 1);
    if (batch_.runs.empty() || batch_.runs.back().thread != thread) {
      batch_.runs.push_back({.thread = thread, .process = 0, .count = 0});
    }
    ++batch_.runs.back().count;
    ++next_seq_[thread];
  }
  // The collector saw the thread at `ticks`, before what comes next.
  void AddMoment(uint64_t ticks, uint32_t thread = 0) {
    Start(thread);
    moments_[thread] = std::max(moments_[thread], ticks);
    batch_.stamps.push_back({thread, static_cast<uint32_t>(batch_.records.size()), ticks});
  }
  void AddGap(uint64_t count, scope_gap_reason reason, uint32_t thread = 0) {
    Start(thread);
    batch_.gaps.push_back({.thread = thread,
                           .before = static_cast<uint32_t>(batch_.records.size()),
                           .thread_seq = next_seq_[thread],
                           .count = count,
                           .reason = reason});
    next_seq_[thread] += count;
  }

  // Stores what was added as one block. `ticks`: the latest stamp of thread 0.
  void EndBlock(uint64_t ticks = 1000, bool wants_totals = false) {
    batch_.nodes = index_;
    batch_.ticks_max = ~uint64_t{0};
    batch_.wants_totals = wants_totals;
    (*store_)(*encoders_(batch_));
    batch_ = Batch();
    if (!ticks_.empty()) ticks_[0] = ticks;
  }
  // `is_complete`: the last block says that the recording ended as it should.
  void End(bool is_complete = true) {
    if (is_complete) store_->Finish({.recorded_ns = 1'000'000});
    file_.reset();
  }

  std::unique_ptr<trace::TraceReader> Open() const {
    auto reader = trace::TraceReader::Open(folder_.path());
    EXPECT_TRUE(reader.ok()) << reader.status();
    return reader.ok() ? *std::move(reader) : nullptr;
  }
  std::vector<trace::Event> Events(const trace::Selection& selection = {}) const {
    return EventsOf(*Open(), selection);
  }
  static std::vector<trace::Event> EventsOf(trace::TraceReader& reader,
                                            const trace::Selection& selection = {}) {
    std::vector<trace::Event> events;
    EXPECT_TRUE(reader
                    .ForEach(selection,
                             [&](const trace::Event& event) {
                               events.push_back(event);
                               return true;
                             })
                    .ok());
    return events;
  }

  std::string Bytes() const {
    std::ifstream file(folder_.file(), std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  const std::string& directory() const { return folder_.path(); }
  const Store& store() const { return *store_; }

 private:
  void Start(uint32_t thread) {
    for (const ThreadStart& start : batch_.starts) {
      if (start.thread == thread) return;
    }
    batch_.starts.push_back(
        {.thread = thread, .thread_seq = next_seq_[thread], .ticks = ticks_[thread]});
    if (moments_[thread] <= ticks_[thread]) return;
    batch_.stamps.push_back(
        {thread, static_cast<uint32_t>(batch_.records.size()), moments_[thread]});
  }

  Folder folder_;
  std::string image_;
  std::vector<uint64_t> addresses_;
  std::unique_ptr<TraceFile> file_;
  std::unique_ptr<Store> store_;
  std::shared_ptr<const NodeIndex> index_;
  Encoders encoders_;
  Batch batch_;
  std::vector<uint64_t> next_seq_;
  std::vector<uint64_t> ticks_;
  std::map<uint32_t, uint64_t> moments_;  // by thread
};

}  // namespace scope::pipeline
