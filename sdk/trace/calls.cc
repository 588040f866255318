#include "sdk/trace/calls.h"

#include <algorithm>

namespace scope::trace {

Calls::Place Calls::Enter(uint32_t function, uint64_t seq, bool by_hand) {
  if (open_.size() <= function) open_.resize(function + size_t{1});
  ++open_[function];
  stack_.push_back({seq, function, by_hand});
  return {seq, static_cast<uint32_t>(stack_.size() - 1), 0};
}

Calls::Place Calls::Exit(uint32_t function) {
  // Its Enter is not in the trace: it closes nothing.
  if (!IsOpen(function)) return {kNoCall, static_cast<uint32_t>(stack_.size()), 0};
  Place place;
  place.unwound = CloseInner(function);
  place.call = stack_.back().seq;
  Pop();
  place.depth = static_cast<uint32_t>(stack_.size());
  return place;
}

Calls::Place Calls::InsideOuter(uint32_t function, bool by_hand) {
  if (!IsOpen(function)) {
    if (by_hand && !stack_.empty()) {
      return {stack_.back().seq, static_cast<uint32_t>(stack_.size() - 1), 0};
    }
    return {kNoCall, static_cast<uint32_t>(stack_.size()), 0};
  }
  Place place;
  if (!IsAroundStretches(function)) place.unwound = CloseInner(function);
  place.call = stack_.back().seq;
  place.depth = static_cast<uint32_t>(stack_.size() - 1);
  return place;
}

bool Calls::IsOpen(uint32_t function) const {
  return function < open_.size() && open_[function] != 0;
}

// Everything that `function` has called and that is still open was entered by hand.
bool Calls::IsAroundStretches(uint32_t function) const {
  for (size_t i = stack_.size(); i > 0; --i) {
    if (stack_[i - 1].function == function) return true;
    if (!stack_[i - 1].by_hand) return false;
  }
  return false;
}

uint32_t Calls::CloseInner(uint32_t function) {
  uint32_t unwound = 0;
  while (stack_.back().function != function) {
    if (stack_.size() > uncertain_) ++unwound;
    Pop();
  }
  return unwound;
}

void Calls::Pop() {
  --open_[stack_.back().function];
  stack_.pop_back();
  uncertain_ = std::min(uncertain_, stack_.size());
}

}  // namespace scope::trace
