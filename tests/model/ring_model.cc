// The ring's writer and reader, as they ship, through every interleaving with few deviations.
//
// usage: ring_model [mutant]
// Prints what was explored. Ends with 0 if nothing is wrong; with `mutant`, if something is.
//
// The ring has two chunks of two records, so that a few writes fill it, go to scratch and come
// round. Each record's number is known from the order in which room was taken; what the reader says
// of it is checked against that.

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "pipeline/stages/ring_reader.h"
#include "runtime/cold/session.h"
#include "runtime/cold/signals.h"
#include "runtime/hot/cursor.h"
#include "runtime/hot/ring_writer.h"
#include "tests/model/explorer.h"

namespace scope::pipeline {

void FutexWake(const uint32_t&, int) { model::TheExplorer().Wake(); }

}  // namespace scope::pipeline

namespace scope::model {
namespace {

using pipeline::Mark;
using pipeline::RingReader;
using pipeline::Stream;

constexpr uint32_t kNever = ~0u;
constexpr uint64_t kChunkRecords = 2;
constexpr runtime::RingShape kShape = {
    .chunk_count = 2,
    .chunk_bytes = SCOPE_CHUNK_BYTES_MIN,
    .red_zone_bytes = SCOPE_CHUNK_BYTES_MIN - kChunkRecords * SCOPE_RECORD_BYTES,
    .file_bytes = SCOPE_RING_DATA_OFFSET + 2 * SCOPE_CHUNK_BYTES_MIN + SCOPE_SCRATCH_BYTES};

// A record that room was taken for, at the place of its number.
struct Reserved {
  uint64_t value = 0;
  bool in_scratch = false;
  uint64_t chunk = 0;
  uint32_t committed = kNever;  // the step
  bool is_read = false;
  uint64_t offset = 0;      // in the data
  bool is_spoiled = false;  // see Spoil()
};

struct Scenario {
  const char* name;
  scope_on_full on_full;
  std::vector<uint32_t> groups;  // records of each write
  size_t records_max;            // of one Read()
  uint8_t allowed;
  uint64_t reader_pause_ns;  // between two looks
};

class RingModel {
 public:
  explicit RingModel(const Scenario& scenario) : scenario_(scenario) {}

  Explorer::Program MakeProgram() {
    return {.begin = [this] { Begin(); },
            .writer = [this] { Write(); },
            .handler = [this] { WriteOne(1); },
            .reader = [this] { ReadOn(); },
            .next_reader = [this] { TakeOver(); },
            .wrong = [this] { return Wrong(); },
            .wake_was_lost = [this] { return WakeWasLost(); },
            .allowed = scenario_.allowed};
  }

  void Reserve(uint64_t room, uint64_t bytes) {
    taken_ = reserved_.size();
    const uint64_t chunks_opened =
        TheExplorer().Read(&header().chunks_opened, sizeof(header().chunks_opened));
    const uint64_t offset = (room & SCOPE_CURSOR_ADDRESS) - header().data_address;
    for (uint64_t at = 0; at < bytes; at += SCOPE_RECORD_BYTES) {
      reserved_.push_back({.value = (reserved_.size() + 1) * 0x9e3779b97f4a7c15u,
                           .in_scratch = offset >= kShape.chunk_count * kShape.chunk_bytes,
                           .chunk = chunks_opened - 1,
                           .offset = offset + at});
    }
  }

 private:
  scope_ring_header& header() { return *reinterpret_cast<scope_ring_header*>(memory_); }

  void Begin() {
    // What the last execution touched.
    std::memset(memory_, 0, sizeof(scope_ring_header));
    for (uint32_t part = 0; part <= kShape.chunk_count; ++part) {
      std::memset(memory_ + SCOPE_RING_DATA_OFFSET + part * kShape.chunk_bytes, 0, 512);
    }
    TheExplorer().SetShared(memory_, sizeof(memory_));
    shared_ = {};
    shared_.state = kScopeSessionOpen;
    shared_.on_full = scenario_.on_full;
    shared_.block_timeout_ms = 100;
    shared_.collector_pid = 1;
    session_ = runtime::MakeSession(&shared_);
    writer_.Start(&header(), kShape, &session_);
    reserved_.clear();
    next_seq_ = stored_seq_ = 0;
    wrong_.clear();
    reader_ = *RingReader::Over(memory_, sizeof(memory_), 0);
  }

