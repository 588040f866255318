#include "runtime/cold/meter_rows.h"

#include <errno.h>
#include <sys/mman.h>

#include "runtime/cold/fork.h"
#include "runtime/cold/process.h"
#include "runtime/cold/shared_file.h"
#include "runtime/cold/threads.h"
#include "runtime/hot/shared.h"

namespace scope::runtime {

thread_local constinit ThreadMeter t_meter;

namespace {

constexpr int kNumbersTried = 64;
// Pages that no call reaches are never there.
constexpr uint32_t kCallsMax = 1u << 16;
constexpr size_t kCallsBytes = kCallsMax * sizeof(CallChoice);

// The lock guards that they are set.
const scope_process* g_owner;  // Whose rows these are:
scope_meter_row* g_free_rows;
scope_meters* g_meters;  // Once there, never null: who looks at it takes no lock.

// After a fork, the parent's rows stay with the parent.
bool OpenMeters(const scope_process* owner) {
  if (g_owner == owner) return true;
  auto* const meters = static_cast<scope_meters*>(
      OpenSharedFile(SessionPath(g_process.folder, SCOPE_METERS_FILE), sizeof(scope_meters)));
  if (meters == nullptr) return false;
  if (Load(meters->magic) != SCOPE_METERS_MAGIC || meters->layout != SCOPE_METERS_LAYOUT) {
    munmap(meters, sizeof(scope_meters));
    return false;
  }
  g_owner = owner;
  g_free_rows = nullptr;
  Store(g_meters, meters);
  return true;
}

uint32_t CellsFor(uint32_t slot) {
  uint32_t cells = SCOPE_METER_ROW_SLOTS_MIN;
  while (cells <= slot) cells *= 2;
  return cells;
}

uint64_t BytesFor(uint32_t cells) {
  return sizeof(scope_meter_row) + cells * sizeof(scope_meter_cell);
}

scope_meter_row* TakeFreeRow(uint32_t slot) {
  scope_meter_row** link = &g_free_rows;
  while (*link != nullptr && (*link)->slot_count <= slot) {
    link = reinterpret_cast<scope_meter_row**>(&(*link)->next);
  }
  scope_meter_row* const row = *link;
  if (row != nullptr) *link = reinterpret_cast<scope_meter_row*>(row->next);
  return row;
}

scope_meter_row* CreateRow(scope_meters& meters, const scope_process& process, uint32_t slot) {
  const uint32_t cells = CellsFor(slot);
  for (int i = 0; i < kNumbersTried; ++i) {
    const uint32_t number = Add(meters.row_count, 1u);
    auto* const row = static_cast<scope_meter_row*>(
        CreateSharedFile(SessionPath(g_process.folder, "meter-", number), BytesFor(cells)));
    if (row == nullptr && errno == EEXIST) continue;
    if (row == nullptr) return nullptr;
    row->layout = SCOPE_METERS_LAYOUT;
    row->slot_count = cells;
    row->process = process.number;
    Store(row->magic, uint64_t{SCOPE_METER_ROW_MAGIC});
    return row;
  }
  return nullptr;
}

// What longjmp has left stays behind until here.
void DropEndedCalls(uint64_t frame) {
  uint32_t kept = 0;
  for (uint32_t i = 0; i < t_meter.depth; ++i) {
    if (t_meter.calls[i].frame > frame) t_meter.calls[kept++] = t_meter.calls[i];
  }
  t_meter.depth = kept;
}

}  // namespace

const scope_meters* Meters() { return Load(g_meters); }

uint64_t& DueOf(uint32_t slot) { return g_meters->slots[slot].due_ns; }

bool HaveRow(uint32_t slot) {
  if (slot == 0 || slot >= SCOPE_METER_SLOTS_MAX || t_thread.ended) return false;
  if (t_meter.refused && t_meter.owner == Load(g_process.shared)) return false;
  const SignalsBlocked blocked;
  LookForFork();
  const scope_process* const process = CurrentProcess();
  if (process == nullptr) return false;
  if (t_meter.owner == process && slot < t_meter.slot_count) return true;
  Locked locked(g_process.lock);
  // One that was too short goes to nobody: who was interrupted may be about to count there.
  scope_meter_row* row = nullptr;
  if (OpenMeters(process)) {
    row = TakeFreeRow(slot);
    if (row == nullptr) row = CreateRow(*g_meters, *process, slot);
  }
  t_meter.owner = process;
  t_meter.refused = row == nullptr;
  t_meter.slot_count = row != nullptr ? row->slot_count : 0;
  if (row == nullptr) return false;
  t_meter.row = row;
  WantThreadEnd();
  return true;
}

bool HaveRoomForCall(uint64_t frame) {
  if (t_meter.depth < t_meter.depth_max) [[likely]]
    return true;
  const SignalsBlocked blocked;
  if (t_meter.calls == nullptr) {
    void* const memory = mmap(nullptr, kCallsBytes, PROT_READ | PROT_WRITE,
                              MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory == MAP_FAILED) return false;
    t_meter.calls = static_cast<CallChoice*>(memory);
    t_meter.depth_max = kCallsMax;
  }
  DropEndedCalls(frame);
  return t_meter.depth < t_meter.depth_max;
}

void EndMeter() {
  if (t_meter.row != nullptr && t_meter.owner == g_owner) {
    t_meter.row->next = reinterpret_cast<uintptr_t>(g_free_rows);
    g_free_rows = t_meter.row;
  }
  if (t_meter.calls != nullptr) munmap(t_meter.calls, kCallsBytes);
  t_meter = ThreadMeter();
}

}  // namespace scope::runtime
