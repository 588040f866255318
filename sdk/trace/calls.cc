#include "sdk/trace/calls.h"

#include <algorithm>

namespace scope::trace {

Calls::Place Calls::Enter(uint32_t function, uint64_t seq, bool by_hand) {
  Push({.seq = seq, .function = function, .by_hand = by_hand});
  return {seq, static_cast<uint32_t>(stack_.size() - 1)};
}

Calls::Place Calls::Exit(uint32_t function) {
  // Its Enter is not in the trace: it closes nothing.
  if (!IsOpen(function)) return {kNoCall, static_cast<uint32_t>(stack_.size())};
  Place place;
  place.unwound = CloseInner(function);
  place.call = stack_.back().seq;
  place.destroyed = stack_.back().destroyed;
  Pop();
  place.depth = static_cast<uint32_t>(stack_.size());
  return place;
}

Calls::Place Calls::InsideOuter(uint32_t function, bool by_hand) {
  if (!IsOpen(function)) {
    if (by_hand && !stack_.empty()) {
      return {stack_.back().seq, static_cast<uint32_t>(stack_.size() - 1)};
    }
    return {kNoCall, static_cast<uint32_t>(stack_.size())};
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

Calls::Place Calls::Suspend(uint32_t function, uint64_t frame, Coroutines& coroutines) {
  Place place = Inside(function);
  if (place.call == kNoCall) return place;
  Coroutines::Waiting& waiting = coroutines.by_frame[frame];
  waiting = {stack_.back().seq, function, {}};
  while (!reservations_.empty() && reservations_.back().call == waiting.call) {
    waiting.reservations.insert(waiting.reservations.begin(), reservations_.back());
    reservations_.pop_back();
  }
  Pop();
  return place;
}

Calls::Place Calls::Resume(uint32_t function, uint64_t frame, bool destroys,
                           Coroutines& coroutines) {
  const auto waiting = coroutines.by_frame.find(frame);
  // Its beginning is not in the trace, or another coroutine had that frame.
  if (waiting == coroutines.by_frame.end() || waiting->second.function != function) {
    Push({.seq = kNoCall, .function = function, .destroyed = destroys});
  } else {
    Push({.seq = waiting->second.call, .function = function, .destroyed = destroys});
    const std::vector<Reservation>& kept = waiting->second.reservations;
    reservations_.insert(reservations_.end(), kept.begin(), kept.end());
    coroutines.by_frame.erase(waiting);
  }
  return {stack_.back().seq, static_cast<uint32_t>(stack_.size() - 1)};
}

void Calls::Reserve(uint64_t of, uint64_t seq) {
  if (stack_.empty() || of == 0) return;
  // The same place again, while it is open: that one was given up unseen.
  if (const uint64_t before = Complete(of); before != kNoSeq) abandoned_.push_back(before);
  reservations_.push_back({stack_.back().seq, of, seq});
}

uint64_t Calls::Complete(uint64_t of) {
  if (stack_.empty()) return kNoSeq;
  for (size_t i = reservations_.size(); i > 0; --i) {
    const Reservation& reservation = reservations_[i - 1];
    if (reservation.call != stack_.back().seq) return kNoSeq;
    if (reservation.of != of) continue;
    const uint64_t seq = reservation.seq;
    reservations_.erase(reservations_.begin() + static_cast<ptrdiff_t>(i) - 1);
    return seq;
  }
  return kNoSeq;
}

void Calls::Abandon() {
  while (!reservations_.empty() && !stack_.empty() &&
         reservations_.back().call == stack_.back().seq) {
    abandoned_.push_back(reservations_.back().seq);
    reservations_.pop_back();
  }
}

void Calls::Push(const Call& call) {
  if (open_.size() <= call.function) open_.resize(call.function + size_t{1});
  ++open_[call.function];
  stack_.push_back(call);
}

void Calls::Pop() {
  if (!reservations_.empty()) Abandon();
  --open_[stack_.back().function];
  stack_.pop_back();
  uncertain_ = std::min(uncertain_, stack_.size());
}

}  // namespace scope::trace
