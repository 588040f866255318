// The whole way from rings to batches, without the program that would write into the rings.

#include "pipeline/source.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <new>
#include <set>
#include <stdexcept>
#include <thread>

#include "pipeline/shared.h"
#include "runtime/cold/session.h"
#include "runtime/hot/cursor.h"
#include "runtime/hot/ring_writer.h"
#include "tests/unit/trace/made_trace.h"

namespace scope::pipeline {
namespace {

class SourceTest : public ::testing::Test {
 protected:
  SourceTest() : image_(MakeNodes({{{kScopeEventInit, kScopeValueI64}, {kScopeEventEnter}}})) {
    RecordOptions options;
    options.on_full = kScopeOnFullDropNewest;
    options.ring_bytes = kRingBytes;
    session_ = *Session::Create(options);
    // This process stands for the program's.
    process_ = *MappedFile::Create(session_->ProcessPath(0), sizeof(scope_process));
    auto& process = process_->As<scope_process>();
    process.magic = SCOPE_PROCESS_MAGIC;
    process.layout = SCOPE_SESSION_LAYOUT;
    process.pid = static_cast<uint32_t>(getpid());
    process.started_ticks = Ticks();
    std::memcpy(nodes_, image_.data(), image_.size());
    process.modules[0].nodes_address = reinterpret_cast<uintptr_t>(nodes_);
    process.modules[0].nodes_bytes = image_.size();
    process.modules[0].state = kScopeModuleLoaded;
    process.module_count = 1;
    process.state = kScopeProcessLive;
    session_->shared().process_count = 1;
    shared_ = runtime::MakeSession(&session_->shared());
  }

  struct Thread {
    std::unique_ptr<MappedFile> file;
    runtime::RingWriter writer;
  };

  Thread& AddThread() {
    const runtime::RingShape shape = runtime::MakeRingShape(kRingBytes);
    auto thread = std::make_unique<Thread>();
    const auto number = static_cast<uint32_t>(threads_.size());
    thread->file = *MappedFile::Create(session_->RingPath(number), shape.file_bytes);
    auto& header = thread->file->As<scope_ring_header>();
    header.thread = number;
    header.pid = static_cast<uint32_t>(getpid());
    thread->writer.Start(&header, shape, &shared_);
    threads_.push_back(std::move(thread));
    session_->shared().ring_count = number + 1;
    return *threads_.back();
  }

  void Write(Thread& thread, uint64_t value) {
    scope_cursor* const cursor = thread.writer.cursor();
    const uint64_t room = ScopeHasRoom(cursor, SCOPE_RECORD_BYTES)
                              ? ScopeTakeRoom(cursor, SCOPE_RECORD_BYTES)
                              : thread.writer.Reserve(SCOPE_RECORD_BYTES);
    ScopePutRecord(room,
                   reinterpret_cast<uintptr_t>(nodes_) + NodeAddresses(image_)[0] - kNodesAddress,
                   value);
  }

  struct Got {
    uint64_t records = 0;
    uint64_t missing = 0;
    std::vector<std::vector<uint64_t>> values;  // by thread
    std::vector<std::string> warnings;
    uint64_t restarts = 0;
  };

  // Until the source ends: the child ends at once, and this process lives on.
  Got Drain(const std::function<void(Source&)>& prepare = nullptr) {
    auto child = Child::Start("/bin/true", {"true"}, {});
    while (!child->HasEnded()) usleep(100);
    Selection selection({}, {});
    Source source(*session_, selection, *child, [] { return ~uint64_t{0}; });
    if (prepare) prepare(source);
    Got got;
    got.values.resize(threads_.size());
    while (const auto batch = source.Next()) {
      if (between_) between_(source);
      got.records += batch->records.size();
      for (const Gap& gap : batch->gaps) got.missing += gap.count;
      size_t at = 0;
      for (const pipeline::Run& run : batch->runs) {
        for (uint32_t i = 0; i < run.count; ++i) {
          got.values[run.thread].push_back(batch->records[at++].value);
        }
      }
    }
    got.warnings = source.drain().Warnings();
    got.restarts = source.drain().restarts();
    EXPECT_FALSE(source.drain().has_rings());
    return got;
  }

  // Rings with the values 0, 1, 2, ... of threads that have ended.
  void WriteRings(uint64_t threads, uint64_t count) {
    for (uint64_t i = 0; i < threads; ++i) {
      Thread& thread = AddThread();
      for (uint64_t value = 0; value < count; ++value) Write(thread, value);
      thread.writer.End();
    }
  }

  static void ExpectValues(const std::vector<uint64_t>& values, uint64_t count) {
    ASSERT_EQ(values.size(), count);
    for (uint64_t i = 0; i < count; ++i) ASSERT_EQ(values[i], i);
  }

