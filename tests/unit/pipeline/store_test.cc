// A file that cannot grow: told once, everything counted, the rest readable.

#include "pipeline/stages/store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>

#include <map>
#include <random>

#include "pipeline/stages/encode.h"
#include "tests/unit/trace/made_trace.h"

namespace scope::pipeline {
namespace {

class FileLimit {
 public:
  explicit FileLimit(rlim_t bytes) {
    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &old_);
    const rlimit limit = {.rlim_cur = bytes, .rlim_max = old_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileLimit() { setrlimit(RLIMIT_FSIZE, &old_); }

 private:
  rlimit old_ = {};
};

class StoreTest : public ::testing::Test {
 protected:
  StoreTest() : image_(MakeNodes({{{kScopeEventInit, kScopeValueI64}}})) {
    file_ = *TraceFile::Create(folder_.file());
    index_ = NodeIndex().With(0, *ModuleNodes::Make(0, 0, kNodesAddress, image_));
  }

  Store MakeStore(uint64_t limit_bytes = ~uint64_t{0}) {
    return Store(*file_, {.limit_bytes = limit_bytes,
                          .stop = [this](const std::string& why) { told_.push_back(why); },
                          .warn = [this](std::string text) { told_.push_back(std::move(text)); }});
  }

  void PutNotes(Store& store) {
    EncodedBatch batch;
    batch.notes = FirstNotes(image_);
    store(batch);
    PutThread(store, 0);
  }

  void PutThread(Store& store, uint32_t thread) {
    EncodedBatch batch;
    batch.notes.push_back(ThreadNote(
        {.number = thread, .process = 0, .pid = 1, .tid = 1, .name = "x", .started_ticks = 1}));
    store(batch);
  }

  void PutEnd(Store& store, EndedThread ended) {
    EncodedBatch batch;
    batch.ended = {ended};
    store(batch);
  }

  // Events that cannot be packed.
  void PutEvents(Store& store, size_t count, uint32_t thread = 0) {
    Batch batch;
    batch.nodes = index_;
    batch.ticks_max = 1;
    for (size_t i = 0; i < count; ++i) {
      const scope_record record = {NodeAddresses(image_)[0], random_()};
      batch.records.Append(&record, 1);
    }
    batch.runs.push_back({.thread = thread, .process = 0, .count = static_cast<uint32_t>(count)});
    uint64_t& next_seq = next_seq_[thread];
    batch.starts.push_back({.thread = thread, .thread_seq = next_seq, .ticks = 0});
    next_seq += count;
    store(*encode_(batch));
  }

