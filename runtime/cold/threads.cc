#include "runtime/cold/threads.h"

#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "runtime/cold/meter_rows.h"
#include "runtime/cold/process.h"
#include "runtime/cold/shared_file.h"

namespace scope::runtime {

thread_local constinit Thread t_thread;

namespace {

constinit scope_cursor g_no_cursor = {};

}  // namespace

thread_local constinit scope_cursor* t_cursor = &g_no_cursor;

namespace {

constexpr int kNumbersTried = 64;

// The key's destructor ends the ring in its third round, so that what other destructors report in
// the first two still arrives. The library runs four.
constexpr uint8_t kEndRound = 3;

pthread_key_t g_thread_end;

void OnThreadEnd(void* thread) {
  if (++t_thread.end_rounds < kEndRound) {
    pthread_setspecific(g_thread_end, thread);
    return;
  }
  scope_ring_header* const header = t_thread.attached ? t_thread.writer.header() : nullptr;
  const uint64_t bytes = header != nullptr ? header->file_bytes : 0;
  EndThread();
  if (header != nullptr) munmap(header, bytes);
  if (t_thread.retired != nullptr) munmap(t_thread.retired, t_thread.retired_bytes);
}

// Tries smaller rings when there is no room for the one that is wanted.
scope_ring_header* CreateRing(RingShape& shape) {
  scope_session& session = *g_process.session->shared;
  uint64_t ring_bytes = session.ring_bytes;
  uint32_t number = Add(session.ring_count, 1u);
  for (int i = 0; i < kNumbersTried; ++i) {
    shape = MakeRingShape(ring_bytes);
    void* memory =
        CreateSharedFile(SessionPath(g_process.folder, "ring-", number), shape.file_bytes);
    if (memory != nullptr) {
      auto* header = static_cast<scope_ring_header*>(memory);
      header->thread = number;
      return header;
    }
    if (errno == EEXIST) {
      number = Add(session.ring_count, 1u);
    } else if (errno == ENOSPC && ring_bytes > SCOPE_RING_BYTES_MIN) {
      ring_bytes /= 2;
    } else {
      return nullptr;
    }
  }
  return nullptr;
}

void CountRefused(scope_process* process) {
  t_thread.refused = true;
  if (process == nullptr) return;
  Add(process->threads_without_ring, 1u);
  Store(process->ring_errno, static_cast<int32_t>(errno));
}

}  // namespace

bool PrepareThreads() { return pthread_key_create(&g_thread_end, OnThreadEnd) == 0; }

bool AttachThread() {
  if (t_thread.refused || t_thread.ended) return false;
  scope_process* const process = CurrentProcess();
  if (process != nullptr && !AwaitRingRoom(*g_process.session)) {
    if (!t_thread.held_up) Add(process->threads_held_up, 1u);
    t_thread.held_up = true;
    return false;
  }
  RingShape shape;
  scope_ring_header* const header = process != nullptr ? CreateRing(shape) : nullptr;
  if (header == nullptr) {
    CountRefused(process);
    return false;
  }
  header->process = process->number;
  header->pid = process->pid;
  header->tid = static_cast<uint32_t>(syscall(SYS_gettid));
  prctl(PR_GET_NAME, header->name);
  t_thread.writer.Start(header, shape, g_process.session);
  t_thread.attached = true;
  WantThreadEnd();
  return true;
}

void WantThreadEnd() { pthread_setspecific(g_thread_end, &t_thread); }

void EndThread() {
  Locked locked(g_process.lock);
  UnbindModules();
  if (t_thread.attached) {
    t_thread.writer.End();
    if (t_thread.generation == g_process.generation)
      Add(g_process.session->shared->rings_ended, 1u);
  }
  EndMeter();
  t_thread.attached = false;
  t_thread.ended = true;
}

// A write that this interrupts may be about to store into the old ring, so that stays mapped, as
// zeros, until there is a third one.
void FollowSession() {
  Thread next;
  next.generation = Load(g_process.generation);
  next.ended = t_thread.ended;
  next.end_rounds = t_thread.end_rounds;
  next.retired = t_thread.retired;
  next.retired_bytes = t_thread.retired_bytes;
  {
    Locked locked(g_process.lock);
    UnbindModules();
  }
  if (t_thread.attached) {
    if (next.retired != nullptr) munmap(next.retired, next.retired_bytes);
    next.retired = t_thread.writer.header();
    next.retired_bytes = t_thread.writer.header()->file_bytes;
    ReplaceByZeros(next.retired, next.retired_bytes);
  }
  t_thread = next;
}

void ForgetThread() {
  t_thread = Thread();
  t_thread.generation = g_process.generation;
  pthread_setspecific(g_thread_end, nullptr);
}

void BindCursor(scope_module* module) {
  t_cursor = t_thread.writer.cursor();
  module->bind(t_cursor);
}

void UnbindModules() {
  t_cursor = &g_no_cursor;
  for (scope_module* module = g_process.modules; module != nullptr; module = module->next) {
    module->bind(module->idle);
  }
}

}  // namespace scope::runtime

extern "C" __attribute__((visibility("default"))) int64_t scope_thread_cursor_v1(void) {
  const char* thread;
  __asm__("movq %%fs:0, %0" : "=r"(thread));
  return reinterpret_cast<const char*>(&scope::runtime::t_cursor) - thread;
}