  static constexpr uint64_t kRingBytes = 128 * 1024;
  std::function<void(Source&)> between_;  // from batch to batch

  std::string image_;
  alignas(16) char nodes_[4096] = {};
  std::unique_ptr<Session> session_;
  std::unique_ptr<MappedFile> process_;
  runtime::Session shared_;
  std::vector<std::unique_ptr<Thread>> threads_;
};

TEST_F(SourceTest, WhatIsLeftInManyRingsIsRead) {
  constexpr uint64_t kThreads = 300;
  constexpr uint64_t kCount = 7000;
  for (uint64_t i = 0; i < kThreads; ++i) AddThread();
  for (uint64_t i = 0; i < kThreads; ++i) {
    for (uint64_t value = 0; value < kCount; ++value) Write(*threads_[i], value);
    if (i % 2 == 0) threads_[i]->writer.End();
  }
  const Got got = Drain();
  EXPECT_EQ(got.records, kThreads * kCount);
  EXPECT_EQ(got.missing, 0u);
  EXPECT_TRUE(got.warnings.empty());
  for (const auto& values : got.values) ExpectValues(values, kCount);
}

TEST_F(SourceTest, AnyNumberOfWorkersReadsEachRingOnce) {
  constexpr uint64_t kThreads = 40;
  constexpr uint64_t kCount = 7000;
  WriteRings(kThreads, kCount);
  size_t workers = 0;
  std::set<size_t> seen;
  between_ = [&](Source& source) {
    seen.insert(source.drain().workers());
    source.SetWorkers(++workers % (kWorkersMax + 2));  // 0 is 1, and 17 is 16
  };
  const Got got = Drain([](Source& source) { source.SetWorkers(3); });
  EXPECT_EQ(got.records, kThreads * kCount);
  EXPECT_EQ(got.missing, 0u);
  EXPECT_GT(seen.size(), 3u);
  for (const auto& values : got.values) ExpectValues(values, kCount);
}

TEST_F(SourceTest, ReadersThatFailNowAndThenReadOn) {
  constexpr uint64_t kThreads = 40;
  constexpr uint64_t kCount = 7000;
  WriteRings(kThreads, kCount);
  std::vector<int> calls(kThreads);
  const Got got = Drain([&](Source& source) {
    source.SetWorkers(4);
    source.SetBeforeRead([&](uint32_t thread) {
      if (++calls[thread] % 3 != 0) throw std::bad_alloc();
    });
  });
  EXPECT_GE(got.restarts, 2 * kThreads);
  EXPECT_EQ(got.records, kThreads * kCount);
  EXPECT_EQ(got.missing, 0u);
  EXPECT_TRUE(got.warnings.empty());
  for (const auto& values : got.values) ExpectValues(values, kCount);
}

TEST_F(SourceTest, AReaderThatAlwaysFailsCostsItsOwnThread) {
  constexpr uint64_t kThreads = 10;
  constexpr uint64_t kCount = 5000;
  WriteRings(kThreads, kCount);
  const Got got = Drain([&](Source& source) {
    source.SetWorkers(4);
    source.SetBeforeRead([&](uint32_t thread) {
      if (thread == 6) throw std::runtime_error("the reader is tired");
    });
  });
  EXPECT_EQ(got.records, (kThreads - 1) * kCount);
  EXPECT_EQ(got.missing, kCount);
  ASSERT_EQ(got.warnings.size(), 1u);
  EXPECT_NE(got.warnings.front().find("the reader is tired"), std::string::npos);
  for (size_t i = 0; i < kThreads; ++i) ExpectValues(got.values[i], i == 6 ? 0 : kCount);
}

TEST_F(SourceTest, ThreadsThatWriteMeanwhileAreAccountedFor) {
  constexpr int kThreads = 4;
  constexpr uint64_t kCount = 300'000;
  for (int i = 0; i < kThreads; ++i) AddThread();
  std::vector<std::thread> writers;
  for (int i = 0; i < kThreads; ++i) {
    writers.emplace_back([this, i] {
      for (uint64_t value = 0; value < kCount; ++value) Write(*threads_[i], value);
      threads_[i]->writer.End();
    });
  }
  const Got got = Drain();
  for (std::thread& writer : writers) writer.join();
  EXPECT_GT(got.records, 0u);
  for (const auto& values : got.values) {
    EXPECT_TRUE(std::is_sorted(values.begin(), values.end()));
  }
  // A writer that was cut off by the end of the session counts for itself what came later.
  uint64_t emitted = 0;
  for (const auto& thread : threads_) emitted += thread->file->As<scope_ring_header>().ended_seq;
  EXPECT_EQ(emitted, kThreads * kCount);
  EXPECT_LE(got.records + got.missing, emitted);
}

}  // namespace
}  // namespace scope::pipeline
