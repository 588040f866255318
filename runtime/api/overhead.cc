#include "runtime/api/overhead.h"

#include "runtime/api/calls.h"
#include "runtime/api/declare.h"
#include "runtime/api/thread_context.h"
#include "runtime/api/values.h"
#include "runtime/cold/futex.h"

namespace scope::runtime {
namespace {

constexpr char kName[] = "scope_measure_overhead";
constinit scope_site g_call = {
    nullptr, "", kName, kName, nullptr, nullptr, 0, kScopeEventEnter, kScopeValueNone, 0};
constinit scope_site g_value = {
    nullptr, "", kName, "sample", nullptr, nullptr, 0, kScopeEventValue, kScopeValueU64, 0};

template <typename Work>
double NsEach(uint32_t count, const Work& work) {
  const uint64_t started_ns = MonotonicNs();
  for (uint32_t i = 0; i < count; ++i) work(i);
  return static_cast<double>(MonotonicNs() - started_ns) / count;
}

}  // namespace

int MeasureOverhead(uint32_t iterations, scope_overhead* overhead) {
  if (iterations == 0 || t_context.disabled != 0) return 0;
  if (overhead->struct_size < sizeof(*overhead)) return 0;
  if (!Declare(&g_call) || !Declare(&g_value)) return 0;
  overhead->iterations = iterations;
  // A call's exit cannot stand alone, so it is what a pair takes longer than an entry.
  const uint32_t depth_left = kOpenCallsMax - t_context.depth;
  const uint32_t nested = iterations < depth_left ? iterations : depth_left;
  const scope_correlation first = EnterCall(&g_call);
  overhead->entry_ns = NsEach(nested, [](uint32_t) { EnterCall(&g_call); });
  ExitCall(first, kScopeExitReturn);
  const double pair_ns =
      NsEach(iterations, [](uint32_t) { ExitCall(EnterCall(&g_call), kScopeExitReturn); });
  overhead->exit_ns = pair_ns > overhead->entry_ns ? pair_ns - overhead->entry_ns : 0;
  overhead->value_ns = NsEach(iterations, [](uint32_t i) { PutValue(&g_value, i); });
  ++t_context.disabled;
  overhead->disabled_ns = NsEach(iterations, [](uint32_t i) { PutValue(&g_value, i); });
  --t_context.disabled;
  return 1;
}

}  // namespace scope::runtime
