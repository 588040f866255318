// why_search.h - finds the events that made a value, while the trace goes by backwards.
//
// Path:    backward.h, recipes.h -> THIS -> why.cc
// Threads: one.
// Fails:   never; what is not found becomes a hop without an event.
//
// A wait is a value that has not been found yet: it looks for the last of some nodes' events, in
// the call (or thread, or anywhere) where they must have happened. An event that answers a wait
// becomes a hop and issues the waits for its own values. When a node comes back for the third time
// on one path, it is a turn of a loop (or a recursion): from then on turns are only counted, and
// what stays is what the first of them was made from.

#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "scope/analysis/why.h"
#include "sdk/analysis/backward.h"
#include "sdk/analysis/recipes.h"

namespace scope::analysis {

// Removes without keeping the order.
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

class WhySearch {
 public:
  struct Found {
    Hop::How how = Hop::How::kAsked;
    uint32_t parent = kNoNumber;
    std::vector<uint32_t> children;
    bool has_event = false;
    ShortEvent event = {};
    std::string remark;
    bool perhaps = false;
    uint64_t more = 0;
    bool more_are_calls = false;
    uint64_t missing = 0;  // events, among those turns
    uint32_t same_as = kNoNumber;
    bool cut = false;
    const CallSite* site = nullptr;  // of an argument
    bool dead = false;
    bool provisional = false;  // a value of a turn: gone when an earlier turn takes over
    uint64_t serial = 0;       // places of dead hops are used again
    uint64_t same_serial = 0;
    uint64_t slot = 0;
    uint32_t depth = 0;
    uint32_t folds = kNoNumber;  // the number of the turns that it counts
  };

  WhySearch(const trace::TraceReader& reader, const WhyOptions& options, uint64_t asked_seq);

  // What called the asked event's call, where no event behind it shows that: the call at a depth,
  // and one of its nodes.
  void SetCaller(uint32_t thread, uint32_t depth, uint64_t call, uint32_t node);

  // The next event, backwards. False: everything is found.
  bool Visit(const ShortEvent& event);
  // The trace has no more events.
  void Finish();

  const std::vector<Found>& hops() const { return hops_; }

 private:
  struct Wait {
    uint32_t hop;
    Hop::How how;
    uint32_t thread;
    uint32_t depth;
    uint64_t call;
    uint32_t count;                // answers that are left
    uint64_t serial = 0;           // of the hop
    uint32_t fold = kNoNumber;     // a value of its turns
    uint32_t turn_of = kNoNumber;  // which node's turn asked, and in which generation
    uint32_t generation = 0;
    uint64_t slot = 0;
    uint64_t gap = 0;  // events of the thread that were missed since it waits
    const CallSite* site = nullptr;
    int32_t taken = -1;  // an arm: drop `slot` unless the condition was this
    bool answered = false;
  };
  // A parameter that looks for its caller.
  struct Parameter {
    uint32_t hop;
    uint32_t fold;
    uint32_t generation;
    uint32_t node;
    uint32_t thread;
    uint32_t depth;
    uint64_t call;
    uint64_t caller;  // its call, and the node of its next event after this one
    uint32_t caller_node;
    bool is_next;          // false: the node is only one of the caller's
    uint64_t later_calls;  // of the same function, between this one and that event
  };
  // What is known of a thread at one depth, looking back: the event that came next.
  struct Next {
    uint64_t call = trace::kNoSeq;
    uint32_t node = kNoNumber;                 // none: there is no such event
    bool is_next = false;                      // false: `node` is only one of the call's
    std::map<uint64_t, uint64_t> later_calls;  // by function, since then
  };
  struct Fold {
    uint32_t hop;
    uint32_t node;
    std::vector<uint32_t> cycle;
    std::map<uint32_t, uint32_t> generations;  // by node of the cycle
    struct Exit {
      uint32_t hop;
      uint32_t node;
      uint32_t generation;
      uint64_t serial;
    };
    std::vector<Exit> exits;
    uint64_t last_seq = trace::kNoSeq;
    uint64_t last_call = trace::kNoCall;
  };
  struct Match {
    Recipe* recipe;
    Wait wait;
    Where where;
    bool of_some;
  };

