// What an event that was found waits for in turn.

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "sdk/analysis/why_search.h"

namespace scope::analysis {

using trace::Node;

void WhySearch::Expand(uint32_t hop, const ShortEvent& event, uint32_t fold) {
  Wait common = {.hop = hop,
                 .how = Hop::How::kValue,
                 .thread = event.thread,
                 .depth = event.depth,
                 .call = event.call,
                 .count = 1};
  if (fold != kNoNumber) {
    common.fold = fold;
    common.turn_of = event.node;
    common.generation = folds_[fold].generations[event.node];
  }
  const Node& node = reader_.nodes()[event.node];
  if (node.kind == kScopeEventCatch) {
    if (event.thrown != kNoNumber) {
      common.how = Hop::How::kThrown;
      Issue(*recipes_.Thrown(event.thrown), common);
    } else if (fold == kNoNumber) {
      AddUnknown(hop, Hop::How::kThrown, "it was thrown by code that is not recorded");
    }
  } else if (node.kind == kScopeEventParam) {
    AskCaller(event, common);
  } else {
    Ask(event, common);
  }
  if (fold != kNoNumber) return;
  // A loop's condition is said once, not for each of its turns.
  for (uint32_t above = hops_[hop].parent; above != kNoNumber; above = hops_[above].parent) {
    if (hops_[above].has_event && hops_[above].event.node == event.node) return;
  }
  Wait decider = common;
  decider.how = Hop::How::kDecided;
  for (Recipe* recipe : recipes_.Deciders(event.node)) Issue(*recipe, decider);
}

void WhySearch::Ask(const ShortEvent& event, const Wait& common) {
  const std::vector<Recipe*>& values = recipes_.Of(event.node);
  for (Recipe* recipe : values) {
    Wait wait = common;
    wait.slot = ++slots_;
    wait.count = recipe->count;
    Issue(*recipe, wait);
    IssueArms(*recipe, wait);
  }
  if (values.empty() && common.fold == kNoNumber && !recipes_.HasGraph(event.node)) {
    AddUnknown(common.hop, Hop::How::kValue,
               "where it comes from is not known: it is reported by hand, or was compiled with "
               "--scope-graph=off");
  }
}

void WhySearch::IssueArms(const Recipe& recipe, const Wait& wait) {
  for (const Arm& arm : recipe.arms) {
    Wait condition = wait;
    condition.taken = arm.taken ? 1 : 0;
    condition.count = 1;
    Issue(*arm.decider, condition);
  }
}

// Threads are put in order by the stamps of their calls. What another thread stored before this
// one's next stamp may have been before, too.
void WhySearch::AddConcurrent(const Recipe& recipe, const Wait& wait) {
  const uint64_t next_stamp =
      wait.thread < next_stamps_.size() ? next_stamps_[wait.thread] : trace::kNoSeq;
  for (const Recipe::Alternative& way : recipe.alternatives) {
    const ShortEvent& later = later_[way.node];
    if (way.where != Where::kAnywhere || later.seq == trace::kNoSeq ||
        later.thread == wait.thread || later.seq > next_stamp ||
        !SameProcess(later.thread, wait.thread)) {
      continue;
    }
    const uint32_t hop = AddUnknown(wait.hop, Hop::How::kObject, "");
    if (hop == kNoNumber) return;
    hops_[hop].has_event = true;
    hops_[hop].event = later;
    hops_[hop].perhaps = true;
    hops_[hop].remark =
        absl::StrCat("thread ", later.thread, " stored it between two calls of thread ",
                     wait.thread, ": which was first is not recorded");
  }
}

void WhySearch::Issue(Recipe& recipe, Wait wait) {
  if (recipe.has_object && wait.fold == kNoNumber) AddConcurrent(recipe, wait);
  wait.serial = hops_[wait.hop].serial;
  if (recipe.alternatives.empty()) return GiveUp(recipe, wait);
  if (recipe.number >= waits_.size()) waits_.resize(recipe.number + 1);
  const bool is_new = std::find(called_.begin(), called_.end(), recipe.number) == called_.end();
  if (!recipe.called.empty() && is_new) called_.push_back(recipe.number);
  waits_[recipe.number].push_back(wait);
  ++calls_[wait.call];
  ++open_;
}

void WhySearch::AskCaller(const ShortEvent& event, const Wait& common) {
  if (event.depth == 0 || event.call == trace::kNoCall) {
    if (common.fold != kNoNumber) return;
    AddUnknown(common.hop, Hop::How::kArgument,
               event.call == trace::kNoCall
                   ? "its call began before the recording did"
                   : absl::StrCat("thread ", event.thread,
                                  " was in no recorded function: what called it is not known"));
    return;
  }
  const Next& next = next_[event.thread][event.depth - 1];
  if (next.node == kNoNumber) {
    if (common.fold == kNoNumber) {
      AddUnknown(common.hop, Hop::How::kArgument, "who called it is not recorded");
    }
    return;
  }
  const uint64_t function = reader_.nodes()[event.node].function_id;
  const auto later = next.later_calls.find(function);
  parameters_.push_back({.hop = common.hop,
                         .fold = common.fold,
                         .generation = common.generation,
                         .node = event.node,
                         .thread = event.thread,
                         .depth = event.depth,
                         .call = event.call,
                         .caller = next.call,
                         .caller_node = next.node,
                         .is_next = next.is_next,
                         .later_calls = later == next.later_calls.end() ? 0 : later->second});
  ++open_;
}

void WhySearch::FindCallers(const ShortEvent& event) {
  for (size_t i = 0; i < parameters_.size();) {
    const Parameter parameter = parameters_[i];
    if (event.seq > parameter.call) {
      ++i;
      continue;
    }
    parameters_[i] = parameters_.back();
    parameters_.pop_back();
    FoundCaller(parameter);
    --open_;
  }
}

void WhySearch::FoundCaller(const Parameter& parameter) {
  const Node& caller = reader_.nodes()[parameter.caller_node];
  const trace::Function& callee = *reader_.nodes()[parameter.node].function;
  const Node* next = parameter.is_next ? &caller : nullptr;
  size_t candidates = 0;
  const CallSite* site = FindCallSite(recipes_.CallsFrom(caller.function_id), callee, next,
                                      parameter.later_calls, reader_.graph(), candidates);
  if (site == nullptr) {
    if (parameter.fold != kNoNumber) return;
    AddUnknown(parameter.hop, Hop::How::kArgument,
               candidates > 1
                   ? absl::StrCat("which of ", candidates, " calls in ", caller.function->name,
                                  "() it was is not recorded; --scope-level=all records it")
                   : absl::StrCat(caller.function->name,
                                  "() calls it through code that is not recorded, or a pointer"));
    return;
  }
  const int index = recipes_.ParameterOf(parameter.node);
  Wait wait = {.hop = parameter.hop,
               .how = Hop::How::kArgument,
               .thread = parameter.thread,
               .depth = parameter.depth - 1,
               .call = parameter.caller,
               .count = 1};
  if (parameter.fold != kNoNumber) {
    wait.fold = parameter.fold;
    wait.turn_of = parameter.node;
    wait.generation = parameter.generation;
  }
  wait.site = site;
  hops_[parameter.hop].site = site;
  for (const auto& [position, recipe] : site->arguments) {
    if (static_cast<int>(position) != index) continue;
    wait.slot = ++slots_;
    wait.count = recipe->count;
    Issue(*recipe, wait);
    IssueArms(*recipe, wait);
  }
}

std::string WhySearch::Missing(const Recipe& recipe, const Wait& wait) const {
  if (wait.gap > 0) {
    return absl::StrCat(wait.gap, " events of thread ", wait.thread, " are missing here");
  }
  if (!recipe.called.empty()) {
    return recipe.alternatives.empty() ? absl::StrCat("what ", recipe.called,
                                                      "() returned is not recorded: it is not "
                                                      "compiled with scope, or has no node")
                                       : absl::StrCat("what ", recipe.called,
                                                      "() returned is not recorded: it is switched "
                                                      "off or left out; -F '",
                                                      LastPart(recipe.called), "' records it");
  }
  std::vector<std::string> names;
  for (const Recipe::Alternative& way : recipe.alternatives) {
    const Node& node = reader_.nodes()[way.node];
    if (!node.name.empty() && std::find(names.begin(), names.end(), node.name) == names.end()) {
      names.push_back(node.name);
    }
  }
  if (names.empty()) {
    return "written by code that is not recorded, through a pointer, or before the recording";
  }
  if (recipe.has_object && !recipe.outside) {
    return absl::StrCat(absl::StrJoin(names, " or "),
                        " has no recorded value before: it is what it was initialised with, or "
                        "written by code that is not recorded");
  }
  if (recipe.outside) {
    return absl::StrCat(absl::StrJoin(names, " or "),
                        " has no recorded value before: written by code that is not recorded, or "
                        "through a pointer");
  }
  return absl::StrCat(absl::StrJoin(names, " or "),
                      " has no recorded value in this call: it is switched off or left out; -V '",
                      names[0], "' records it");
}

}  // namespace scope::analysis
