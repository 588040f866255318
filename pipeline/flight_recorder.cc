#include "pipeline/flight_recorder.h"

#include <signal.h>
#include <string.h>

#include <atomic>

#include "absl/strings/str_cat.h"
#include "pipeline/shared.h"

namespace scope::pipeline {
namespace {

std::atomic<bool> g_signalled{false};
struct sigaction g_old_action;

void OnSignal(int) { g_signalled.store(true); }

std::string EndText(const Child& child) {
  if (child.was_left()) return "exit: the program was left";
  if (child.is_foreign()) return "exit: the program has ended, nobody knows how";
  if (child.signal() == 0) return absl::StrCat("exit: the program ended with ", child.exit_code());
  return absl::StrCat("crash: the program was killed by signal ", child.signal(), " (",
                      strsignal(child.signal()), ")");
}

}  // namespace

SnapshotSignal::SnapshotSignal(int signal) : signal_(signal) {
  if (signal_ == 0) return;
  g_signalled.store(false);
  struct sigaction action = {};
  action.sa_handler = OnSignal;
  action.sa_flags = SA_RESTART;
  sigaction(signal_, &action, &g_old_action);
}

SnapshotSignal::~SnapshotSignal() {
  if (signal_ != 0) sigaction(signal_, &g_old_action, nullptr);
}

FlightRecorder::FlightRecorder(const RecordOptions& options, int64_t started_ns,
                               int64_t started_unix_ns)
    : options_(options.keep),
      snapshots_(options, started_unix_ns),
      watch_(options.keep, [this] { return snapshots_.pending(); }),
      keep_(options.keep, started_ns, snapshots_) {}

void FlightRecorder::Serve(Source& source) {
  source.SetSee([this](Batch& batch, int64_t now_ns) { watch_.See(batch, now_ns); });
  source.SetFindSnapshot([this](uint32_t request) { return snapshots_.Find(request); });
}

void FlightRecorder::Tick(Source& source) {
  if (!g_signalled.exchange(false) || !watch_.MayFire(MonotonicNs())) return;
  source.WantSnapshot({.cause = absl::StrCat("signal:", sigabbrev_np(options_.signal)),
                       .directory = "",
                       .request = 0});
}

std::vector<WrittenSnapshot> FlightRecorder::Finish(const Child& child, const Ending& ending) {
  const bool may_be_crash = child.signal() != 0 || (child.is_foreign() && !child.was_left());
  if (may_be_crash || options_.at_exit) {
    keep_.Finish({.cause = EndText(child), .directory = "", .request = 0}, ending);
  }
  keep_.Close();
  return snapshots_.Finish();
}

}  // namespace scope::pipeline
