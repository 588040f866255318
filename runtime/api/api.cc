// The table that programs get which report by hand.

#include <stdlib.h>

#include "runtime/api/calls.h"
#include "runtime/api/declare.h"
#include "runtime/api/declared_blocks.h"
#include "runtime/api/names.h"
#include "runtime/api/overhead.h"
#include "runtime/api/redact.h"
#include "runtime/api/thread_context.h"
#include "runtime/api/values.h"
#include "runtime/cold/attach.h"
#include "runtime/cold/finish.h"
#include "runtime/cold/process.h"
#include "runtime/cold/threads.h"
#include "runtime/hot/reserve.h"
#include "scope/report_api.h"

namespace scope::runtime {
namespace {

bool IsEnabled() { return t_context.disabled == 0 && IsRecording(*g_process.session); }

bool HaveRing() {
  const SignalsBlocked blocked;
  return t_thread.attached || AttachThread();
}

void Clear() {
  t_context.depth = 0;
  t_context.disabled = 0;
}

void Disable(int more) {
  if (more > 0) {
    ++t_context.disabled;
  } else if (t_context.disabled > 0) {
    --t_context.disabled;
  }
}

void FillMetadata(scope_correlation_metadata* metadata) {
  if (metadata->struct_size < sizeof(*metadata)) return;
  metadata->enabled = IsEnabled();
  const scope_process* const process = CurrentProcess();
  metadata->process = process != nullptr ? process->number : 0;
  metadata->thread = HaveRing() ? t_thread.writer.header()->thread : 0;
  metadata->depth = t_context.depth;
  metadata->declared_sites = DeclaredCount();
  metadata->correlation = CurrentCall();
  CaptureContext(&metadata->context);
}

int FillBuffer(scope_buffer_info* info) {
  if (info->struct_size < sizeof(*info) || !t_thread.attached) return 0;
  const scope_ring_header& ring = *t_thread.writer.header();
  info->on_full = ring.on_full;
  info->bytes = ring.chunk_count * ring.chunk_bytes;
  info->emitted = t_thread.writer.EmittedCount();
  const uint64_t read = Load(ring.read_seq);
  info->waiting = info->emitted > read ? info->emitted - read : 0;
  info->blocked_ns = ring.blocked_ns;
  return 1;
}

void Redact(const char* glob) {
  Locked locked(g_process.lock);
  AddRedaction(glob);
}

void Leave() {
  {
    Locked locked(g_process.lock);
    if (g_process.reporters > 0) --g_process.reporters;
  }
  FinishIfLast();
}

constexpr scope_api kApi = {
    .struct_size = sizeof(scope_api),
    .version = 1,
    .declare = [](scope_site* site) -> int { return Declare(site); },
    .find_site = FindSite,
    .value = PutValue,
    .bytes = PutBytes,
    .enter = EnterCall,
    .exit = ExitCall,
    .current = CurrentCall,
    .enabled = []() -> int { return IsEnabled(); },
    .disable = Disable,
    .initialize = []() -> int { return HaveRing(); },
    .clear = Clear,
    .push = [](scope_correlation correlation) -> int { return PushCall(nullptr, correlation); },
    .pop = [] { return PopCall().correlation; },
    .capture = CaptureContext,
    .adopt = AdoptContext,
    .metadata = FillMetadata,
    .buffer = FillBuffer,
    .measure = MeasureOverhead,
    .error = PutError,
    .redact = Redact,
    .limit_text = LimitText,
    .now_ns = MonotonicNs,
    .leave = Leave,
};

// With the lock held.
bool Prepare() {
  static constinit bool is_prepared = false;
  if (is_prepared) return true;
  is_prepared = PrepareContexts();
  AddRedaction(secure_getenv("SCOPE_REDACT"));
  return is_prepared;
}

bool Start() {
  Locked locked(g_process.lock);
  if (!StartProcess() || IsOver(*g_process.session) || !Prepare()) return false;
  ++g_process.reporters;
  return true;
}

bool Attach(const char* folder, bool is_new) {
  if (!EnterSession(folder)) return false;
  Locked locked(g_process.lock);
  if (!Prepare()) return false;
  if (is_new) ++g_process.reporters;
  return true;
}

}  // namespace
}  // namespace scope::runtime

#define SCOPE_EXPORTED __attribute__((visibility("default")))

extern "C" SCOPE_EXPORTED const scope_api* scope_api_v1(uint32_t version) {
  return version == 1 && scope::runtime::Start() ? &scope::runtime::kApi : nullptr;
}

extern "C" SCOPE_EXPORTED const scope_api* scope_api_attach_v1(const char* folder, int is_new) {
  return scope::runtime::Attach(folder, is_new != 0) ? &scope::runtime::kApi : nullptr;
}
