// Which of the calls in a function was the one.

#include <algorithm>
#include <tuple>

#include "sdk/analysis/why_search.h"

namespace scope::analysis {
namespace {

using trace::CodeGraph;

bool IsCallOf(const CodeGraph::Call& call, const trace::Function& callee) {
  if (call.callee == callee.id) return true;
  return call.is_virtual && LastPart(call.callee_name) == LastPart(callee.name);
}

bool Holds(const CodeGraph::Range& range, uint32_t line, uint32_t column) {
  const auto place = std::tuple(line, column);
  return range.line != 0 && std::tuple(range.line, range.column) <= place &&
         place < std::tuple(range.end_line, range.end_column);
}

// The basic block with the smallest range around a call.
size_t BlockOf(const std::vector<CodeGraph::Block>& blocks, const CodeGraph::Call& call) {
  size_t found = blocks.size();
  for (size_t i = 0; i < blocks.size(); ++i) {
    if (!Holds(blocks[i].range, call.range.line, call.range.column)) continue;
    if (found == blocks.size() ||
        Holds(blocks[found].range, blocks[i].range.line, blocks[i].range.column)) {
      found = i;
    }
  }
  return found;
}

bool Before(const CodeGraph::Call& a, const CodeGraph::Call& b) {
  return std::tuple(a.range.line, a.range.column) < std::tuple(b.range.line, b.range.column);
}

}  // namespace

const CallSite* FindCallSite(const std::vector<CallSite>& sites, const trace::Function& callee,
                             const trace::Node* next, uint64_t later_calls, const CodeGraph& graph,
                             size_t& candidates) {
  std::vector<const CallSite*> found;
  for (const CallSite& site : sites) {
    if (IsCallOf(site.call, callee)) found.push_back(&site);
  }
  candidates = found.size();
  if (found.size() <= 1) return found.empty() ? nullptr : found[0];
  if (next == nullptr) return nullptr;
  // Those whose value the next event takes. Without such: those whose value nothing takes, which
  // stand in front of it.
  const bool taken = std::any_of(found.begin(), found.end(),
                                 [&](const CallSite* site) { return site->call.node == next->id; });
  std::erase_if(found, [&](const CallSite* site) {
    return taken ? site->call.node != next->id : site->call.node != 0;
  });
  const auto is_behind = [&](const CallSite* site) {
    return std::tuple(site->call.range.line, site->call.range.column) >
           std::tuple(next->line, next->column);
  };
  // In a loop, what comes next may stand in front of all of them.
  if (!std::all_of(found.begin(), found.end(), is_behind)) std::erase_if(found, is_behind);
  candidates = found.size();
  if (found.size() <= 1) return found.empty() ? nullptr : found[0];
  // Several in one statement, or one after the other: told apart by how many came later. That says
  // something only where each of them runs if one does.
  const std::vector<CodeGraph::Block> blocks = graph.Blocks(found[0]->call.caller);
  const size_t block = BlockOf(blocks, found[0]->call);
  for (const CallSite* site : found) {
    if (BlockOf(blocks, site->call) != block) return nullptr;
  }
  if (!taken) {
    std::sort(found.begin(), found.end(),
              [](const CallSite* a, const CallSite* b) { return Before(a->call, b->call); });
  }
  if (later_calls >= found.size()) return nullptr;
  return found[found.size() - 1 - later_calls];
}

}  // namespace scope::analysis