  void Track(const ShortEvent& event);
  void FindCallers(const ShortEvent& event);
  void CollectMatches(const ShortEvent& event);
  void Answer(const Match& match, const ShortEvent& event);
  void AnswerArm(const Match& match, const ShortEvent& event);
  void AddTurn(uint32_t fold, const ShortEvent& event);
  uint32_t NewHop(uint32_t parent, Hop::How how);
  uint32_t AddHop(const Match& match, const ShortEvent& event);
  void SetSame(uint32_t hop, uint32_t other);
  void AddExit(const Wait& wait, uint32_t hop);
  uint32_t AddUnknown(uint32_t parent, Hop::How how, std::string remark);
  bool StartsFold(uint32_t parent, const ShortEvent& event) const;
  uint32_t StartFold(uint32_t hop, const ShortEvent& event);
  void Expand(uint32_t hop, const ShortEvent& event, uint32_t fold);
  void Issue(Recipe& recipe, Wait wait);
  void AddConcurrent(const Recipe& recipe, const Wait& wait);
  void IssueArms(const Recipe& recipe, const Wait& wait);
  void Ask(const ShortEvent& event, const Wait& common);
  void AskCaller(const ShortEvent& event, const Wait& common);
  void FoundCaller(const Parameter& parameter);
  void EndWaits(const ShortEvent& enter);
  void CloseCalls(const ShortEvent& event);
  void GiveUp(const Recipe& recipe, const Wait& wait);
  void Kill(uint32_t hop);
  void DropSlot(uint64_t slot);
  void DropTurns(uint32_t fold, uint32_t node, uint32_t before);
  template <typename Drop>
  void RemoveWaits(const Drop& drop) {
    for (auto& waits : waits_) {
      RemoveIf(waits, [&](const Wait& wait) {
        if (!drop(wait)) return false;
        if (--calls_[wait.call] == 0) calls_.erase(wait.call);
        --open_;
        return true;
      });
    }
  }
  std::string Missing(const Recipe& recipe, const Wait& wait) const;
  bool IsInside(uint32_t node, uint32_t outer) const;
  bool SameProcess(uint32_t a, uint32_t b) const;  // threads
  bool IsAlive(const Fold::Exit& exit) const;
  bool IsAlive(const Wait& wait) const;

  const trace::TraceReader& reader_;
  const WhyOptions options_;
  const uint64_t asked_seq_;
  Recipes recipes_;
  std::vector<Found> hops_;
  std::vector<uint32_t> free_hops_;
  std::vector<uint32_t> free_folds_;
  uint64_t serials_ = 0;
  std::vector<std::vector<Wait>> waits_;  // by recipe
  std::vector<uint32_t> called_;          // the recipes of what calls return, that were waited for
  uint64_t open_ = 0;                     // waits and parameters
  std::vector<Parameter> parameters_;
  std::vector<Fold> folds_;
  std::vector<Match> matches_;
  std::unordered_map<uint64_t, uint32_t> hop_of_;  // by seq
  std::unordered_map<uint64_t, uint32_t> calls_;   // calls in which somebody waits, how many do
  std::vector<std::vector<Next>> next_;            // by thread and depth
  std::vector<uint64_t> next_stamps_;              // by thread: seq of its next call or exit
  std::vector<ShortEvent> later_;                  // by node: its next event
  std::unordered_map<uint64_t, uint32_t> by_id_;   // nodes
  uint32_t turn_ = kNoNumber;                      // the fold that took the current event
  uint64_t slots_ = 0;
  uint32_t live_ = 0;
};

// Which of the calls that a function makes was the one, judged by what came next in the caller.
// Null: it cannot be told; `candidates` is how many it may have been.
const CallSite* FindCallSite(const std::vector<CallSite>& sites, const trace::Function& callee,
                             const trace::Node* next, uint64_t later_calls,
                             const trace::CodeGraph& graph, size_t& candidates);

}  // namespace scope::analysis
