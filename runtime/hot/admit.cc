#include "runtime/hot/admit.h"

#include <time.h>

#include "runtime/cold/meter_rows.h"
#include "runtime/cold/process.h"
#include "runtime/hot/call_choices.h"
#include "runtime/hot/shared.h"
#include "scope/event.h"

namespace scope::runtime {
namespace {

scope_meter_cell* CellOf(const scope_node* node) {
  const uint32_t slot = SCOPE_NODE_SLOT(node->flags);
  const bool has_cell =
      slot != 0 && slot < t_meter.slot_count && t_meter.owner == Load(g_process.shared);
  if (!has_cell && !HaveRow(slot)) return nullptr;
  return SCOPE_METER_CELLS(t_meter.row) + slot;
}

// One instruction: a signal handler comes before or after it, and so does the end of the program.
void Count(uint64_t& counter) { __asm__ volatile("incq %0" : "+m"(counter) : : "cc"); }

int Count(scope_meter_cell* cell, bool is_stored) {
  Count(is_stored ? cell->passed : cell->skipped);
  return is_stored;
}

// Good for 4 ms, and a fifth of the price of the exact one.
uint64_t NowNs() {
  timespec now;
  clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
  return static_cast<uint64_t>(now.tv_sec) * 1'000'000'000 + static_cast<uint64_t>(now.tv_nsec);
}

// Allowances become due one after the other, interval_ns apart; those of a second may be used ahead
// of time. Threads and processes only write to the shared word when they take one.
bool TakeAllowance(const scope_meter_rule& rule, uint64_t& due_ns) {
  const uint64_t now_ns = NowNs();
  uint64_t due = __atomic_load_n(&due_ns, __ATOMIC_RELAXED);
  for (;;) {
    const uint64_t from_ns = due > now_ns ? due : now_ns;
    if (from_ns - now_ns > rule.burst_ns) return false;
    if (__atomic_compare_exchange_n(&due_ns, &due, from_ns + rule.interval_ns, true,
                                    __ATOMIC_RELAXED, __ATOMIC_RELAXED)) {
      return true;
    }
  }
}

bool Decide(scope_meter_cell& cell, uint8_t number, uint32_t slot) {
  const scope_meter_rule& rule = Meters()->rules[number];
  if (cell.rule != number) {
    cell.rule = number;
    cell.left = 1;
  }
  if (rule.every > 1) {
    const uint32_t left = cell.left - 1;
    cell.left = left == 0 ? rule.every : left;
    if (left != 0) return false;
  }
  return rule.per_second == 0 || TakeAllowance(rule, DueOf(slot));
}

}  // namespace

int Admit(const scope_node* node, uint8_t rule, const void* frame) {
  scope_meter_cell* const cell = CellOf(node);
  if (cell == nullptr) return 1;
  const uint32_t slot = SCOPE_NODE_SLOT(node->flags);
  const uint32_t call = Meters()->slots[slot].frame;
  const auto at = reinterpret_cast<uintptr_t>(frame);
  if (call == 0) return Count(cell, Decide(*cell, rule, slot));
  if (node->kind != kScopeEventEnter) {
    return Count(cell, IsCallStored(call, at, node->kind == kScopeEventExit));
  }
  const bool is_stored = Decide(*cell, rule, slot);
  return Count(cell, !BeginCall(call, at, is_stored) || is_stored);
}

bool AdmitCall(const scope_node* enter, const scope_node* exit, uint8_t rule) {
  scope_meter_cell* const cell = CellOf(enter);
  if (cell == nullptr) return true;
  const bool is_stored = Decide(*cell, rule, SCOPE_NODE_SLOT(enter->flags));
  Count(cell, is_stored);
  scope_meter_cell* const of_exit = CellOf(exit);
  if (of_exit != nullptr) Count(of_exit, is_stored);
  return is_stored;
}

}  // namespace scope::runtime
