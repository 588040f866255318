#include "pipeline/recorder.h"

#include <sys/resource.h>
#include <time.h>

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "pipeline/graph.h"
#include "pipeline/notes.h"
#include "pipeline/quarantine.h"
#include "pipeline/shared.h"
#include "pipeline/trace_folder.h"

namespace scope::pipeline {
namespace {

std::string ChangeText(const NodeChange& change, const ChangeAnswer& answer) {
  const std::string what =
      !change.meter
          ? absl::StrCat("switched ", change.on ? "on" : "off")
          : absl::StrCat("given a ",
                         change.meter->is_rate ? "rate: " : "sampling: ", change.meter->Text());
  return absl::StrCat("change ", answer.version, ": ", answer.changed, " of ", answer.nodes,
                      " nodes were ", what, answer.reason.empty() ? "" : "; ", answer.reason);
}

int64_t NowNs(clockid_t clock) {
  timespec now;
  clock_gettime(clock, &now);
  return int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

int64_t UnixNs() { return NowNs(CLOCK_REALTIME); }

uint64_t CpuNs() { return static_cast<uint64_t>(NowNs(CLOCK_PROCESS_CPUTIME_ID)); }

}  // namespace

Recorder::Recorder(const RecordOptions& options, Session& session, TraceFile* file, Child& child,
                   int64_t started_ns)
    : options_(options),
      started_ns_(started_ns),
      started_unix_ns_(UnixNs()),
      started_cpu_ns_(CpuNs()),
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
    flight_recorder_.emplace(options, started_ns, started_unix_ns_);
    flight_recorder_->Serve(source_);
  } else {
    store_.emplace(
        *file,
        Store::Options{.limit_bytes = LimitBytes(),
                       .stop = [this](const std::string& why) { Stop(why); },
                       .warn = [this](std::string text) { warnings_.Add(std::move(text)); }});
  }
}

absl::Status Recorder::Ask(Attachment& attachment) {
  attachment_ = &attachment;
  source_.SetLeave([this] { Leave(); });
  return attachment.Ask(session_.folder(), selection_);
}

void Recorder::LookAtAttachment() {
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

void Recorder::Leave() {
  if (child_.HasEnded()) return;
  source_.SwitchAllOff();
  attachment_->Release();
  child_.Leave();
}

RecordResult Recorder::Run() {
  source_.AddNote(SessionNote(options_, started_unix_ns_));
  source_.AddNote(ClockNote());
  source_.SetTold([this](const NodeChange& change, const ChangeAnswer& answer) {
    warnings_.Add(ChangeText(change, answer));
  });
  if (options_.budget > 0) {
    source_.SetBudget(&budget_, [this](std::string text) { warnings_.Add(std::move(text)); });
  }
  source_.SetWorkers(options_.workers);
  source_.SetTick([&] { Tick(); });
  RunGraph({.next = [&] { return source_.Next(); },
            .encoders = {.make = nullptr,
                         .put_aside = [this](const Batch& batch,
                                             const std::string& why) { PutAside(batch, why); },
                         .metrics = &session_.metrics()},
            .store =
                [&](EncodedBatch& batch) {
                  if (options_.budget > 0) budget_.Count(batch);
                  Put(batch);
                }});
  RecordResult result;
  Finish(result);
  CountAll();
  Fill(result);
  return result;
}

void Recorder::PutAside(const Batch& batch, const std::string& why) {
  const auto path = options_.keep.on ? absl::FailedPreconditionError("a window is kept, no trace")
                                     : WriteQuarantine(options_.directory, batch, why);
  failures_.Add(absl::StrCat(batch.records.size(), " events could not be stored: ", why, "; ",
                             path.ok() ? absl::StrCat("they are in ", *path)
                                       : absl::StrCat("they are lost: ", path.status().message())));
}

void Recorder::Put(EncodedBatch& batch) {
  if (store_.has_value()) {
    (*store_)(batch);
  } else {
    (*flight_recorder_)(batch);
  }
}

void Recorder::Finish(RecordResult& result) {
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
  result.snapshots = flight_recorder_->Finish(child_, ending);
  source_.AnswerSnapshot();
  for (const WrittenSnapshot& written : result.snapshots) {
    result.trace_bytes += written.trace_bytes;
    if (written.failure.empty()) continue;
    warnings_.Add(absl::StrCat("snapshot ", written.number, " is not whole: ", written.failure));
  }
  if (flight_recorder_->missed() > 0) {
    warnings_.Add(absl::StrCat(flight_recorder_->missed(), " more triggers wrote nothing: at most ",
                               options_.keep.SnapshotsMax(),
                               " snapshots, one a second (--snapshots)"));
  }
}

uint64_t Recorder::LimitBytes() const {
  if (options_.limit_bytes != 0) return options_.limit_bytes;
  const uint64_t free = FreeDiskBytes(options_.directory);
  return free == ~uint64_t{0} ? free : std::max<uint64_t>(free / 4, 1);
}

// What the writers emit from now on is dropped and counted by them.
void Recorder::Stop(const std::string& why) {
  session_.SetState(kScopeSessionStopped);
  if (!why.empty()) failures_.Add(why);
}

void Recorder::CountAll() {
  Metrics& metrics = session_.metrics();
  const Accounts::Counts& counts = accounts().counts();
  metrics.Set(kScopeMetricElapsed, static_cast<uint64_t>(MonotonicNs() - started_ns_));
  metrics.Set(kScopeMetricEvents, counts.events);
  metrics.Set(kScopeMetricDropped, counts.dropped);
  metrics.Set(kScopeMetricTorn, counts.torn);
  metrics.Set(kScopeMetricTraceBytes, counts.trace_bytes);
  metrics.Set(kScopeMetricSkipped, source_.processes().meters().Skipped());
  metrics.Set(kScopeMetricDroppedWithoutRing, source_.processes().DroppedWithoutRing());
  metrics.Set(kScopeMetricProcesses, source_.processes().count());
  metrics.Set(kScopeMetricThreads, source_.drain().thread_count());
  metrics.Set(kScopeMetricRings, source_.drain().streams().size());
  metrics.Set(kScopeMetricWorkersNow, source_.drain().workers());
  metrics.Set(kScopeMetricWorkerRestarts, source_.drain().restarts());
  metrics.Set(kScopeMetricWriterWait, source_.drain().writer_wait_ns());
  metrics.Set(kScopeMetricCpu, CpuNs() - started_cpu_ns_);
  rusage usage;
  if (getrusage(RUSAGE_SELF, &usage) != 0) return;
  metrics.Set(kScopeMetricMemory, static_cast<uint64_t>(usage.ru_maxrss) * 1024);
}

void Recorder::Tick() {
  LookAtAttachment();
  CountAll();
  if (flight_recorder_.has_value()) flight_recorder_->Tick(source_);
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

void Recorder::Fill(RecordResult& result) {
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
  result.metrics = session_.metrics().Read();
  const uint64_t leases =
      result.metrics[kScopeMetricLeasesEncode] + result.metrics[kScopeMetricLeasesStore];
  if (leases > 0) failures_.Add(absl::StrCat(leases, " batches were never given back"));
  result.failures = failures_.Take();
  result.warnings = warnings_.Take();
  for (const std::string& warning : source_.processes().Warnings()) {
    result.warnings.push_back(warning);
  }
  for (const std::string& warning : source_.drain().Warnings()) result.warnings.push_back(warning);
}

}  // namespace scope::pipeline
