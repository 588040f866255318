#include "runtime/api/calls.h"

#include "runtime/api/declare.h"
#include "runtime/api/emit.h"
#include "runtime/api/thread_context.h"
#include "runtime/api/values.h"
#include "runtime/cold/process.h"
#include "runtime/hot/admit.h"

namespace scope::runtime {
namespace {

constexpr int kThreadShift = 40;
constexpr uint64_t kSeqMask = (uint64_t{1} << kThreadShift) - 1;

// The thread's number in the session and the sequence number of its Enter: nobody else has it.
scope_correlation CorrelationOf(uint64_t room) {
  if (!t_thread.attached) return 0;
  const uint64_t thread = t_thread.writer.header()->thread + uint64_t{1};
  return thread << kThreadShift | (t_thread.writer.SeqOf(room) & kSeqMask);
}

uint64_t Hash(const char* text, uint64_t hash) {
  for (; *text != '\0'; ++text) hash = (hash ^ static_cast<uint8_t>(*text)) * 0x100000001b3;
  return hash;
}

}  // namespace

scope_correlation EnterCall(scope_site* site) {
  if (t_context.disabled != 0) return 0;
  if (!HaveStack() || t_context.depth >= kOpenCallsMax) return 0;
  const scope_node* const node = site->node;
  const uint8_t rule = SwitchOf(node);
  if (rule > SCOPE_SWITCH_ON && !AdmitCall(node, ExitOf(node), rule)) return 0;
  const uint64_t room = EmitStamped(node, 0);
  const scope_correlation correlation = CorrelationOf(room);
  PushCall(node, correlation);
  return correlation;
}

void ExitCall(scope_correlation correlation, uint32_t how) {
  FollowContext();
  uint32_t at = t_context.depth;
  while (at > 0 && t_context.stack[at - 1].correlation != correlation) --at;
  if (at == 0) return;  // It ended with a call around it, or belongs to another thread.
  const scope_node* const node = t_context.stack[at - 1].node;
  __atomic_store_n(&t_context.depth, at - 1, __ATOMIC_RELAXED);
  if (node != nullptr) EmitStamped(ExitOf(node), how & SCOPE_HEAD_FLAGS);
}

void CaptureContext(scope_context* context) {
  // The folder's name is unguessable, and the same for all processes of the recording.
  context->trace_high = Hash(g_process.folder, 0xcbf29ce484222325);
  context->trace_low = Hash(g_process.folder, context->trace_high) | 1;
  context->parent = CurrentCall();
}

int AdoptContext(const scope_context* context, scope_site* site) {
  if (t_context.disabled != 0 || !PushCall(nullptr, context->parent)) return 0;
  PutBytes(site, context, sizeof(*context));
  return 1;
}

}  // namespace scope::runtime
