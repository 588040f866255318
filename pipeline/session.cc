#include "pipeline/session.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <filesystem>

#include "absl/strings/str_cat.h"
#include "pipeline/shared.h"
#include "pipeline/stale_sessions.h"

namespace scope::pipeline {
namespace {

constexpr uint32_t kSelectTimeoutMs = 2000;
// Rings that wait for the collector when their threads have ended.
constexpr uint64_t kEndedRingsBytes = 64u << 20;
constexpr uint64_t kEndedRingsMin = 16;
constexpr uint64_t kEndedRingsMax = 256;

void SetTrace(scope_session& shared, const std::string& directory) {
  std::error_code error;
  const std::string absolute =
      directory.empty() ? "" : std::filesystem::absolute(directory, error).string();
  const size_t bytes = absolute.size() < sizeof(shared.trace) ? absolute.size() : 0;
  std::memcpy(shared.trace, absolute.data(), bytes);
  shared.trace[bytes] = '\0';
}

}  // namespace

absl::StatusOr<std::unique_ptr<Session>> Session::Create(const RecordOptions& options) {
  RemoveStaleSessions();
  char folder[] = "/dev/shm/scope-XXXXXXXXXXXX";
  // mkdtemp replaces the last six; the six before make the name longer to guess.
  uint64_t random = 0;
  if (getentropy(&random, sizeof(random)) != 0) random = Ticks();
  char* const digits = folder + std::strlen(folder) - 12;
  for (int i = 0; i < 6; ++i, random /= 26) digits[i] = static_cast<char>('a' + random % 26);
  if (mkdtemp(folder) == nullptr) {
    return absl::ResourceExhaustedError(
        absl::StrCat("cannot make a folder in /dev/shm: ", std::strerror(errno)));
  }
  absl::StatusOr<std::unique_ptr<MappedFile>> control =
      MappedFile::Create(absl::StrCat(folder, "/control"), sizeof(scope_session));
  if (!control.ok()) {
    RemoveSession(folder);
    return control.status();
  }
  absl::StatusOr<std::unique_ptr<CommandBox>> commands = CommandBox::Create(folder);
  if (!commands.ok()) {
    RemoveSession(folder);
    return commands.status();
  }
  std::unique_ptr<Metrics> metrics = Metrics::Create(folder);
  const int lock = LockSession(folder);
  auto& shared = (*control)->As<scope_session>();
  shared.layout = SCOPE_SESSION_LAYOUT;
  shared.ring_bytes = options.ring_bytes;
  shared.rings_ended_max = static_cast<uint32_t>(
      std::clamp(kEndedRingsBytes / options.ring_bytes, kEndedRingsMin, kEndedRingsMax));
  shared.on_full = static_cast<uint32_t>(options.on_full);
  shared.clock = static_cast<uint32_t>(options.clock);
  shared.clock_source = static_cast<uint32_t>(options.clock_source);
  SetClockSource(shared.clock_source);
  shared.block_timeout_ms = options.block_timeout_ms;
  const bool wants_all = options.function_globs.empty() && options.variable_globs.empty() &&
                         options.meters.empty() && !options.starts_off;
  shared.selects = wants_all ? 0 : 1;
  shared.select_timeout_ms = kSelectTimeoutMs;
  shared.collector_pid = static_cast<uint32_t>(getpid());
  SetTrace(shared, options.keep.on ? "" : options.directory);
  Publish(shared.state, uint32_t{kScopeSessionOpen});
  Publish(shared.magic, uint64_t{SCOPE_SESSION_MAGIC});
  return std::unique_ptr<Session>(
      new Session(folder, *std::move(control), *std::move(commands), std::move(metrics), lock));
}

absl::StatusOr<std::unique_ptr<Session>> Session::Adopt(const std::string& folder,
                                                        const std::string& directory) {
  const int lock = TryLockSession(folder);
  if (lock < 0) {
    return absl::FailedPreconditionError(absl::StrCat(folder, " is being recorded, or is gone"));
  }
  absl::StatusOr<std::unique_ptr<MappedFile>> control = MappedFile::Open(
      absl::StrCat(folder, "/control"), sizeof(scope_session), 2 * sizeof(scope_session));
  if (control.ok()) {
    auto& shared = (*control)->As<scope_session>();
    if (shared.magic != SCOPE_SESSION_MAGIC || shared.layout != SCOPE_SESSION_LAYOUT) {
      control = absl::FailedPreconditionError(
          absl::StrCat(folder, " was made by another version of scope, which must recover it"));
    }
  }
  absl::StatusOr<std::unique_ptr<CommandBox>> commands = CommandBox::Open(folder);
  absl::StatusOr<std::unique_ptr<Metrics>> metrics = Metrics::Open(folder);
  if (!control.ok() || !commands.ok() || !metrics.ok()) {
    close(lock);
    if (!control.ok()) return control.status();
    return commands.ok() ? metrics.status() : commands.status();
  }
  auto& shared = (*control)->As<scope_session>();
  for (int i = 0; i < kScopeMetricCount; ++i) {  // what they say is of the one that is gone
    (*metrics)->Set(static_cast<scope_metric>(i), 0);
  }
  SetTrace(shared, directory);
  SetClockSource(shared.clock_source);
  Publish(shared.collector_pid, static_cast<uint32_t>(getpid()));
  return std::unique_ptr<Session>(
      new Session(folder, *std::move(control), *std::move(commands), *std::move(metrics), lock));
}

Session::~Session() {
  SetState(kScopeSessionClosed);
  if (!keeps_) RemoveSession(folder_);
  if (lock_ >= 0) close(lock_);
}

std::string Session::RingPath(uint32_t number) const {
  return absl::StrCat(folder_, "/ring-", number);
}

std::string Session::ProcessPath(uint32_t number) const {
  return absl::StrCat(folder_, "/process-", number);
}

std::string Session::ModulesPath(uint32_t process, uint32_t block) const {
  return absl::StrCat(folder_, "/modules-", process, "-", block);
}

std::string Session::SwitchesPath(uint32_t process, uint32_t module) const {
  return absl::StrCat(folder_, "/switches-", process, "-", module);
}

std::string Session::DeclaredPath(uint32_t process, uint32_t block) const {
  return absl::StrCat(folder_, "/declared-", process, "-", block);
}

void Session::SetState(scope_session_state state) {
  if (Load(shared().state) < static_cast<uint32_t>(state)) {
    Publish(shared().state, static_cast<uint32_t>(state));
  }
}

void Session::ReleaseRing() const {
  __atomic_fetch_add(&shared().rings_released, 1, __ATOMIC_SEQ_CST);
}

void Session::WakeForRings() const { FutexWake(shared().rings_released); }

uint32_t Session::doorbell() const { return Load(shared().doorbell); }

void Session::AwaitDoorbell(uint32_t seen, int64_t timeout_ns) const {
  FutexWait(shared().doorbell, seen, timeout_ns);
}

}  // namespace scope::pipeline
