#include "sdk/query/call_stacks.h"

#include <algorithm>

namespace scope::query {
namespace {

constexpr uint64_t kFirstWindow = 4096;

}  // namespace

NodeSet StackNodes(const Source& source) {
  NodeSet nodes;
  for (const trace::Node& node : source.trace().nodes()) {
    nodes.push_back(SCOPE_HAS_STAMP(node.kind));
  }
  return nodes;
}

uint64_t CallStacks::Add(const trace::Event& event) {
  if (event.thread >= stacks_.size()) stacks_.resize(event.thread + size_t{1});
  std::vector<uint64_t>& stack = stacks_[event.thread];
  // An exit whose entry is missing stands below the calls that are open.
  const size_t depth = event.depth;
  const bool leaves = event.node->kind == kScopeEventExit || event.node->kind == kScopeEventSuspend;
  if (leaves && event.call == trace::kNoCall) {
    Cut(stack, depth);
    return trace::kNoCall;
  }
  Cut(stack, leaves ? depth + 1 : depth);
  if (leaves) {
    if (stack.size() > depth) stack.pop_back();
    return trace::kNoCall;
  }
  stack.resize(depth, trace::kNoCall);
  const uint64_t parent = stack.empty() ? trace::kNoCall : stack.back();
  stack.push_back(event.call);
  return parent;
}

const std::vector<uint64_t>& CallStacks::Open(uint32_t thread) {
  if (thread >= stacks_.size()) stacks_.resize(thread + size_t{1});
  return stacks_[thread];
}

void CallStacks::Cut(std::vector<uint64_t>& stack, size_t depth) {
  while (stack.size() > depth) {
    const uint64_t call = stack.back();
    stack.pop_back();
    if (ended_ && call != trace::kNoCall) ended_(call);
  }
}

absl::StatusOr<CallChain> CallChainOf(Source& source, uint64_t call, bool only_parent) {
  const auto reader = source.TakeReader();
  if (!reader.ok()) return reader.status();
  const NodeSet nodes = StackNodes(source);
  CallChain chain;
  // A caller is mostly near. If it is not there, it is further back.
  for (uint64_t window = only_parent ? kFirstWindow : call + 1;; window *= 16) {
    const bool whole = window > call;
    CallStacks stacks;
    bool found = false;
    trace::Selection selection;
    selection.first_seq = whole ? 0 : call - window;
    selection.last_seq = call;
    selection.nodes = &nodes;
    selection.gaps = false;
    const absl::Status status = (*reader)->ForEach(selection, [&](const trace::Event& event) {
      source.events_read.fetch_add(1, std::memory_order_relaxed);
      stacks.Add(event);
      if (event.seq == call && event.node->kind == kScopeEventEnter) {
        found = true;
        chain = {event.thread, stacks.Open(event.thread)};
      }
      return !source.interrupted.load(std::memory_order_relaxed);
    });
    const bool known =
        !found || chain.calls.size() < 2 || chain.calls[chain.calls.size() - 2] != trace::kNoCall;
    if (!status.ok() || source.interrupted || whole || known) {
      source.GiveBack(*reader);
      if (!status.ok()) return status;
      if (source.interrupted) return absl::CancelledError("interrupted");
      return chain;
    }
  }
}

}  // namespace scope::query
