#include "pipeline/recording.h"

#include <errno.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <memory>
#include <mutex>
#include <optional>

#include "absl/strings/str_cat.h"
#include "pipeline/attachment.h"
#include "pipeline/child.h"
#include "pipeline/flight_recorder.h"
#include "pipeline/graph.h"
#include "pipeline/notes.h"
#include "pipeline/session.h"
#include "pipeline/session_list.h"
#include "pipeline/shared.h"
#include "pipeline/source.h"
#include "pipeline/stages/store.h"
#include "pipeline/stale_sessions.h"
#include "pipeline/trace_file.h"
#include "pipeline/trace_folder.h"

namespace scope::pipeline {
namespace {

absl::Status Check(const RecordOptions& options) {
  if (options.command.empty()) return absl::InvalidArgumentError("there is no command to record");
  if (!std::has_single_bit(options.ring_bytes) || options.ring_bytes < SCOPE_RING_BYTES_MIN ||
      options.ring_bytes > SCOPE_RING_BYTES_MAX) {
    return absl::InvalidArgumentError(
        absl::StrCat("a ring of ", options.ring_bytes, " bytes: it must be a power of two from ",
                     SCOPE_RING_BYTES_MIN, " to ", uint64_t{SCOPE_RING_BYTES_MAX}));
  }
  return absl::OkStatus();
}

std::string ChangeText(const NodeChange& change, const ChangeAnswer& answer) {
  const std::string what =
      !change.meter
          ? absl::StrCat("switched ", change.on ? "on" : "off")
          : absl::StrCat("given a ",
                         change.meter->is_rate ? "rate: " : "sampling: ", change.meter->Text());
  return absl::StrCat("change ", answer.version, ": ", answer.changed, " of ", answer.nodes,
                      " nodes were ", what, answer.reason.empty() ? "" : "; ", answer.reason);
}

int64_t UnixNs() {
  timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  return int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

// Warnings come from several threads.
class Warnings {
 public:
  void Add(std::string text) {
    const std::lock_guard<std::mutex> lock(mutex_);
    texts_.push_back(std::move(text));
  }
  std::vector<std::string> Take() {
    const std::lock_guard<std::mutex> lock(mutex_);
    return std::move(texts_);
  }

 private:
  std::mutex mutex_;
  std::vector<std::string> texts_;
};

class Recording {
 public:
  // `file`: null when a window is kept.
  Recording(const RecordOptions& options, Session& session, TraceFile* file, Child& child,
            int64_t started_ns)
      : options_(options),
        started_ns_(started_ns),
        session_(session),
        selection_(options.function_globs, options.variable_globs, options.starts_off),
        child_(child),
        budget_(options.budget, options.clock),
        source_(session, selection_, child, [this] { return accounts().counts().batches.load(); }) {
    for (const MeterChange& meter : options.meters) {
      NodeChange change;
      change.meter = meter;
      selection_.Apply(change);
    }
    if (file == nullptr) {
      recorder_.emplace(options, started_ns, started_unix_ns_);
      recorder_->Serve(source_);
    } else {
      store_.emplace(
          *file,
          Store::Options{.limit_bytes = LimitBytes(),
                         .stop = [this](const std::string& why) { Stop(why); },
                         .warn = [this](std::string text) { warnings_.Add(std::move(text)); }});
    }
  }

  RecordResult Run();
  // The program runs already: it is asked now, and looked after while it is recorded.
  absl::Status Ask(Attachment& attachment);
  // Why it did not join.
  const absl::Status& refusal() const { return refusal_; }
  void TakeOver(Drain::Known known) { source_.TakeOver(std::move(known)); }
  bool is_whole() const { return !store_->failed() && !store_->limit_reached(); }

 private:
  uint64_t LimitBytes() const;
  void Stop(const std::string& why);
  void Tick();
  void LookAtAttachment();
  void Leave();
  void Put(EncodedBatch& batch);
  void Finish(RecordResult& result);
  void Fill(RecordResult& result);
  Accounts& accounts() { return store_.has_value() ? *store_ : recorder_->accounts(); }

  const RecordOptions& options_;
  const int64_t started_ns_;
  const int64_t started_unix_ns_ = UnixNs();
  Session& session_;
  Selection selection_;
  Child& child_;
  Warnings warnings_;
  Budget budget_;
  Source source_;
  std::optional<Store> store_;  // one of the two
  std::optional<FlightRecorder> recorder_;
  Attachment* attachment_ = nullptr;
  absl::Status refusal_;
};

absl::Status Recording::Ask(Attachment& attachment) {
  attachment_ = &attachment;
  source_.SetLeave([this] { Leave(); });
  return attachment.Ask(session_.folder(), selection_);
}

void Recording::LookAtAttachment() {
  if (attachment_ == nullptr || child_.HasEnded()) return;
  if (attachment_->IsAnotherProgram()) {
    warnings_.Add(absl::StrCat("process ", child_.pid(),
                               " has become another program by exec, which is not recorded"));
    Leave();
    return;
  }
  const auto state = attachment_->Look();
  if (!state.ok()) refusal_ = state.status();
  if (!state.ok() || SignalsToLeave::Came()) Leave();
}

void Recording::Leave() {
  if (child_.HasEnded()) return;
  source_.SwitchAllOff();
  attachment_->Release();
  child_.Leave();
}

RecordResult Recording::Run() {
  source_.AddNote(SessionNote(options_, started_unix_ns_));
  source_.AddNote(ClockNote());
  source_.SetTold([this](const NodeChange& change, const ChangeAnswer& answer) {
    warnings_.Add(ChangeText(change, answer));
  });
  if (options_.budget > 0) {
    source_.SetBudget(&budget_, [this](std::string text) { warnings_.Add(std::move(text)); });
  }
  source_.SetTick([&] { Tick(); });
  RunGraph({.next = [&] { return source_.Next(); },
            .store =
                [&](EncodedBatch& batch) {
                  if (options_.budget > 0) budget_.Count(batch);
                  Put(batch);
                }});
  RecordResult result;
  Finish(result);
  Fill(result);
  return result;
}

void Recording::Put(EncodedBatch& batch) {
  if (store_.has_value()) {
    (*store_)(batch);
  } else {
    (*recorder_)(batch);
  }
}

void Recording::Finish(RecordResult& result) {
  const Ending ending = {.exit_code = child_.exit_code(),
                         .recorded_ns = MonotonicNs() - started_ns_,
                         .dropped_without_ring = source_.processes().DroppedWithoutRing(),
                         .running = child_.was_left()};
  if (store_.has_value()) {
    store_->Finish(ending);
    result.trace_bytes = store_->counts().trace_bytes;
    result.limit_reached = store_->limit_reached();
    result.failure = store_->failure();
    return;
  }
  result.snapshots = recorder_->Finish(child_, ending);
  source_.AnswerSnapshot();
  for (const WrittenSnapshot& written : result.snapshots) {
    result.trace_bytes += written.trace_bytes;
    if (written.failure.empty()) continue;
    warnings_.Add(absl::StrCat("snapshot ", written.number, " is not whole: ", written.failure));
  }
  if (recorder_->missed() > 0) {
    warnings_.Add(absl::StrCat(recorder_->missed(), " more triggers wrote nothing: at most ",
                               options_.keep.snapshots_max,
                               " snapshots, one a second (--snapshots)"));
  }
}

uint64_t Recording::LimitBytes() const {
  if (options_.limit_bytes != 0) return options_.limit_bytes;
  const uint64_t free = FreeDiskBytes(options_.directory);
  return free == ~uint64_t{0} ? free : std::max<uint64_t>(free / 4, 1);
}

// What the writers emit from now on is dropped and counted by them.
void Recording::Stop(const std::string& why) {
  session_.SetState(kScopeSessionStopped);
  if (!why.empty()) warnings_.Add(why);
}

void Recording::Tick() {
  LookAtAttachment();
  if (recorder_.has_value()) recorder_->Tick(source_);
  if (!options_.progress) return;
  const Accounts::Counts& counts = accounts().counts();
  options_.progress({.events = counts.events,
                     .dropped = counts.dropped,
                     .torn = counts.torn,
                     .trace_bytes = counts.trace_bytes,
                     .threads = source_.drain().thread_count(),
                     .processes = source_.processes().count(),
                     .elapsed_ns = MonotonicNs() - started_ns_});
}

void Recording::Fill(RecordResult& result) {
  result.exit_code = child_.exit_code();
  result.signal = child_.signal();
  result.events = accounts().counts().events;
  result.dropped = accounts().counts().dropped;
  result.torn = accounts().counts().torn;
  result.skipped = source_.processes().meters().Skipped();
  result.dropped_without_ring = source_.processes().DroppedWithoutRing();
  result.threads = source_.drain().thread_count();
  result.processes = source_.processes().count();
  result.wall_ns = source_.ended_ns() - started_ns_;
  result.recording_ns = MonotonicNs() - started_ns_;
  result.no_instrumented_code =
      !source_.processes().has_modules() && source_.processes().MissingCount() == 0;
  result.losses = accounts().losses();
  result.warnings = warnings_.Take();
  for (const std::string& warning : source_.processes().Warnings()) {
    result.warnings.push_back(warning);
  }
  for (const std::string& warning : source_.drain().Warnings()) result.warnings.push_back(warning);
}

// Null when a window is kept: nothing is written until something asks for it.
absl::StatusOr<std::unique_ptr<TraceFile>> MakeTraceFile(const RecordOptions& options) {
  if (options.keep.on) return nullptr;
  if (absl::Status status = PrepareTraceFolder(options.directory); !status.ok()) return status;
  return TraceFile::Create(options.directory + "/" SCOPE_TRACE_FILE);
}

// Where each thread of an earlier trace stands. Nothing, if it cannot be read.
Drain::Known ReadKnown(const std::string& directory) {
  Drain::Known known;
  const auto reader = trace::TraceReader::Open(directory);
  if (!reader.ok()) return known;
  std::vector<uint64_t> next((*reader)->threads().size());
  const absl::Status status = (*reader)->ForEach({}, [&](const trace::Event& event) {
    const uint64_t count = event.node == nullptr ? event.gap_count : 1;
    if (event.thread < next.size()) next[event.thread] = event.thread_seq + count;
    return true;
  });
  if (!status.ok()) return known;
  for (const trace::Thread& thread : (*reader)->threads()) {
    known[Drain::KeyOf(thread.pid, thread.tid)] = next[thread.number];
  }
  return known;
}

}  // namespace

absl::StatusOr<RecordResult> Recover(const std::string& folder, const RecordOptions& options) {
  GuardMappedFiles();
  std::string earlier;
  {
    const auto control = MappedFile::Open(absl::StrCat(folder, "/control"), sizeof(scope_session),
                                          2 * sizeof(scope_session));
    if (!control.ok()) return control.status();
    const auto& shared = (*control)->As<scope_session>();
    earlier.assign(shared.trace, strnlen(shared.trace, sizeof(shared.trace)));
  }
  absl::StatusOr<std::unique_ptr<Session>> session = Session::Adopt(folder, options.directory);
  if (!session.ok()) return session.status();
  (*session)->Keep();
  Drain::Known known = ReadKnown(earlier);
  RecordOptions adopted = options;
  const scope_session& shared = (*session)->shared();
  adopted.on_full = static_cast<scope_on_full>(shared.on_full);
  adopted.clock = static_cast<scope_clock>(shared.clock);
  adopted.clock_source = static_cast<scope_clock_source>(shared.clock_source);
  adopted.ring_bytes = shared.ring_bytes;
  const absl::StatusOr<std::unique_ptr<TraceFile>> file = MakeTraceFile(options);
  if (!file.ok()) return file.status();
  Child none = Child::None();
  Recording recording(adopted, **session, file->get(), none, MonotonicNs());
  recording.TakeOver(std::move(known));
  RecordResult result = recording.Run();
  if (recording.is_whole()) RemoveSession(folder);
  return result;
}

absl::StatusOr<RecordResult> Attach(uint32_t pid, const RecordOptions& wanted) {
  GuardMappedFiles();
  const SignalsToLeave signals;
  for (const ListedSession& listed : ListSessions()) {
    if (!listed.has_collector || !listed.HasPid(pid)) continue;
    return absl::FailedPreconditionError(absl::StrCat("process ", pid, " is already recorded by ",
                                                      "process ", listed.collector_pid));
  }
  auto attachment = Attachment::Find(pid, wanted.runtime_path);
  if (!attachment.ok()) return attachment.status();
  RecordOptions options = wanted;
  options.command = {(*attachment)->executable()};
  if (absl::Status status = Check(options); !status.ok()) return status;
  const absl::StatusOr<std::unique_ptr<Session>> session = Session::Create(options);
  if (!session.ok()) return session.status();
  (*session)->shared().attached_pid = pid;
  const std::string link = (*session)->folder() + "/" SCOPE_ATTACH_RUNTIME;
  if (symlink(options.runtime_path.c_str(), link.c_str()) != 0) {
    return absl::UnavailableError(absl::StrCat(link, ": ", std::strerror(errno)));
  }
  const absl::StatusOr<std::unique_ptr<TraceFile>> file = MakeTraceFile(options);
  if (!file.ok()) return file.status();
  if (options.trace_made) options.trace_made();
  Child child = Child::Foreign(pid);
  Recording recording(options, **session, file->get(), child, MonotonicNs());
  if (absl::Status status = recording.Ask(**attachment); !status.ok()) return status;
  if (options.attached) options.attached();
  RecordResult result = recording.Run();
  if (!recording.refusal().ok()) return recording.refusal();
  return result;
}

absl::StatusOr<RecordResult> Record(const RecordOptions& options) {
  if (absl::Status status = Check(options); !status.ok()) return status;
  const absl::StatusOr<std::string> path = FindCommand(options.command.front());
  if (!path.ok()) return path.status();
  const absl::StatusOr<std::unique_ptr<TraceFile>> file = MakeTraceFile(options);
  if (!file.ok()) return file.status();
  const absl::StatusOr<std::unique_ptr<Session>> session = Session::Create(options);
  if (!session.ok()) return session.status();
  GuardMappedFiles();
  if (options.trace_made) options.trace_made();
  SignalsForChild signals;
  const int64_t started_ns = MonotonicNs();
  std::vector<std::pair<std::string, std::string>> environment = options.environment;
  environment.emplace_back(SCOPE_ENV_SESSION, (*session)->folder());
  environment.emplace_back(SCOPE_ENV_RUNTIME, options.runtime_path);
  absl::StatusOr<Child> child = Child::Start(*path, options.command, environment);
  if (!child.ok()) return child.status();
  signals.SetChild(child->pid());
  return Recording(options, **session, file->get(), *child, started_ns).Run();
}

}  // namespace scope::pipeline