  Folder folder_;
  std::string image_;
  std::unique_ptr<TraceFile> file_;
  std::shared_ptr<const NodeIndex> index_;
  Encode encode_;
  std::mt19937_64 random_;
  std::map<uint32_t, uint64_t> next_seq_;  // by thread
  std::vector<std::string> told_;
};

TEST_F(StoreTest, AFullDiskIsToldOnceAndTheRestIsCounted) {
  Store store = MakeStore();
  PutNotes(store);
  {
    const FileLimit limit(100'000);
    for (int i = 0; i < 50; ++i) PutEvents(store, 1000);
  }
  store.Finish({.recorded_ns = 1});
  const trace::Losses totals = store.losses();
  file_.reset();
  ASSERT_EQ(told_.size(), 1u);
  EXPECT_NE(told_[0].find(folder_.file()), std::string::npos);
  EXPECT_EQ(totals.emitted, 50'000u);
  EXPECT_EQ(totals.torn, 0u);
  EXPECT_LT(totals.dropped, 50'000u);
  EXPECT_GT(totals.dropped, 0u);
  auto reader = trace::TraceReader::Open(folder_.path());
  ASSERT_TRUE(reader.ok()) << reader.status();
  EXPECT_EQ(MadeTrace::EventsOf(**reader).size(), 50'000u - totals.dropped);
  EXPECT_EQ((*reader)->threads()[0].dropped, totals.dropped);
  EXPECT_TRUE((*reader)->info().complete);
}

TEST_F(StoreTest, TheLimitStopsCaptureOnce) {
  Store store = MakeStore(30'000);
  PutNotes(store);
  for (int i = 0; i < 10; ++i) PutEvents(store, 1000);
  store.Finish({.recorded_ns = 1});
  ASSERT_EQ(told_.size(), 1u);
  EXPECT_EQ(told_[0], "");
  EXPECT_TRUE(store.limit_reached());
}

TEST_F(StoreTest, ThreadsThatEndedAreInTheTrace) {
  constexpr uint32_t kThreads = 5000;
  Store store = MakeStore();
  PutNotes(store);
  PutEnd(store, {.thread = 0});
  for (uint32_t thread = 1; thread < kThreads; ++thread) {
    PutThread(store, thread);
    PutEvents(store, 1 + thread % 3, thread);
    PutEnd(store, {.thread = thread, .emitted = 1 + thread % 3});
  }
  store.Finish({.recorded_ns = 1});
  file_.reset();
  EXPECT_TRUE(told_.empty());
  auto reader = trace::TraceReader::Open(folder_.path());
  ASSERT_TRUE(reader.ok()) << reader.status();
  ASSERT_EQ((*reader)->threads().size(), kThreads);
  for (const trace::Thread& thread : (*reader)->threads()) {
    ASSERT_EQ(thread.stored, thread.number == 0 ? 0 : 1 + thread.number % 3);
    ASSERT_EQ(thread.emitted, thread.stored);
  }
  EXPECT_EQ(store.losses().emitted, (*reader)->info().event_count);
}

TEST_F(StoreTest, AThreadThatCountedOtherwiseIsNamed) {
  Store store = MakeStore();
  PutNotes(store);
  PutEvents(store, 3);
  PutEnd(store, {.thread = 0, .pid = 7, .tid = 8, .emitted = 4});
  EXPECT_THAT(told_, ::testing::ElementsAre(
                         "thread 8 of process 7 reported 4 events, but 3 are accounted for"));
}

// What came when the disk was full is counted, and what was stored before stays readable.
TEST_F(StoreTest, ThreadsThatBeganOnAFullDiskAreCounted) {
  Store store = MakeStore();
  PutNotes(store);
  {
    const FileLimit limit(30'000);
    PutEvents(store, 10'000);
    for (const uint32_t thread : {1, 2}) {
      PutThread(store, thread);
      PutEvents(store, 5, thread);
    }
    PutEnd(store, {.thread = 1, .emitted = 5});
  }
  store.Finish({.recorded_ns = 1});
  EXPECT_EQ(store.losses().dropped, 10'010u);
  auto reader = trace::TraceReader::Open(folder_.path());
  ASSERT_TRUE(reader.ok()) << reader.status();
  EXPECT_EQ((*reader)->info().damage, "");
  ASSERT_EQ((*reader)->threads().size(), 1u);
  EXPECT_EQ((*reader)->threads()[0].dropped, 10'000u);
  EXPECT_EQ((*reader)->info().dropped_without_ring, 10u);
}

TEST_F(StoreTest, AFullBlockOfExtremesSurvives) {
  Store store = MakeStore();
  PutNotes(store);
  PutEvents(store, SCOPE_EVENTS_IN_BLOCK_MAX);
  store.Finish({.recorded_ns = 1});
  auto reader = trace::TraceReader::Open(folder_.path());
  ASSERT_TRUE(reader.ok());
  const auto events = MadeTrace::EventsOf(**reader);
  ASSERT_EQ(events.size(), SCOPE_EVENTS_IN_BLOCK_MAX);
  std::mt19937_64 same;
  for (const trace::Event& event : events) ASSERT_EQ(event.bits, same());
}

}  // namespace
}  // namespace scope::pipeline
