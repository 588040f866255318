#include "sdk/trace/loops.h"

#include <algorithm>

namespace scope::trace {
namespace {

template <typename Runs>
void EndInner(Runs& runs, uint64_t loop) {
  for (bool again = true; again;) {
    again = false;
    for (auto run = runs.begin(); run != runs.end(); ++run) {
      if (run->around != loop) continue;
      const uint64_t inner = run->loop;
      runs.erase(run);
      EndInner(runs, inner);
      again = true;
      break;
    }
  }
}

}  // namespace

uint64_t Loops::Turn(uint64_t call, const Node& loop, bool goes_on) {
  std::vector<Run>& runs = calls_[call];
  EndInner(runs, loop.id);
  auto run =
      std::find_if(runs.begin(), runs.end(), [&](const Run& r) { return r.loop == loop.id; });
  if (run == runs.end()) {
    run = runs.insert(runs.end(), Run{loop.id, loop.loop, 0, loop.ends_turn});
  }
  const uint64_t turn = run->count++;
  if (!goes_on) runs.erase(run);
  return turn;
}

uint64_t Loops::Find(uint64_t call, uint64_t loop) const {
  const auto runs = calls_.find(call);
  if (runs == calls_.end()) return kNoIteration;
  for (const Run& run : runs->second) {
    if (run.loop == loop) return run.ends_turn ? run.count : run.count - 1;
  }
  return kNoIteration;
}

}  // namespace scope::trace
