#include "pipeline/meters.h"

#include <unistd.h>

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "pipeline/shared.h"

namespace scope::pipeline {
namespace {

constexpr uint64_t kSecondNs = 1'000'000'000;
constexpr uint64_t kRowBytesMax =
    sizeof(scope_meter_row) + SCOPE_METER_SLOTS_MAX * sizeof(scope_meter_cell);

}  // namespace

absl::Status Meters::Open() {
  if (file_ != nullptr) return absl::OkStatus();
  absl::StatusOr<std::unique_ptr<MappedFile>> file =
      MappedFile::Create(absl::StrCat(folder_, "/" SCOPE_METERS_FILE), sizeof(scope_meters));
  if (!file.ok()) return file.status();
  file_ = *std::move(file);
  shared().layout = SCOPE_METERS_LAYOUT;
  shared().slot_count = 1;
  shared().rule_count = SCOPE_METER_RULE_FIRST;
  Publish(shared().magic, uint64_t{SCOPE_METERS_MAGIC});
  return absl::OkStatus();
}

void Meters::Adopt() {
  absl::StatusOr<std::unique_ptr<MappedFile>> file = MappedFile::Open(
      absl::StrCat(folder_, "/" SCOPE_METERS_FILE), sizeof(scope_meters), 2 * sizeof(scope_meters));
  if (!file.ok()) return;
  const auto& shared = (*file)->As<scope_meters>();
  if (Load(shared.magic) != SCOPE_METERS_MAGIC || shared.layout != SCOPE_METERS_LAYOUT) return;
  file_ = *std::move(file);
  for (uint32_t slot = 1; slot < SlotCount(); ++slot) slots_[shared.slots[slot].id] = slot;
}

uint32_t Meters::SlotCount() const {
  return std::min(Load(shared().slot_count), SCOPE_METER_SLOTS_MAX);
}

std::optional<MeterRule> Meters::RuleOf(uint8_t number) const {
  if (file_ == nullptr || number < SCOPE_METER_RULE_FIRST ||
      number >= std::min(Load(shared().rule_count), SCOPE_METER_RULES_MAX)) {
    return std::nullopt;
  }
  const scope_meter_rule& rule = shared().rules[number];
  return MeterRule{.every = rule.every, .per_second = rule.per_second};
}

absl::StatusOr<uint8_t> Meters::NumberOf(const MeterRule& rule) {
  if (absl::Status status = Open(); !status.ok()) return status;
  const uint32_t count = std::min(Load(shared().rule_count), SCOPE_METER_RULES_MAX);
  for (uint32_t number = SCOPE_METER_RULE_FIRST; number < count; ++number) {
    if (RuleOf(static_cast<uint8_t>(number)) == rule) return static_cast<uint8_t>(number);
  }
  if (count == SCOPE_METER_RULES_MAX) {
    return absl::ResourceExhaustedError(
        absl::StrCat("at most ", SCOPE_METER_RULES_MAX - SCOPE_METER_RULE_FIRST,
                     " different samplings and rates are possible in a recording"));
  }
  const uint64_t interval_ns = rule.per_second == 0 ? 0 : kSecondNs / rule.per_second;
  shared().rules[count] = {
      .every = std::max(rule.every, 1u),
      .per_second = rule.per_second,
      .interval_ns = interval_ns,
      .burst_ns = kSecondNs - std::min(kSecondNs, std::max<uint64_t>(interval_ns, 1))};
  Publish(shared().rule_count, count + 1);
  return static_cast<uint8_t>(count);
}

absl::StatusOr<uint32_t> Meters::SlotOf(uint64_t id, uint32_t frame, uint8_t rule) {
  if (absl::Status status = Open(); !status.ok()) return status;
  uint32_t& slot = slots_[id];
  if (slot == 0) {
    const uint32_t count = SlotCount();
    if (count == SCOPE_METER_SLOTS_MAX) {
      slots_.erase(id);
      return absl::ResourceExhaustedError("no slot is left");
    }
    slot = count;
    shared().slots[slot] = {
        .id = id, .due_ns = 0, .passed = 0, .skipped = 0, .frame = 0, .rule = 0};
    Publish(shared().slot_count, count + 1);
  }
  shared().slots[slot].rule = rule;
  Publish(shared().slots[slot].frame, frame == kItsOwn ? slot : frame);
  return slot;
}

bool Meters::TakeRow(uint32_t number) {
  absl::StatusOr<std::unique_ptr<MappedFile>> file = MappedFile::Open(
      absl::StrCat(folder_, "/meter-", number), sizeof(scope_meter_row), kRowBytesMax);
  if (!file.ok()) {
    const absl::Status& status = file.status();
    return !absl::IsNotFound(status) && !absl::IsFailedPrecondition(status) &&
           !absl::IsResourceExhausted(status);
  }
  const auto& row = (*file)->As<scope_meter_row>();
  if (Load(row.magic) != SCOPE_METER_ROW_MAGIC) return false;
  if (row.layout != SCOPE_METERS_LAYOUT) return true;
  const auto room = static_cast<uint32_t>(((*file)->bytes() - sizeof(scope_meter_row)) /
                                          sizeof(scope_meter_cell));
  const uint32_t cells = std::min(row.slot_count, room);
  rows_.push_back({.number = number, .file = *std::move(file), .cells = cells});
  return true;
}

// What the rows of an ended process have counted stays with the slots.
void Meters::Retire(const std::function<bool(uint32_t)>& is_dead) {
  std::erase_if(rows_, [&](const Row& row) {
    auto& shared_row = row.file->As<scope_meter_row>();
    if (!is_dead(shared_row.process)) return false;
    const scope_meter_cell* const cells = SCOPE_METER_CELLS(&shared_row);
    for (uint32_t slot = 1; slot < std::min(row.cells, SlotCount()); ++slot) {
      shared().slots[slot].passed += Load(cells[slot].passed);
      shared().slots[slot].skipped += Load(cells[slot].skipped);
    }
    unlink(absl::StrCat(folder_, "/meter-", row.number).c_str());
    return true;
  });
}

void Meters::Look(int64_t now_ns, const std::function<bool(uint32_t)>& is_dead) {
  if (file_ == nullptr) return;
  arrivals_.Visit(Load(shared().row_count), now_ns, true,
                  [&](uint32_t number) { return TakeRow(number); });
  Retire(is_dead);
}

uint64_t Meters::Skipped() const {
  uint64_t skipped = 0;
  for (const MeterFacts& fact : noted_) skipped += fact.skipped;
  return skipped;
}

std::optional<Note> Meters::TakeNote() {
  if (file_ == nullptr) return std::nullopt;
  std::vector<MeterFacts> facts;
  for (uint32_t slot = 1; slot < SlotCount(); ++slot) {
    const scope_meter_slot& shared_slot = shared().slots[slot];
    const MeterRule rule = RuleOf(static_cast<uint8_t>(shared_slot.rule)).value_or(MeterRule{});
    MeterFacts& fact = facts.emplace_back();
    fact.id = shared_slot.id;
    fact.every = rule.every;
    fact.per_second = rule.per_second;
    fact.follows_call = shared_slot.frame != 0;
    fact.passed = shared_slot.passed;
    fact.skipped = shared_slot.skipped;
    for (const Row& row : rows_) {
      if (slot >= row.cells) continue;
      const scope_meter_cell& cell = SCOPE_METER_CELLS(&row.file->As<scope_meter_row>())[slot];
      fact.passed += Load(cell.passed);
      fact.skipped += Load(cell.skipped);
    }
  }
  if (facts == noted_) return std::nullopt;
  noted_ = facts;
  return MetersNote(facts);
}

}  // namespace scope::pipeline
