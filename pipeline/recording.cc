#include "pipeline/recording.h"

#include <errno.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <memory>

#include "absl/strings/str_cat.h"
#include "pipeline/attachment.h"
#include "pipeline/child.h"
#include "pipeline/recorder.h"
#include "pipeline/session.h"
#include "pipeline/session_list.h"
#include "pipeline/shared.h"
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
  Recorder recorder(adopted, **session, file->get(), none, MonotonicNs());
  recorder.TakeOver(std::move(known));
  RecordResult result = recorder.Run();
  if (recorder.is_whole()) RemoveSession(folder);
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
  const SnapshotSignal snapshot_signal(options.keep.signal);
  if (options.trace_made) options.trace_made();
  Child child = Child::Foreign(pid);
  Recorder recorder(options, **session, file->get(), child, MonotonicNs());
  if (absl::Status status = recorder.Ask(**attachment); !status.ok()) return status;
  if (options.attached) options.attached();
  RecordResult result = recorder.Run();
  if (!recorder.refusal().ok()) return recorder.refusal();
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
  const SnapshotSignal snapshot_signal(options.keep.signal);
  const int64_t started_ns = MonotonicNs();
  std::vector<std::pair<std::string, std::string>> environment = options.environment;
  environment.emplace_back(SCOPE_ENV_SESSION, (*session)->folder());
  environment.emplace_back(SCOPE_ENV_RUNTIME, options.runtime_path);
  absl::StatusOr<Child> child = Child::Start(*path, options.command, environment);
  if (!child.ok()) return child.status();
  signals.SetChild(child->pid());
  return Recorder(options, **session, file->get(), *child, started_ns).Run();
}

}  // namespace scope::pipeline
