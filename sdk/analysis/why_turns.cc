// Turns of loops and recursions: the first are hops, the others are counted.

#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "sdk/analysis/why_search.h"

namespace scope::analysis {
namespace {

// So many turns of a loop are hops of their own, before the others are counted.
constexpr int kTurnsShown = 2;

}  // namespace

bool WhySearch::StartsFold(uint32_t parent, const ShortEvent& event) const {
  int seen = 0;
  for (uint32_t hop = parent; hop != kNoNumber; hop = hops_[hop].parent) {
    if (hops_[hop].has_event && hops_[hop].event.node == event.node) ++seen;
  }
  return seen >= kTurnsShown;
}

// What lies on the path between the turn before and this one is the cycle.
uint32_t WhySearch::StartFold(uint32_t hop, const ShortEvent& event) {
  auto number = static_cast<uint32_t>(folds_.size());
  if (free_folds_.empty()) {
    folds_.emplace_back();
  } else {
    number = free_folds_.back();
    free_folds_.pop_back();
    folds_[number] = Fold();
  }
  Fold& fold = folds_[number];
  fold.hop = hop;
  fold.node = event.node;
  fold.cycle.push_back(event.node);
  uint32_t above = hops_[hop].parent;
  for (; above != kNoNumber && hops_[above].event.node != event.node; above = hops_[above].parent) {
    if (hops_[above].has_event) fold.cycle.push_back(hops_[above].event.node);
  }
  hops_[hop].folds = number;
  if (above != kNoNumber) hops_[hop].more_are_calls = hops_[above].event.call != event.call;
  return number;
}

void WhySearch::AddTurn(uint32_t number, const ShortEvent& event) {
  Fold& fold = folds_[number];
  fold.last_seq = event.seq;
  turn_ = number;
  if (event.node == fold.node) {
    ++hops_[fold.hop].more;
    hops_[fold.hop].event = event;
  }
  // The values of the turn before stay until it is known that this one took over.
  const uint32_t generation = ++fold.generations[event.node];
  if (generation > 2) DropTurns(number, event.node, generation - 1);
  Expand(fold.hop, event, number);
}

void WhySearch::DropTurns(uint32_t number, uint32_t node, uint32_t before) {
  RemoveWaits([&](const Wait& wait) {
    return wait.fold == number && wait.turn_of == node && wait.generation < before;
  });
  RemoveIf(parameters_, [&](const Parameter& parameter) {
    const bool drop =
        parameter.fold == number && parameter.node == node && parameter.generation < before;
    if (drop) --open_;
    return drop;
  });
  RemoveIf(folds_[number].exits, [&](const Fold::Exit& exit) {
    if (exit.node != node || exit.generation >= before) return false;
    if (hops_[exit.hop].serial == exit.serial) Kill(exit.hop);
    return true;
  });
}

void WhySearch::Kill(uint32_t number) {
  Found& hop = hops_[number];
  if (hop.dead) return;
  hop.dead = true;
  --live_;
  if (hop.has_event) {
    const auto known = hop_of_.find(hop.event.seq);
    if (known != hop_of_.end() && known->second == number) hop_of_.erase(known);
  }
  const std::vector<uint32_t> children = hop.children;
  for (const uint32_t child : children) Kill(child);
  RemoveWaits([&](const Wait& wait) { return wait.hop == number; });
  RemoveIf(parameters_, [&](const Parameter& parameter) {
    if (parameter.hop == number) --open_;
    return parameter.hop == number;
  });
  if (hop.parent != kNoNumber) std::erase(hops_[hop.parent].children, number);
  hop.children.clear();
  free_hops_.push_back(number);
  if (hop.folds != kNoNumber) free_folds_.push_back(hop.folds);
}

void WhySearch::DropSlot(uint64_t slot) {
  RemoveWaits([&](const Wait& wait) { return wait.slot == slot; });
  for (uint32_t hop = 0; hop < hops_.size(); ++hop) {
    if (hops_[hop].slot == slot) Kill(hop);
  }
}

bool WhySearch::IsAlive(const Wait& wait) const {
  return !hops_[wait.hop].dead && hops_[wait.hop].serial == wait.serial;
}

bool WhySearch::IsAlive(const Fold::Exit& exit) const {
  return !hops_[exit.hop].dead && hops_[exit.hop].serial == exit.serial;
}

void WhySearch::Finish() {
  turn_ = kNoNumber;
  for (uint32_t number = 0; number < waits_.size(); ++number) {
    for (const Wait& wait : std::exchange(waits_[number], {})) {
      GiveUp(recipes_.all()[number], wait);
    }
  }
  for (const Parameter& parameter : std::exchange(parameters_, {})) {
    AddUnknown(parameter.hop, Hop::How::kArgument, "who called it is not recorded");
  }
  // Of the turns that are only counted, the first one's values stay.
  for (size_t number = 0; number < folds_.size(); ++number) {
    const Fold& fold = folds_[number];
    if (hops_[fold.hop].folds != number) continue;
    Found& shown = hops_[fold.hop];
    if (shown.dead) continue;
    if (shown.missing > 0) {
      shown.perhaps = true;
      shown.remark = absl::StrCat(shown.missing, " events of thread ", shown.event.thread,
                                  " are missing among them");
    }
    std::map<uint32_t, uint32_t> latest;
    for (const Fold::Exit& exit : fold.exits) {
      if (IsAlive(exit)) latest[exit.node] = std::max(latest[exit.node], exit.generation);
    }
    for (const Fold::Exit& exit : fold.exits) {
      if (IsAlive(exit) && exit.generation < latest[exit.node]) Kill(exit.hop);
    }
  }
}

}  // namespace scope::analysis
