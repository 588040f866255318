#include "runtime/api/declared_blocks.h"

#include <string.h>

#include <utility>

#include "runtime/cold/process.h"
#include "runtime/cold/shared_file.h"
#include "runtime/hot/shared.h"

namespace scope::runtime {
namespace {

constexpr uint64_t kLookAgainNs = 50'000'000;

// All blocks that sites of the process have nodes in: a fork's child has its parent's, too.
struct Blocks {
  scope_declared_block* at[SCOPE_DECLARED_BLOCKS_MAX];
  uint32_t count;
  uint32_t first_own;  // Those before are other processes', or of sessions before.
  const scope_process* owner;
};
constinit Blocks g_blocks = {};

SessionPath PathOf(const scope_process& process, uint32_t number) {
  return SessionPath(g_process.folder, "declared-", process.number, number);
}

void Own(scope_process& process) {
  if (g_blocks.owner == &process) return;
  g_blocks.first_own = g_blocks.count;
  g_blocks.owner = &process;
}

// As if it had just been declared. Rules, and what the collector answered, were of another session.
void Renew(scope_declared_block& block, bool asks) {
  for (uint32_t i = 0; i < block.count; ++i) {
    block.tables[i].node.flags = 0;
    block.tables[i].switches[0] = SCOPE_SWITCH_OFF;
    block.sites[i].state = asks ? kScopeDeclaredWaiting : kScopeDeclaredNew;
  }
}

void SwitchBlocks(uint32_t first, uint8_t state) {
  for (uint32_t i = first; i < g_blocks.count; ++i) {
    scope_declared_block& block = *g_blocks.at[i];
    for (uint32_t site = 0; site < block.count; ++site) {
      Store(block.tables[site].switches[0], state);
    }
  }
}

bool TakeAlong(const scope_process& process, scope_declared_block* block, uint32_t number,
               bool asks) {
  const SessionPath path = PathOf(process, number);
  auto* const copy =
      static_cast<scope_declared_block*>(CreateSharedFile(path, sizeof(scope_declared_block)));
  if (copy == nullptr) return false;
  memcpy(copy, block, sizeof(*copy));
  Renew(*copy, asks);
  return MoveMapping(copy, block, sizeof(*block));
}

}  // namespace

scope_declared_block* BlockWithRoom(scope_process& process, uint32_t wanted) {
  Own(process);
  if (g_blocks.count > g_blocks.first_own) {
    scope_declared_block* const last = g_blocks.at[g_blocks.count - 1];
    if (last->count + wanted <= SCOPE_DECLARED_SITES) return last;
  }
  if (g_blocks.count == SCOPE_DECLARED_BLOCKS_MAX) return nullptr;
  const uint32_t number = g_blocks.count - g_blocks.first_own;
  auto* const block = static_cast<scope_declared_block*>(
      CreateSharedFile(PathOf(process, number), sizeof(scope_declared_block)));
  if (block == nullptr) return nullptr;
  block->layout = SCOPE_DECLARED_LAYOUT;
  block->address = reinterpret_cast<uintptr_t>(block);
  Store(block->magic, uint64_t{SCOPE_DECLARED_MAGIC});
  g_blocks.at[g_blocks.count++] = block;
  Store(process.declared_blocks, number + 1);
  return block;
}

void TakeBlocksAlong(scope_process& process) {
  const bool asks = g_process.session->shared->selects != 0;
  uint32_t left = 0;  // They come first, like those of others.
  uint32_t taken = 0;
  for (uint32_t i = 0; i < g_blocks.count; ++i) {
    if (TakeAlong(process, g_blocks.at[i], taken, asks)) {
      ++taken;
    } else {
      std::swap(g_blocks.at[i], g_blocks.at[left]);
      ++left;
    }
  }
  g_blocks.first_own = left;
  g_blocks.owner = &process;
  Add(process.modules_refused, left);
  Store(process.declared_blocks, taken);
  // An event must not be there before its node.
  if (!asks) SwitchBlocks(left, SCOPE_SWITCH_ON);
}

void AwaitBlocks() {
  for (uint32_t i = g_blocks.first_own; i < g_blocks.count; ++i) {
    scope_declared_block& block = *g_blocks.at[i];
    if (block.count > 0) AwaitAnswer(block.sites[block.count - 1]);
  }
}

void AwaitAnswer(scope_declared_site& declared) {
  Session& session = *g_process.session;
  const uint64_t timeout_ns = uint64_t{session.shared->select_timeout_ms} * 1'000'000;
  const uint64_t started_ns = MonotonicNs();
  RingDoorbell(session);
  while (Load(declared.state) == kScopeDeclaredWaiting) {
    const uint64_t waited_ns = MonotonicNs() - started_ns;
    if (waited_ns >= timeout_ns || !IsRecording(session) || IsCollectorGone(session)) return;
    const uint64_t left_ns = timeout_ns - waited_ns;
    FutexWait(declared.state, kScopeDeclaredWaiting,
              left_ns < kLookAgainNs ? left_ns : kLookAgainNs);
  }
}

uint32_t DeclaredCount() {
  Locked locked(g_process.lock);
  if (g_blocks.owner != g_process.shared) return 0;
  uint32_t count = 0;
  for (uint32_t i = g_blocks.first_own; i < g_blocks.count; ++i) count += g_blocks.at[i]->count;
  return count;
}

void SwitchDeclaredOff() {
  if (!g_process.lock.TryAcquire()) return;
  // There may be another session by now.
  if (IsOver(*g_process.session)) SwitchBlocks(0, SCOPE_SWITCH_OFF);
  g_process.lock.Release();
}

}  // namespace scope::runtime
