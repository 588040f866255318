#include "sdk/analysis/why_search.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"

namespace scope::analysis {

using trace::Node;

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
      if (hops_[match.wait.hop].provisional) return 2;
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

bool WhySearch::SameProcess(uint32_t a, uint32_t b) const {
  const auto& threads = reader_.threads();
  if (a == b) return true;
  return a < threads.size() && b < threads.size() && threads[a].process == threads[b].process;
}

void WhySearch::CollectMatches(const ShortEvent& event) {
  matches_.clear();
  for (const Recipes::Use& use : recipes_.UsesOf(event.node)) {
    if (use.recipe->number >= waits_.size()) continue;
    std::vector<Wait>& waits = waits_[use.recipe->number];
    for (size_t i = 0; i < waits.size();) {
      Wait& wait = waits[i];
      bool matches = use.where == Where::kAnywhere ? SameProcess(wait.thread, event.thread)
                                                   : wait.thread == event.thread;
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
  if (!IsAlive(wait)) return;
  if (wait.taken >= 0) return AnswerArm(match, event);
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
    if (hop != kNoNumber) SetSame(hop, folds_[turn_].hop);
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
    SetSame(hop, known->second);
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
  if (wait.fold != kNoNumber) return;
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
  const Wait& wait = match.wait;
  const uint32_t number = NewHop(wait.hop, wait.how);
  Found& hop = hops_[number];
  hop.has_event = true;
  hop.event = event;
  hop.site = wait.site;
  hop.slot = wait.slot;
  if (match.where == Where::kCalled) hop.how = Hop::How::kReturned;
  if (match.where == Where::kThread) hop.how = Hop::How::kThrown;
  const bool elsewhere = match.where == Where::kAnywhere && event.call != wait.call;
  if (match.of_some || elsewhere) hop.how = Hop::How::kObject;
  if (wait.gap > 0 && match.where != Where::kAnywhere) {
    hop.perhaps = true;
    hop.remark =
        absl::StrCat(wait.gap, " events of thread ", wait.thread, " are missing between the two");
  } else if (match.where == Where::kSameCall && event.call == trace::kNoCall) {
    hop.perhaps = true;
    hop.remark = "the call began before the recording did: it may have been another one";
  } else if (match.of_some) {
    hop.perhaps = true;
    hop.remark = "the last store to such an object: it may have been another one";
  } else if (reader_.nodes()[event.node].name.find('[') != std::string::npos) {
    hop.perhaps = true;
    hop.remark = "the last store to an element: it may have been another one";
  } else if (match.recipe->outside && hop.how != Hop::How::kDecided) {
    hop.remark = "unless code that is not recorded has changed it since";
  }
  AddExit(wait, number);
  return number;
}

uint32_t WhySearch::AddUnknown(uint32_t parent, Hop::How how, std::string remark) {
  if (live_ >= options_.hops_max) {
    hops_[parent].cut = true;
    return kNoNumber;
  }
  const uint32_t number = NewHop(parent, how);
  hops_[number].remark = std::move(remark);
  return number;
}

uint32_t WhySearch::NewHop(uint32_t parent, Hop::How how) {
  uint32_t number = static_cast<uint32_t>(hops_.size());
  if (free_hops_.empty()) {
    hops_.emplace_back();
  } else {
    number = free_hops_.back();
    free_hops_.pop_back();
    hops_[number] = Found();
  }
  Found& hop = hops_[number];
  hop.how = how;
  hop.parent = parent;
  hop.depth = hops_[parent].depth + 1;
  hop.provisional = hops_[parent].provisional;
  hop.serial = ++serials_;
  hops_[parent].children.push_back(number);
  ++live_;
  return number;
}

void WhySearch::SetSame(uint32_t hop, uint32_t other) {
  hops_[hop].same_as = other;
  hops_[hop].same_serial = hops_[other].serial;
}

void WhySearch::AddExit(const Wait& wait, uint32_t hop) {
  if (wait.fold == kNoNumber) return;
  hops_[hop].provisional = true;
  folds_[wait.fold].exits.push_back({hop, wait.turn_of, wait.generation, hops_[hop].serial});
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
  for (const uint32_t number : called_) {
    const Recipe& recipe = recipes_.all()[number];
    if (waits_[number].empty()) continue;
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
  if (!IsAlive(wait) || (wait.fold != kNoNumber && turn_ == wait.fold)) return;
  const uint32_t hop = AddUnknown(wait.hop, wait.how, Missing(recipe, wait));
  if (hop == kNoNumber) return;
  hops_[hop].slot = wait.slot;
  hops_[hop].site = wait.site;
  if (!recipe.called.empty()) hops_[hop].how = Hop::How::kReturned;
  AddExit(wait, hop);
}

}  // namespace scope::analysis
