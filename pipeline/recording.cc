#include "pipeline/recording.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <mutex>

#include "absl/strings/str_cat.h"
#include "pipeline/child.h"
#include "pipeline/graph.h"
#include "pipeline/notes.h"
#include "pipeline/session.h"
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
  Recording(const RecordOptions& options, Session& session, TraceFile& file, Child& child)
      : options_(options),
        session_(session),
        selection_(options.function_globs, options.variable_globs, options.starts_off),
        child_(child),
        budget_(options.budget, options.clock),
        source_(session, selection_, child, [this] { return store_.counts().batches.load(); }),
        store_(file, {.limit_bytes = LimitBytes(),
                      .stop = [this](const std::string& why) { Stop(why); },
                      .warn = [this](std::string text) { warnings_.Add(std::move(text)); }}) {
    for (const MeterChange& meter : options.meters) {
      NodeChange change;
      change.meter = meter;
      selection_.Apply(change);
    }
  }

  RecordResult Run(int64_t started_ns);
  void TakeOver(Drain::Known known) { source_.TakeOver(std::move(known)); }
  bool is_whole() const { return !store_.failed() && !store_.limit_reached(); }

 private:
  uint64_t LimitBytes() const;
  void Stop(const std::string& why);
  void Tick(int64_t started_ns);
  RecordResult Result(int64_t started_ns);

  const RecordOptions& options_;
  Session& session_;
  Selection selection_;
  Child& child_;
  Warnings warnings_;
  Budget budget_;
  Source source_;
  Store store_;
};

RecordResult Recording::Run(int64_t started_ns) {
  source_.AddNote(SessionNote(options_));
  source_.AddNote(ClockNote());
  source_.SetTold([this](const NodeChange& change, const ChangeAnswer& answer) {
    warnings_.Add(ChangeText(change, answer));
  });
  if (options_.budget > 0) {
    source_.SetBudget(&budget_, [this](std::string text) { warnings_.Add(std::move(text)); });
  }
  source_.SetTick([&] { Tick(started_ns); });
  RunGraph({.next = [&] { return source_.Next(); },
            .store =
                [&](const EncodedBatch& batch) {
                  store_(batch);
                  if (options_.budget > 0) budget_.Count(batch);
                }});
  store_.Finish(child_.exit_code(), MonotonicNs() - started_ns,
                source_.processes().DroppedWithoutRing());
  return Result(started_ns);
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

void Recording::Tick(int64_t started_ns) {
  if (!options_.progress) return;
  const Store::Counts& counts = store_.counts();
  options_.progress({.events = counts.events,
                     .dropped = counts.dropped,
                     .torn = counts.torn,
                     .trace_bytes = counts.trace_bytes,
                     .threads = source_.drain().thread_count(),
                     .processes = source_.processes().count(),
                     .elapsed_ns = MonotonicNs() - started_ns});
}

RecordResult Recording::Result(int64_t started_ns) {
  RecordResult result;
  result.exit_code = child_.exit_code();
  result.signal = child_.signal();
  result.events = store_.counts().events;
  result.dropped = store_.counts().dropped;
  result.torn = store_.counts().torn;
  result.skipped = source_.processes().meters().Skipped();
  result.dropped_without_ring = source_.processes().DroppedWithoutRing();
  result.threads = source_.drain().thread_count();
  result.processes = source_.processes().count();
  result.wall_ns = source_.ended_ns() - started_ns;
  result.recording_ns = MonotonicNs() - started_ns;
  result.trace_bytes = store_.counts().trace_bytes;
  result.limit_reached = store_.limit_reached();
  result.failure = store_.failure();
  result.no_instrumented_code =
      !source_.processes().has_modules() && source_.processes().MissingCount() == 0;
  result.losses = store_.losses();
  result.warnings = warnings_.Take();
  for (const std::string& warning : source_.processes().Warnings()) {
    result.warnings.push_back(warning);
  }
  for (const std::string& warning : source_.drain().Warnings()) result.warnings.push_back(warning);
  return result;
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
  if (absl::Status status = PrepareTraceFolder(options.directory); !status.ok()) return status;
  const absl::StatusOr<std::unique_ptr<TraceFile>> file =
      TraceFile::Create(options.directory + "/" SCOPE_TRACE_FILE);
  if (!file.ok()) return file.status();
  Child none = Child::None();
  Recording recording(adopted, **session, **file, none);
  recording.TakeOver(std::move(known));
  RecordResult result = recording.Run(MonotonicNs());
  if (recording.is_whole()) RemoveSession(folder);
  return result;
}

absl::StatusOr<RecordResult> Record(const RecordOptions& options) {
  if (absl::Status status = Check(options); !status.ok()) return status;
  const absl::StatusOr<std::string> path = FindCommand(options.command.front());
  if (!path.ok()) return path.status();
  if (absl::Status status = PrepareTraceFolder(options.directory); !status.ok()) return status;
  const absl::StatusOr<std::unique_ptr<TraceFile>> file =
      TraceFile::Create(options.directory + "/" SCOPE_TRACE_FILE);
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
  return Recording(options, **session, **file, *child).Run(started_ns);
}

}  // namespace scope::pipeline
