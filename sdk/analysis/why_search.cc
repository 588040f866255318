#include "sdk/analysis/why_search.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"

namespace scope::analysis {
namespace {

using trace::Node;

// So many turns of a loop are hops of their own, before the others are counted.
constexpr int kTurnsShown = 2;

template <typename T, typename Drop>
void RemoveIf(std::vector<T>& all, const Drop& drop) {
  for (size_t i = 0; i < all.size();) {
    if (!drop(all[i])) {
      ++i;
      continue;
    }
    if (i + 1 < all.size()) all[i] = std::move(all.back());
    all.pop_back();
  }
}

}  // namespace

WhySearch::WhySearch(const trace::TraceReader& reader, const WhyOptions& options,
                     uint64_t asked_seq)
    : reader_(reader), options_(options), asked_seq_(asked_seq), recipes_(reader) {
  ShortEvent none = {};
  none.seq = trace::kNoSeq;
  later_.resize(reader.nodes().size(), none);
  for (const Node& node : reader.nodes()) by_id_.try_emplace(node.id, node.number);
}

bool WhySearch::Visit(const ShortEvent& event) {
  if (event.node == kNoNumber) {
    for (auto& waits : waits_) {
      for (Wait& wait : waits) {
        if (wait.thread == event.thread) wait.gap += event.bits;
      }
    }
    return true;
  }
  turn_ = kNoNumber;
  if (event.seq == asked_seq_) {
    Found& asked = hops_.emplace_back();
    asked.has_event = true;
    asked.event = event;
    hop_of_.emplace(event.seq, 0);
    live_ = 1;
    Expand(0, event, kNoNumber);
  } else if (event.seq < asked_seq_) {
    FindCallers(event);
    CollectMatches(event);
    // What is a turn need not be a hop of its own, and what is a hop no value of a turn.
    const auto rank = [&](const Match& match) {
      if (match.wait.fold == kNoNumber) return 1;
      const auto& cycle = folds_[match.wait.fold].cycle;
      return std::find(cycle.begin(), cycle.end(), event.node) != cycle.end() ? 0 : 2;
    };
    for (const int now : {0, 1, 2}) {
      for (size_t i = 0; i < matches_.size(); ++i) {
        if (rank(matches_[i]) == now) Answer(matches_[i], event);
      }
    }
    CloseCalls(event);
    if (reader_.nodes()[event.node].kind == kScopeEventEnter) EndWaits(event);
  }
  Track(event);
  return event.seq > asked_seq_ || open_ > 0;
}

void WhySearch::SetCaller(uint32_t thread, uint32_t depth, uint64_t call, uint32_t node) {
  if (thread >= next_.size()) next_.resize(thread + 1);
  if (depth >= next_[thread].size()) next_[thread].resize(depth + 1);
  next_[thread][depth].call = call;
  next_[thread][depth].node = node;
}

void WhySearch::Track(const ShortEvent& event) {
  if (event.thread >= next_.size()) next_.resize(event.thread + 1);
  std::vector<Next>& depths = next_[event.thread];
  if (event.depth >= depths.size()) depths.resize(event.depth + 1);
  const Node& node = reader_.nodes()[event.node];
  Next& next = depths[event.depth];
  next.call = event.call;
  next.node = event.node;
  next.is_next = true;
  next.later_calls.clear();
  later_[event.node] = event;
  if (event.thread >= next_stamps_.size()) next_stamps_.resize(event.thread + 1, trace::kNoSeq);
  if (SCOPE_HAS_STAMP(node.kind)) next_stamps_[event.thread] = event.seq;
  if (node.kind == kScopeEventEnter && event.depth > 0) {
    ++depths[event.depth - 1].later_calls[node.function_id];
  }
}

void WhySearch::CollectMatches(const ShortEvent& event) {
  matches_.clear();
  for (const Recipes::Use& use : recipes_.UsesOf(event.node)) {
    if (use.recipe->number >= waits_.size()) continue;
    std::vector<Wait>& waits = waits_[use.recipe->number];
    for (size_t i = 0; i < waits.size();) {
      Wait& wait = waits[i];
      bool matches = use.where == Where::kAnywhere || wait.thread == event.thread;
      if (use.where == Where::kSameCall) matches = matches && wait.call == event.call;
      if (use.where == Where::kCalled) matches = matches && event.depth == wait.depth + 1;
      if (!matches) {
        ++i;
        continue;
      }
      wait.answered = true;
      const bool done = --wait.count == 0;
      matches_.push_back({use.recipe, wait, use.where, use.of_some});
      if (!done) {
        ++i;
        continue;
      }
      if (--calls_[wait.call] == 0) calls_.erase(wait.call);
      --open_;
      if (i + 1 < waits.size()) waits[i] = waits.back();
      waits.pop_back();
    }
  }
}

void WhySearch::Answer(const Match& match, const ShortEvent& event) {
  const Wait& wait = match.wait;
  if (wait.taken >= 0) return AnswerArm(match, event);
  if (wait.hop != kNoNumber && hops_[wait.hop].dead) return;
  if (wait.fold != kNoNumber) {
    Fold& fold = folds_[wait.fold];
    if (std::find(fold.cycle.begin(), fold.cycle.end(), event.node) != fold.cycle.end()) {
      hops_[fold.hop].missing += wait.gap;
      if (fold.last_seq != event.seq) AddTurn(wait.fold, event);
      return;
    }
    if (turn_ != kNoNumber) return;
  } else if (turn_ != kNoNumber) {
    const uint32_t hop = AddHop(match, event);
    if (hop != kNoNumber) hops_[hop].same_as = folds_[turn_].hop;
    return;
  }
  for (const uint32_t child : hops_[wait.hop].children) {
    if (hops_[child].has_event && hops_[child].event.seq == event.seq) return;
  }
  const auto known = hop_of_.find(event.seq);
  const bool starts_fold = known == hop_of_.end() && wait.fold == kNoNumber &&
                           wait.how != Hop::How::kDecided && StartsFold(wait.hop, event);
  const uint32_t hop = AddHop(match, event);
  if (hop == kNoNumber || wait.how == Hop::How::kDecided) return;
  if (known != hop_of_.end()) {
    hops_[hop].same_as = known->second;
    return;
  }
  hop_of_.emplace(event.seq, hop);
  if (hops_[hop].depth >= options_.depth) {
    hops_[hop].cut = !recipes_.Of(event.node).empty() || recipes_.ParameterOf(event.node) >= 0;
    return;
  }
  if (starts_fold) {
    const uint32_t fold = StartFold(hop, event);
    AddTurn(fold, event);
    return;
  }
  Expand(hop, event, kNoNumber);
}

void WhySearch::AnswerArm(const Match& match, const ShortEvent& event) {
  const Wait& wait = match.wait;
  if ((event.bits != 0) != (wait.taken != 0)) return DropSlot(wait.slot);
  if (wait.fold != kNoNumber || hops_[wait.hop].dead) return;
  for (const uint32_t child : hops_[wait.hop].children) {
    if (hops_[child].has_event && hops_[child].event.seq == event.seq) return;
  }
  Match decider = match;
  decider.wait.how = Hop::How::kDecided;
  decider.wait.slot = 0;
  AddHop(decider, event);
}

uint32_t WhySearch::AddHop(const Match& match, const ShortEvent& event) {
  if (live_ >= options_.hops_max) {
    hops_[match.wait.hop].cut = true;
    return kNoNumber;
  }
  const auto number = static_cast<uint32_t>(hops_.size());
  Found& hop = hops_.emplace_back();
  ++live_;
  const Wait& wait = match.wait;
  hop.how = wait.how;
  hop.parent = wait.hop;
  hop.has_event = true;
  hop.event = event;
  hop.site = wait.site;
  hop.slot = wait.slot;
  hop.depth = hops_[wait.hop].depth + 1;
  if (match.where == Where::kCalled) hop.how = Hop::How::kReturned;
  if (match.where == Where::kThread) hop.how = Hop::How::kThrown;
  const bool elsewhere = match.where == Where::kAnywhere && event.call != wait.call;
  if (match.of_some || elsewhere) hop.how = Hop::How::kObject;
  if (wait.gap > 0 && match.where != Where::kAnywhere) {
    hop.perhaps = true;
    hop.remark =
        absl::StrCat(wait.gap, " events of thread ", wait.thread, " are missing between the two");
  } else if (match.of_some) {
    hop.perhaps = true;
    hop.remark = "the last store to such an object: it may have been another one";
  } else if (reader_.nodes()[event.node].name.find('[') != std::string::npos) {
    hop.perhaps = true;
    hop.remark = "the last store to an element: it may have been another one";
  } else if (match.recipe->outside && hop.how != Hop::How::kDecided) {
    hop.remark = "unless code that is not recorded has changed it since";
  }
  if (wait.fold != kNoNumber) {
    folds_[wait.fold].exits.push_back({number, wait.turn_of, wait.generation});
  }
  hops_[wait.hop].children.push_back(number);
  return number;
}

uint32_t WhySearch::AddUnknown(uint32_t parent, Hop::How how, std::string remark) {
  if (live_ >= options_.hops_max) {
    hops_[parent].cut = true;
    return kNoNumber;
  }
  const auto number = static_cast<uint32_t>(hops_.size());
  Found& hop = hops_.emplace_back();
  ++live_;
  hop.how = how;
  hop.parent = parent;
  hop.remark = std::move(remark);
  hop.depth = hops_[parent].depth + 1;
  hops_[parent].children.push_back(number);
  return number;
}

bool WhySearch::StartsFold(uint32_t parent, const ShortEvent& event) const {
  int seen = 0;
  for (uint32_t hop = parent; hop != kNoNumber; hop = hops_[hop].parent) {
    if (hops_[hop].has_event && hops_[hop].event.node == event.node) ++seen;
  }
  return seen >= kTurnsShown;
}

// What lies on the path between the turn before and this one is the cycle.
uint32_t WhySearch::StartFold(uint32_t hop, const ShortEvent& event) {
  const auto number = static_cast<uint32_t>(folds_.size());
  Fold& fold = folds_.emplace_back();
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
    Kill(exit.hop);
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
}

void WhySearch::DropSlot(uint64_t slot) {
  RemoveWaits([&](const Wait& wait) { return wait.slot == slot; });
  for (uint32_t hop = 0; hop < hops_.size(); ++hop) {
    if (hops_[hop].slot == slot) Kill(hop);
  }
}

template <typename Drop>
void WhySearch::RemoveWaits(const Drop& drop) {
  for (auto& waits : waits_) {
    RemoveIf(waits, [&](const Wait& wait) {
      if (!drop(wait)) return false;
      if (--calls_[wait.call] == 0) calls_.erase(wait.call);
      --open_;
      return true;
    });
  }
}

bool WhySearch::IsInside(uint32_t node, uint32_t outer) const {
  const uint64_t id = reader_.nodes()[outer].id;
  for (int i = 0; i < 64; ++i) {
    const uint64_t parent = reader_.nodes()[node].parent;
    if (parent == id) return true;
    const auto found = by_id_.find(parent);
    if (found == by_id_.end()) return false;
    node = found->second;
  }
  return false;
}

// What was returned into a value lies between it and the event before it in its own call.
void WhySearch::CloseCalls(const ShortEvent& event) {
  if (calls_.find(event.call) == calls_.end()) return;
  if (reader_.nodes()[event.node].kind == kScopeEventEnter) return;
  std::vector<std::pair<const Recipe*, Wait>> closed;
  for (uint32_t number = 0; number < waits_.size(); ++number) {
    const Recipe& recipe = recipes_.all()[number];
    if (recipe.called.empty() || waits_[number].empty()) continue;
    RemoveIf(waits_[number], [&](const Wait& wait) {
      if (wait.call != event.call || wait.hop == kNoNumber) return false;
      if (wait.fold == kNoNumber && hops_[wait.hop].event.seq <= event.seq) return false;
      uint32_t taker = wait.turn_of != kNoNumber ? wait.turn_of : hops_[wait.hop].event.node;
      if (wait.site != nullptr) {  // Of an argument: what the call stands in.
        const auto anchor = by_id_.find(wait.site->call.node);
        taker = anchor == by_id_.end() ? kNoNumber : anchor->second;
      }
      if (taker != kNoNumber && (event.node == taker || IsInside(event.node, taker))) return false;
      closed.emplace_back(&recipe, wait);
      if (--calls_[wait.call] == 0) calls_.erase(wait.call);
      --open_;
      return true;
    });
  }
  for (const auto& [recipe, wait] : closed) GiveUp(*recipe, wait);
}

// The call begins: what waits in it waits in vain.
void WhySearch::EndWaits(const ShortEvent& enter) {
  if (calls_.find(enter.call) == calls_.end()) return;
  std::vector<std::pair<const Recipe*, Wait>> ended;
  for (uint32_t number = 0; number < waits_.size(); ++number) {
    const Recipe& recipe = recipes_.all()[number];
    const bool anywhere =
        std::any_of(recipe.alternatives.begin(), recipe.alternatives.end(), [](const auto& way) {
          return way.where == Where::kAnywhere || way.where == Where::kThread;
        });
    if (anywhere) continue;
    RemoveIf(waits_[number], [&](const Wait& wait) {
      if (wait.call != enter.call) return false;
      ended.emplace_back(&recipe, wait);
      if (--calls_[wait.call] == 0) calls_.erase(wait.call);
      --open_;
      return true;
    });
  }
  for (const auto& [recipe, wait] : ended) GiveUp(*recipe, wait);
}

void WhySearch::GiveUp(const Recipe& recipe, const Wait& wait) {
  if (wait.how == Hop::How::kDecided || wait.taken >= 0 || wait.answered) return;
  if (hops_[wait.hop].dead || (wait.fold != kNoNumber && turn_ == wait.fold)) return;
  const uint32_t hop = AddUnknown(wait.hop, wait.how, Missing(recipe, wait));
  if (hop == kNoNumber) return;
  hops_[hop].slot = wait.slot;
  hops_[hop].site = wait.site;
  if (!recipe.called.empty()) hops_[hop].how = Hop::How::kReturned;
  if (wait.fold != kNoNumber) {
    folds_[wait.fold].exits.push_back({hop, wait.turn_of, wait.generation});
  }
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
  for (Fold& fold : folds_) {
    Found& shown = hops_[fold.hop];
    if (shown.dead) continue;
    if (shown.missing > 0) {
      shown.perhaps = true;
      shown.remark = absl::StrCat(shown.missing, " events of thread ", shown.event.thread,
                                  " are missing among them");
    }
    std::map<uint32_t, uint32_t> latest;
    for (const Fold::Exit& exit : fold.exits) {
      if (!hops_[exit.hop].dead) latest[exit.node] = std::max(latest[exit.node], exit.generation);
    }
    for (const Fold::Exit& exit : fold.exits) {
      if (exit.generation < latest[exit.node]) Kill(exit.hop);
    }
  }
}

}  // namespace scope::analysis
