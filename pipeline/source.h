// source.h - looks after the session and gives out batch after batch.
//
// Path:    session, processes, drain, sequence -> THIS -> graph
// Threads: one at a time.
// Fails:   never; warnings are kept for the end.

#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "pipeline/batches.h"
#include "pipeline/budget.h"
#include "pipeline/child.h"
#include "pipeline/keep_options.h"
#include "pipeline/nap.h"
#include "pipeline/processes.h"
#include "pipeline/session.h"
#include "pipeline/stages/drain.h"
#include "pipeline/stages/sequence.h"

namespace scope::pipeline {

class Source {
 public:
  // The recording is over when the child has ended. `stored`: how many batches are stored so far.
  Source(Session& session, Selection& selection, Child& child, std::function<uint64_t()> stored);

  // The session is taken over: it ends with its processes, and `known` was stored before.
  void TakeOver(Drain::Known known) {
    processes_.meters().Adopt();
    drain_.SetKnown(std::move(known));
    awaits_all_ = true;
  }

  // See Drain.
  void SetWorkers(size_t workers) { drain_.SetWorkers(workers); }
  void SetBeforeRead(std::function<void(uint32_t thread)> before_read) {
    drain_.SetBeforeRead(std::move(before_read));
  }
  // Notes that stand at the very beginning of the trace.
  void AddNote(Note note);
  // Each change of the switches that was asked for, and its answer.
  using Told = std::function<void(const NodeChange&, const ChangeAnswer&)>;
  void SetTold(Told told) { told_ = std::move(told); }
  // Nodes that break it are switched off; `culled` is told which, in words.
  void SetBudget(Budget* budget, std::function<void(std::string)> culled);
  // Called for each batch that is given out.
  void SetSee(std::function<void(Batch&, int64_t now_ns)> see) { see_ = std::move(see); }
  // Looks up what became of a command for a snapshot. Without it there are none.
  using FindSnapshot = std::function<std::optional<WrittenSnapshot>(uint32_t request)>;
  void SetFindSnapshot(FindSnapshot find) { find_snapshot_ = std::move(find); }
  // Called when a command asks to leave the program; without it there is no leaving.
  void SetLeave(std::function<void()> leave) { leave_ = std::move(leave); }
  // In every process; what is reported from then on is in the middle of a record at most.
  void SwitchAllOff() { processes_.Change(NodeChange()); }
  // There will be a snapshot of all that was reported before this. From the tick, or from within.
  void WantSnapshot(SnapshotWish wish);
  // Answers the command that waits for a snapshot, if it is there.
  void AnswerSnapshot();
  // Called every 100 ms or so.
  void SetTick(std::function<void()> tick) { tick_ = std::move(tick); }

  // The next batch; waits for it. Null: the recording is over, and every ring is read.
  std::unique_ptr<Batch> Next();

  const Processes& processes() const { return processes_; }
  const Drain& drain() const { return drain_; }
  int64_t ended_ns() const { return ended_ns_; }  // when the child was seen to have ended

 private:
  void Work();
  size_t Round(bool is_last);
  bool IsEnding(int64_t now_ns);
  void PutOutOpen(int64_t now_ns);
  void ForgetEnded();
  void AnswerModules(int64_t now_ns);
  void ObeyCommand();
  bool SelectsNow();
  void KeepBudget(int64_t now_ns);
  void ObeyWorkers();
  void ObeySnapshot();
  void PutOutWishes(int64_t now_ns);

  Session& session_;
  Child& child_;
  const std::function<uint64_t()> stored_;
  Processes processes_;
  Drain drain_;
  Sequence sequence_;
  Sequence::Batches ready_;
  size_t given_ = 0;  // of ready_
  std::function<void()> tick_;
  std::function<void(Batch&, int64_t)> see_;
  FindSnapshot find_snapshot_;
  std::function<void()> leave_;
  std::vector<SnapshotWish> wishes_;
  int64_t wished_ns_ = 0;
  uint32_t asked_ = 0;  // the command that waits for its snapshot
  Told told_;
  Budget* budget_ = nullptr;
  std::function<void(std::string)> culled_;
  int64_t next_verdict_ns_ = 0;
  int64_t next_tick_ns_ = 0;
  int64_t next_totals_ns_ = 0;
  int64_t next_put_out_ns_ = 0;
  size_t answers_ = 0;          // modules that get their switches ...
  uint64_t answers_after_ = 0;  // ... when so many batches are stored
  int64_t ended_ns_ = 0;
  int rounds_after_end_ = 0;
  Nap nap_;
  int64_t closed_ns_ = 0;
  bool awaits_all_ = false;
  bool is_over_ = false;
};

}  // namespace scope::pipeline
