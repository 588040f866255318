#include "pipeline/stages/enrich.h"

#include <algorithm>

namespace scope::pipeline {
namespace {

constexpr size_t kTablesMax = 64;

// Adds an event to the missing ones of a batch.
void AddTorn(const Gap& missing, std::vector<Gap>& gaps) {
  if (!gaps.empty()) {
    Gap& last = gaps.back();
    if (last.thread == missing.thread && last.reason == missing.reason &&
        last.before == missing.before && last.thread_seq + last.count == missing.thread_seq) {
      ++last.count;
      return;
    }
  }
  gaps.push_back(missing);
}

}  // namespace

void Enrich::operator()(Batch& batch) {
  Forget();
  // Most are of processes that have ended.
  if (tables_.size() > kTablesMax) tables_.clear();
  if (!FindAll(batch)) {
    TakeOutUnknown(batch);
    Forget();
    FindAll(batch);
  }
}

// False: at least one record has no node.
bool Enrich::FindAll(const Batch& batch) {
  found_of_event_.resize(batch.records.size());
  uint16_t* out = found_of_event_.data();
  const scope_record* record = batch.records.data();
  bool all = true;
  for (const Run& run : batch.runs) {
    uint64_t begin = 0;
    uint64_t bytes = 0;
    const ModuleNodes* module = nullptr;
    std::vector<uint32_t>* table = nullptr;
    for (const scope_record* const end = record + run.count; record < end; ++record, ++out) {
      const uint64_t address = record->head & SCOPE_HEAD_NODE;
      if (address - begin >= bytes) [[unlikely]] {
        module = batch.nodes->Find(run.process, address);
        if (module == nullptr) {
          bytes = 0;
          all = false;
          continue;
        }
        begin = module->address;
        bytes = module->bytes;
        table = &TableOf(*module);
      }
      const uint64_t slot = (address - begin) / 16;
      uint32_t found = (*table)[slot];
      if (found == 0) [[unlikely]] {
        found = Meet(*module, *table, slot);
        if (found == 0) {
          all = false;
          continue;
        }
      }
      *out = static_cast<uint16_t>(found - 1);
      ++found_[found - 1].count;
    }
  }
  return all;
}

// The first event of a node in this batch. 0: there is no node at this place.
uint32_t Enrich::Meet(const ModuleNodes& module, std::vector<uint32_t>& table, uint64_t slot) {
  const uint32_t number = module.slots[slot];
  if (number == 0) return 0;
  const ModuleNodes::Node& node = module.nodes[number - 1];
  found_.push_back(
      {.node = module.first_node + number - 1, .count = 0, .kind = node.kind, .type = node.type});
  touched_.push_back({&table, static_cast<uint32_t>(slot)});
  table[slot] = static_cast<uint32_t>(found_.size());
  return table[slot];
}

std::vector<uint32_t>& Enrich::TableOf(const ModuleNodes& module) {
  std::unique_ptr<std::vector<uint32_t>>& table = tables_[module.number];
  if (table == nullptr) table = std::make_unique<std::vector<uint32_t>>(module.slots.size());
  return *table;
}

void Enrich::Forget() {
  for (const Touched& touched : touched_) (*touched.table)[touched.slot] = 0;
  touched_.clear();
  found_.clear();
}

// Rewrites the batch without the records that have no node.
void Enrich::TakeOutUnknown(Batch& batch) {
  Batch kept;
  absl::flat_hash_map<uint32_t, uint64_t> next_seq;  // by thread
  for (const ThreadStart& start : batch.starts) next_seq[start.thread] = start.thread_seq;
  auto gap = batch.gaps.begin();
  auto stamp = batch.stamps.begin();
  const auto take_marks = [&](size_t event) {
    const auto before = static_cast<uint32_t>(kept.records.size());
    for (; stamp != batch.stamps.end() && stamp->before <= event; ++stamp) {
      kept.stamps.push_back({.thread = stamp->thread, .before = before, .ticks = stamp->ticks});
    }
    for (; gap != batch.gaps.end() && gap->before <= event; ++gap) {
      kept.gaps.push_back(*gap);
      kept.gaps.back().before = before;
      next_seq[gap->thread] = gap->thread_seq + gap->count;
    }
  };
  size_t event = 0;
  for (const Run& run : batch.runs) {
    uint32_t stored = 0;
    for (uint32_t i = 0; i < run.count; ++i, ++event) {
      take_marks(event);
      const uint64_t seq = next_seq[run.thread]++;
      const scope_record& record = batch.records[event];
      const uint64_t address = record.head & SCOPE_HEAD_NODE;
      const ModuleNodes* module = batch.nodes->Find(run.process, address);
      if (module != nullptr && module->slots[(address - module->address) / 16] != 0) {
        kept.records.Append(&record, 1);
        ++stored;
        continue;
      }
      const auto before = static_cast<uint32_t>(kept.records.size());
      AddTorn({.thread = run.thread,
               .before = before,
               .thread_seq = seq,
               .count = 1,
               .reason = kScopeGapTorn},
              kept.gaps);
    }
    if (stored > 0) {
      kept.runs.push_back({.thread = run.thread, .process = run.process, .count = stored});
    }
  }
  take_marks(batch.records.size());
  batch.records = std::move(kept.records);
  batch.runs = std::move(kept.runs);
  batch.gaps = std::move(kept.gaps);
  batch.stamps = std::move(kept.stamps);
}

}  // namespace scope::pipeline
