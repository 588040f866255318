#include "pipeline/source.h"

#include <algorithm>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "pipeline/shared.h"

namespace scope::pipeline {
namespace {

constexpr int64_t kTickNs = 100'000'000;
constexpr int64_t kVerdictNs = 100'000'000;
constexpr int64_t kTotalsNs = 1'000'000'000;
// A batch that is not full is stored after this: so much a kill of the collector can cost. Without
// what a new process or module notes, nothing can be read at all.
constexpr int64_t kPutOutNs = 25'000'000;
constexpr int64_t kPutOutNotesNs = 2'000'000;
// So long a snapshot waits for the collector to catch up with the program.
constexpr int64_t kCatchUpNs = 200'000'000;
// With nothing to do. A writer that waits wakes us, one that drops does not.
constexpr int64_t kIdleNs = 16'000'000;
constexpr int64_t kIdleDroppingNs = 2'000'000;
constexpr int64_t kAnswerNs = 50'000;
// A round that finds fewer records than this is followed by a sleep.
constexpr size_t kBusyRecords = 1024;
// A process is found in one round, and its rings in the next.
constexpr int kRoundsAfterEnd = 2;
// How long other processes may live on when the program has ended.
constexpr int64_t kOthersLiveNs = 300'000'000;
// A process that writes on and on into a closed session is not waited for.
constexpr int64_t kLastRoundsNs = 10'000'000'000;
// After the session is closed, for writers that are in the middle of a record.
constexpr int64_t kSettleNs = 20'000'000;

void Sleep(int64_t ns) {
  const uint32_t nobody_wakes_us = 0;
  FutexWait(nobody_wakes_us, 0, ns);
}

}  // namespace

Source::Source(Session& session, Selection& selection, Child& child,
               std::function<uint64_t()> stored)
    : session_(session),
      child_(child),
      stored_(std::move(stored)),
      processes_(session, selection),
      drain_(session, processes_),
      nap_(session.shared().on_full == kScopeOnFullBlock ? kIdleNs : kIdleDroppingNs) {}

void Source::AddNote(Note note) { sequence_.open().notes.push_back(std::move(note)); }

std::unique_ptr<Batch> Source::Next() {
  while (given_ == ready_.size()) {
    ready_.clear();
    given_ = 0;
    if (is_over_) return nullptr;
    Work();
  }
  Batch& batch = *ready_[given_];
  if (see_) see_(batch, MonotonicNs());
  session_.metrics().Add(kScopeMetricBatches, 1);
  batch.lease = Lease(session_.metrics(), kScopeMetricLeasesEncode);
  return std::move(ready_[given_++]);
}

// Goes on until there is a batch, or for a while.
void Source::Work() {
  const uint32_t doorbell = session_.doorbell();
  const int64_t now_ns = MonotonicNs();
  if (closed_ns_ == 0 && IsEnding(now_ns)) {
    closed_ns_ = now_ns;
    session_.SetState(kScopeSessionClosed);
    if (!processes_.AllDead()) Sleep(kSettleNs);
  }
  const bool is_closed = closed_ns_ != 0;
  const uint32_t known = drain_.thread_count() + processes_.count();
  const size_t count = Round(is_closed);
  // More may be in the rings than a round takes, and a new process may have rings.
  const bool is_empty = !drain_.has_rings() && drain_.thread_count() + processes_.count() == known;
  is_over_ = is_closed && (is_empty || now_ns - closed_ns_ > kLastRoundsNs);
  PutOutWishes(now_ns);
  if (now_ns >= next_tick_ns_) {
    next_tick_ns_ = now_ns + kTickNs;
    if (tick_) tick_();
  }
  AnswerModules(now_ns);
  ObeyCommand();
  KeepBudget(now_ns);
  const int64_t sooner_ns = sequence_.open().notes.empty() ? 0 : kPutOutNs - kPutOutNotesNs;
  if (is_over_ || now_ns >= next_put_out_ns_ - sooner_ns) PutOutOpen(now_ns);
  if (ready_.empty() && count < kBusyRecords && !drain_.has_backlog() && !is_closed) {
    const BusyTime idle(session_.metrics(), kScopeMetricDrainIdle);
    const int64_t nap_ns = nap_.NextNs(count);
    session_.AwaitDoorbell(doorbell, answers_ == 0 ? nap_ns : kAnswerNs);
    if (session_.doorbell() != doorbell) nap_.Wake();
  }
}

void Source::AnswerModules(int64_t now_ns) {
  if (answers_ == 0 && processes_.waiting_modules() > 0) {
    answers_ = processes_.waiting_modules();
    PutOutOpen(now_ns);
    answers_after_ = sequence_.open().ticket;  // also where there was nothing to put out
  }
  if (answers_ == 0 || stored_() < answers_after_) return;
  processes_.Answer(answers_);
  answers_ = 0;
}

// A change reaches every module, those that are about to come as well: first the session selects,
// so that they ask; then all that did not ask are there, with their switches set.
void Source::ObeyCommand() {
  CommandBox& commands = session_.commands();
  if (!commands.IsWaiting()) return;
  if (commands.command() == kScopeCommandSnapshot) return ObeySnapshot();
  if (commands.command() == kScopeCommandWorkers) return ObeyWorkers();
  if (commands.command() == kScopeCommandDetach) {
    commands.Answer(
        leave_ != nullptr,
        {.reason = leave_ != nullptr
                       ? ""
                       : "the program was started by scope and is recorded to its end"});
    if (leave_) leave_();
    return;
  }
  const absl::StatusOr<NodeChange> change = commands.Read();
  if (!change.ok() || closed_ns_ != 0) {
    const std::string reason(change.ok() ? "the recording is over" : change.status().message());
    commands.Answer(false, {.reason = reason});
    return;
  }
  if (!SelectsNow()) return;  // the next round looks at the modules
  ChangeAnswer answer = processes_.Change(*change);
  answer.version = commands.Answer(answer.processes > 0 || answer.reason.empty(), answer);
  if (change->on && !change->meter && budget_ != nullptr) budget_->Forget();
  if (told_) told_(*change, answer);
}

void Source::ObeyWorkers() {
  CommandBox& commands = session_.commands();
  uint32_t workers = 0;
  if (!absl::SimpleAtoi(commands.text(), &workers) || workers < 1 || workers > kWorkersMax) {
    commands.Answer(false, {.reason = absl::StrCat("there are 1 to ", kWorkersMax, " workers")});
    return;
  }
  const size_t before = drain_.workers();
  drain_.SetWorkers(workers);
  commands.Answer(true, {.nodes = workers, .changed = before, .reason = ""});
}

void Source::ObeySnapshot() {
  CommandBox& commands = session_.commands();
  if (find_snapshot_ == nullptr || (closed_ns_ != 0 && asked_ == 0)) {
    commands.Answer(false, {.reason = find_snapshot_ == nullptr
                                          ? "everything is recorded, there is no window to write "
                                            "out: record with --keep"
                                          : "the recording is over"});
    return;
  }
  if (asked_ == commands.version()) return AnswerSnapshot();
  asked_ = commands.version();
  WantSnapshot({.cause = "scope snapshot", .directory = commands.text(), .request = asked_});
}

void Source::AnswerSnapshot() {
  if (asked_ == 0 || !session_.commands().IsWaiting()) return;
  const std::optional<WrittenSnapshot> written = find_snapshot_(asked_);
  if (!written.has_value()) return;
  const bool is_whole = written->failure.empty();
  session_.commands().Answer(is_whole,
                             {.nodes = written->events,
                              .changed = static_cast<uint64_t>(written->span_ns),
                              .reason = is_whole ? written->directory : written->failure});
  asked_ = 0;
}

void Source::WantSnapshot(SnapshotWish wish) {
  if (wishes_.empty()) wished_ns_ = MonotonicNs();
  wishes_.push_back(std::move(wish));
}

// After a round that began later than the wish, and that found the end of each ring: then all that
// was reported before is put out. A program that is always ahead is not waited for.
void Source::PutOutWishes(int64_t now_ns) {
  if (wishes_.empty() || now_ns <= wished_ns_) return;
  if (drain_.has_backlog() && now_ns - wished_ns_ < kCatchUpNs && !is_over_) return;
  sequence_.open().snapshots = std::move(wishes_);
  wishes_.clear();
  PutOutOpen(now_ns);
}

bool Source::SelectsNow() {
  if (Load(session_.shared().selects) == 0) {
    Publish(session_.shared().selects, 1u);
    return false;
  }
  return processes_.waiting_modules() == 0 && processes_.AreReady();
}

void Source::SetBudget(Budget* budget, std::function<void(std::string)> culled) {
  budget_ = budget;
  culled_ = std::move(culled);
}

void Source::KeepBudget(int64_t now_ns) {
  if (budget_ == nullptr || closed_ns_ != 0 || now_ns < next_verdict_ns_ || !SelectsNow()) return;
  next_verdict_ns_ = now_ns + kVerdictNs;
  const Modules& modules = processes_.modules();
  const Budget::Verdict verdict = budget_->Decide(now_ns, modules.origins());
  if (verdict.nodes.empty()) return;
  NodeChange change;
  change.node_ids = verdict.ids;
  const ChangeAnswer answer = processes_.Change(change);
  std::string text = absl::StrFormat("the budget of %g%% was exceeded (%.1f%%): switched off ",
                                     100 * budget_->share(), 100 * verdict.share);
  constexpr size_t kNamed = 4;
  std::vector<std::string> names;  // an entry and its exit are called the same
  for (const uint32_t node : verdict.nodes) {
    std::string name = modules.Describe(node);
    if (names.empty() || names.back() != name) names.push_back(std::move(name));
  }
  const size_t named = std::min(names.size(), kNamed);
  absl::StrAppend(&text, absl::StrJoin(names.begin(), names.begin() + named, ", "));
  if (names.size() > named) absl::StrAppend(&text, " and ", names.size() - named, " more");
  absl::StrAppend(&text, answer.reason.empty() ? "" : "; ", answer.reason);
  if (culled_) culled_(std::move(text));
}

size_t Source::Round(bool is_last) {
  Metrics& metrics = session_.metrics();
  const BusyTime busy(metrics, kScopeMetricDrainBusy);
  Sequence::Round round;
  round.is_last = is_last;
  std::vector<Note>& notes = sequence_.open().notes;
  const bool has_unloaded = processes_.NoteUnloaded();
  const size_t count = drain_.Look(is_last, round, notes);
  // After the rings: what a record's address means was registered before the record was written.
  processes_.Look(MonotonicNs(), notes);
  metrics.Add(kScopeMetricRounds, 1);
  metrics.Add(kScopeMetricRecords, count);
  if (count == 0) metrics.Add(kScopeMetricEmptyRounds, 1);
  round.nodes = processes_.nodes();
  sequence_(round, drain_.streams(), ready_);
  drain_.Retire();
  // What a batch's addresses mean is asked later, of the nodes it is put out with.
  if (has_unloaded && !drain_.has_backlog() && !is_last) {
    PutOutOpen(MonotonicNs());
    processes_.RetireUnloaded();
  }
  return count;
}

void Source::PutOutOpen(int64_t now_ns) {
  next_put_out_ns_ = now_ns + kPutOutNs;
  Batch& open = sequence_.open();
  const bool has_events = open.records.size() > 0 || !open.gaps.empty();
  if (now_ns >= next_totals_ns_ || is_over_) {
    open.notes.push_back(ClockNote());
    open.wants_totals = !is_over_ && next_totals_ns_ != 0;
    next_totals_ns_ = now_ns + kTotalsNs;
  } else if (!has_events && open.notes.empty() && open.snapshots.empty()) {
    ForgetEnded();
    return;
  }
  drain_.TakeChanges(open);
  if (open.wants_totals || is_over_) {
    if (auto note = processes_.LookAtMeters(now_ns).TakeNote()) open.notes.push_back(*note);
  }
  open.dropped_without_ring = processes_.DroppedWithoutRing();
  ready_.push_back(sequence_.TakeOpen());
  ForgetEnded();
}

// What a process's addresses mean is asked of the index that a batch is put out with.
void Source::ForgetEnded() {
  processes_.ForgetEnded(
      [&](uint32_t process, uint32_t ring_count) { return drain_.HasRingOf(process, ring_count); });
}

// True when the program and all its processes have ended, or when it is time to part.
bool Source::IsEnding(int64_t now_ns) {
  if (!child_.HasEnded()) return false;
  if (ended_ns_ == 0) ended_ns_ = now_ns;
  if (rounds_after_end_++ < kRoundsAfterEnd) return false;
  if (awaits_all_) return processes_.AllDead() && !drain_.has_rings();
  return processes_.AllDead() ? !drain_.has_rings() : now_ns - ended_ns_ > kOthersLiveNs;
}

}  // namespace scope::pipeline