  void Write() {
    for (const uint32_t records : scenario_.groups) WriteOne(records);
    const runtime::SignalsBlocked blocked;
    writer_.End();
  }

  // What instrumented code does.
  void WriteOne(uint64_t records) {
    const uint64_t bytes = records * SCOPE_RECORD_BYTES;
    uint64_t room = 0;
    if (ScopeHasRoom(writer_.cursor(), bytes)) {
      room = ScopeTakeRoom(writer_.cursor(), bytes);
    } else {
      const runtime::SignalsBlocked blocked;
      room = writer_.Reserve(bytes);
    }
    const uint64_t first = taken_;
    for (uint64_t k = 0; k < records; ++k) {
      Spoil(first + k);
      ScopePutRecord(room + k * SCOPE_RECORD_BYTES, kNode, reserved_[first + k].value);
      Spoil(first + k);
      reserved_[first + k].committed = TheExplorer().step();
    }
  }

  // While record `seq` waited to be written, handlers may have filled the whole ring and come round
  // to its place: then it spoils what they have written there. That is not promised.
  void Spoil(uint64_t seq) {
    if (reserved_[seq].in_scratch) return;
    for (uint64_t later = seq + 1; later < reserved_.size(); ++later) {
      if (reserved_[later].offset == reserved_[seq].offset) reserved_[later].is_spoiled = true;
    }
  }

  void TakeOver() {
    reader_ = *RingReader::Over(memory_, sizeof(memory_), 0);
    reader_->SkipTo(stored_seq_);
    next_seq_ = stored_seq_;
    ReadOn();
  }

  void ReadOn() {
    while (!reader_->over() && reader_->broken().empty()) {
      Stream stream;
      const uint32_t step = TheExplorer().step();
      TheExplorer().Pass(scenario_.reader_pause_ns);
      const size_t count = reader_->Read(scenario_.records_max,
                                         {.now_ns = static_cast<int64_t>(TheExplorer().now_ns()),
                                          .writer_is_dead = TheExplorer().writer_is_dead()},
                                         stream);
      Account(stream, step);
      stored_seq_ = reader_->next_seq();
      if (count == 0) TheExplorer().Yield();
    }
  }

  void Account(const Stream& stream, uint32_t step) {
    auto mark = stream.marks.begin();
    for (size_t i = 0; i <= stream.records.size(); ++i, ++next_seq_) {
      for (; mark != stream.marks.end() && mark->thread_seq <= next_seq_; ++mark) {
        Miss(*mark, step);
        next_seq_ += mark->missing;
      }
      if (i == stream.records.size()) break;
      if (next_seq_ >= reserved_.size()) return Find("a record that nobody took room for");
      Reserved& record = reserved_[next_seq_];
      if (record.in_scratch) return Find("a record that was dropped is read");
      if (record.is_read) return Find("a record is read twice");
      record.is_read = true;
      if (stream.records[i].value != record.value && !record.is_spoiled) {
        return Find("a record is not what was written");
      }
    }
    if (next_seq_ != reader_->next_seq()) Find("records and gaps do not add up");
  }

  void Miss(const Mark& mark, uint32_t step) {
    if (mark.thread_seq + mark.missing > reserved_.size()) {
      return Find("more is missing than room was taken for");
    }
    for (uint64_t seq = mark.thread_seq; seq < mark.thread_seq + mark.missing; ++seq) {
      const Reserved& record = reserved_[seq];
      if (record.is_read) return Find("a record that was read is missing");
      if (mark.reason == kScopeGapTorn) {
        if (record.in_scratch) return Find("a record that was dropped is said to be torn");
        if (record.is_spoiled) continue;
        if (record.committed <= step) return Find("a record that was committed is torn");
        // Its handler may sleep for long while the record waits to be written.
        if (TheExplorer().now_ns() < pipeline::kTornAfterNs && !TheExplorer().writer_is_dead()) {
          return Find("a record is torn, and its writer lives");
        }
      } else if (!record.in_scratch && !MayBeLost(record)) {
        return Find("a record that was kept is dropped");
      }
    }
  }

  // A record in a chunk goes if the chunk was overwritten, or was given back by a reader that died
  // before it had passed on what it had read.
  bool MayBeLost(const Reserved& record) {
    if (scenario_.on_full == kScopeOnFullDropOldest &&
        header().chunks[record.chunk % kShape.chunk_count].opened != record.chunk + 1) {
      return true;
    }
    return TheExplorer().reader_was_killed() && record.chunk < header().chunks_released;
  }

