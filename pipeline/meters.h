// meters.h - rules for nodes of which not every event is stored, and what they have counted.
//
// Path:    switch_plan.h -> THIS -> "meters" of the session -> runtime -> "meter-N" -> THIS ->
// trace Threads: one. Fails:   ResourceExhausted: no more rules or slots, or no room in /dev/shm.
// What a row says is
//          bounded by its size, and never more.

#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "pipeline/arrivals.h"
#include "pipeline/mapped_file.h"
#include "pipeline/notes.h"
#include "scope/wire/meters.h"

namespace scope::pipeline {

// Of a node: every n-th event, and at most so many a second of those.
struct MeterRule {
  uint32_t every = 1;
  uint32_t per_second = 0;  // 0: no limit

  bool stores_all() const { return every <= 1 && per_second == 0; }
  bool operator==(const MeterRule&) const = default;
};

class Meters {
 public:
  explicit Meters(std::string folder) : folder_(std::move(folder)) {}

  // The switch byte that means `rule`, which does not store all.
  absl::StatusOr<uint8_t> NumberOf(const MeterRule& rule);
  static constexpr uint32_t kDecidesForItself = 0;
  static constexpr uint32_t kItsOwn = ~uint32_t{0};
  // The slot of a node. `frame`: the slot of its function's Enter, kItsOwn for that Enter, or
  // kDecidesForItself; `rule`: a number.
  absl::StatusOr<uint32_t> SlotOf(uint64_t id, uint32_t frame, uint8_t rule);
  // What it means, as NumberOf() was told. No rule has the number: none.
  std::optional<MeterRule> RuleOf(uint8_t number) const;

  // Of a session that is taken over: goes on with what its file says.
  void Adopt();

  // Counts anew. `is_dead`: whether a process of the session, by its number, writes no more.
  void Look(int64_t now_ns, const std::function<bool(uint32_t)>& is_dead);
  // For the trace, if there is something that the last one did not say.
  std::optional<Note> TakeNote();
  // Events, as the last note said it.
  uint64_t Skipped() const;

 private:
  absl::Status Open();
  scope_meters& shared() const { return file_->As<scope_meters>(); }
  uint32_t SlotCount() const;
  bool TakeRow(uint32_t number);
  void Retire(const std::function<bool(uint32_t)>& is_dead);

  struct Row {
    uint32_t number = 0;
    std::unique_ptr<MappedFile> file;
    uint32_t cells = 0;
  };

  const std::string folder_;
  std::unique_ptr<MappedFile> file_;
  absl::flat_hash_map<uint64_t, uint32_t> slots_;  // by id of the node
  Arrivals arrivals_;
  std::vector<Row> rows_;
  std::vector<MeterFacts> noted_;
};

}  // namespace scope::pipeline
