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

scope_meters* g_meters;        // The lock guards that it is set.
scope_meter_row* g_free_rows;  // The lock guards them.

scope_meters* OpenMeters() {
  if (scope_meters* const known = Load(g_meters); known != nullptr) return known;
  auto* const meters = static_cast<scope_meters*>(
      OpenSharedFile(SessionPath(g_process.folder, SCOPE_METERS_FILE), sizeof(scope_meters)));
  if (meters == nullptr) return nullptr;
  if (Load(meters->magic) != SCOPE_METERS_MAGIC || meters->layout != SCOPE_METERS_LAYOUT) {
    munmap(meters, sizeof(scope_meters));
    return nullptr;
  }
  Store(g_meters, meters);
  return meters;
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
  if (slot == 0 || slot >= SCOPE_METER_SLOTS_MAX || t_meter.refused || t_thread.ended) return false;
  const SignalsBlocked blocked;
  LookForFork();
  if (slot < t_meter.slot_count) return true;
  const scope_process* const process = CurrentProcess();
  if (process == nullptr) return false;
  Locked locked(g_process.lock);
  scope_meters* const meters = OpenMeters();
  scope_meter_row* row = nullptr;
  if (meters != nullptr) {
    // One that was too short goes to nobody: who was interrupted may be about to count there.
    row = TakeFreeRow(slot);
    if (row == nullptr) row = CreateRow(*meters, *process, slot);
  }
  t_meter.refused = row == nullptr;
  if (row == nullptr) return false;
  t_meter.row = row;
  t_meter.slot_count = row->slot_count;
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
  if (t_meter.row != nullptr) {
    t_meter.row->next = reinterpret_cast<uintptr_t>(g_free_rows);
    g_free_rows = t_meter.row;
  }
  if (t_meter.calls != nullptr) munmap(t_meter.calls, kCallsBytes);
  t_meter = ThreadMeter();
}

void ForgetRows() {
  g_free_rows = nullptr;
  t_meter.row = nullptr;
  t_meter.slot_count = 0;
  t_meter.refused = false;
}

}  // namespace scope::runtime