  bool WakeWasLost() {
    return !TheExplorer().reader_was_killed() &&
           header().chunks_opened < header().chunks_released + kShape.chunk_count;
  }

  void Find(const char* what) {
    if (wrong_.empty()) wrong_ = what;
  }

  std::string Wrong() {
    if (!wrong_.empty()) return wrong_;
    if (!reader_->broken().empty()) return "the reader gives up: " + reader_->broken();
    if (!reader_->over()) return "the reader does not see the end";
    if (reader_->next_seq() != reserved_.size()) return "not all of what was emitted is accounted";
    return "";
  }

  static constexpr uint64_t kNode = 0x10010;

  alignas(4096) inline static uint8_t memory_[kShape.file_bytes];
  const Scenario& scenario_;
  scope_session shared_ = {};
  runtime::Session session_;
  runtime::RingWriter writer_;
  std::unique_ptr<RingReader> reader_;
  std::vector<Reserved> reserved_;
  uint64_t taken_ = 0;       // number of the first record that room was taken for last
  uint64_t next_seq_ = 0;    // of the next record of a stream
  uint64_t stored_seq_ = 0;  // what the reader has passed on
  std::string wrong_;
};

RingModel* g_model = nullptr;

constexpr uint8_t kAll = kSwitch | kSignal | kKill | kHold;

// Names say what is special.
const Scenario kScenarios[] = {
    {"block", kScopeOnFullBlock, {1, 1, 1, 1, 1, 1}, 64, kAll, 1},
    {"block, little at a time", kScopeOnFullBlock, {1, 2, 1, 1, 1}, 1, kAll, 1},
    {"drop_newest", kScopeOnFullDropNewest, {1, 1, 1, 1, 1, 1, 1, 1}, 64, kAll, 1},
    {"drop_newest, groups", kScopeOnFullDropNewest, {2, 1, 2, 2, 1}, 1, kAll, 1},
    {"drop_oldest", kScopeOnFullDropOldest, {1, 1, 1, 1, 1, 1}, 64, kAll, 1},
    {"drop_oldest, little at a time", kScopeOnFullDropOldest, {1, 2, 1, 2, 1, 1}, 1, kAll, 1},
    {"drop_oldest, overtaken", kScopeOnFullDropOldest, {1, 1, 1, 1, 1, 1, 1, 1}, 3, kSwitch, 1},
    {"a reader without patience",
     kScopeOnFullDropNewest,
     {1, 2, 1},
     64,
     kAll & ~kHold,  // No store takes so long to be seen.

     2 * uint64_t{pipeline::kTornAfterNs}},
};

std::string ExploreAll(bool is_long) {
  for (const Scenario& scenario : kScenarios) {
    RingModel model(scenario);
    g_model = &model;
    const uint64_t before = TheExplorer().executions();
    std::string wrong = TheExplorer().Explore(model.MakeProgram(), 2, 1);
    if (wrong.empty()) wrong = TheExplorer().Explore(model.MakeProgram(), 3, is_long ? 7 : 601);
    if (wrong.empty())
      wrong = TheExplorer().Wander(model.MakeProgram(), 6, is_long ? 1'000'000 : 20'000);
    std::printf("%s: %llu executions\n", scenario.name,
                static_cast<unsigned long long>(TheExplorer().executions() - before));
    if (!wrong.empty()) return std::string(scenario.name) + ": " + wrong;
  }
  return "";
}

}  // namespace

uint64_t TakeRoom(uint64_t* cursor, uint64_t bytes) {
  TheExplorer().Step(/*is_store=*/true);
  const uint64_t room = TheExplorer().Read(cursor, sizeof(*cursor));
  TheExplorer().Write(cursor, room + bytes, sizeof(*cursor));
  g_model->Reserve(room, bytes);
  return room;
}

}  // namespace scope::model

int main(int argc, char** argv) {
  const bool is_mutant = argc > 1 && std::strcmp(argv[1], "mutant") == 0;
  const std::string wrong = scope::model::ExploreAll(std::getenv("SCOPE_LONG") != nullptr);
  std::printf("%s\n", wrong.empty() ? "nothing is wrong" : wrong.c_str());
  return wrong.empty() == is_mutant ? 1 : 0;
}
