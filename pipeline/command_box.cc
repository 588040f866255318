#include "pipeline/command_box.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "pipeline/shared.h"
#include "scope/wire/session.h"

namespace scope::pipeline {
namespace {

constexpr int64_t kLookAgainNs = 20'000'000;

std::string PathIn(const std::string& folder) {
  return absl::StrCat(folder, "/" SCOPE_CONTROL_FILE);
}

template <size_t kSize>
std::string TextOf(const char (&text)[kSize]) {
  return std::string(text, strnlen(text, kSize));
}

template <size_t kSize>
void SetText(char (&text)[kSize], const std::string& from) {
  const size_t bytes = std::min(from.size(), kSize - 1);
  memcpy(text, from.data(), bytes);
  text[bytes] = '\0';
}

absl::StatusOr<std::string> RequestText(const NodeChange& change) {
  std::string text;
  const auto add = [&](const char* prefix, const std::string& word) {
    absl::StrAppend(&text, prefix, word, "\n");
  };
  if (change.meter) {
    add(change.meter->is_rate ? "R" : "S", change.meter->Text());
    if (text.size() < SCOPE_CONTROL_TEXT_BYTES) return text;
  }
  for (const std::string& glob : change.function_globs) add("F", glob);
  for (const std::string& glob : change.variable_globs) add("V", glob);
  for (const uint64_t id : change.node_ids) add("N", absl::StrCat(absl::Hex(id)));
  const auto lines = static_cast<size_t>(std::count(text.begin(), text.end(), '\n'));
  const size_t words =
      change.function_globs.size() + change.variable_globs.size() + change.node_ids.size();
  if (lines != words) return absl::InvalidArgumentError("a glob cannot hold the end of a line");
  if (text.size() >= SCOPE_CONTROL_TEXT_BYTES) {
    return absl::InvalidArgumentError("too many globs and nodes at a time: give fewer");
  }
  return text;
}

// Held until the answer is there: one asker at a time.
class FileLock {
 public:
  explicit FileLock(const std::string& path)
      : descriptor_(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW)) {}
  ~FileLock() {
    if (descriptor_ >= 0) close(descriptor_);
  }
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;

  bool TryFor(int64_t timeout_ns) {
    const int64_t end_ns = MonotonicNs() + timeout_ns;
    while (flock(descriptor_, LOCK_EX | LOCK_NB) != 0) {
      if (errno != EWOULDBLOCK || MonotonicNs() >= end_ns) return false;
      const uint32_t nobody_wakes_us = 0;
      FutexWait(nobody_wakes_us, 0, kLookAgainNs);
    }
    return true;
  }

 private:
  int descriptor_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<CommandBox>> CommandBox::Create(const std::string& folder) {
  absl::StatusOr<std::unique_ptr<MappedFile>> file =
      MappedFile::Create(PathIn(folder), sizeof(scope_control));
  if (!file.ok()) return file.status();
  auto& shared = (*file)->As<scope_control>();
  shared.layout = SCOPE_CONTROL_LAYOUT;
  Publish(shared.magic, uint64_t{SCOPE_CONTROL_MAGIC});
  return std::unique_ptr<CommandBox>(new CommandBox(*std::move(file)));
}

absl::StatusOr<std::unique_ptr<CommandBox>> CommandBox::Open(const std::string& folder) {
  absl::StatusOr<std::unique_ptr<MappedFile>> file =
      MappedFile::Open(PathIn(folder), sizeof(scope_control), 2 * sizeof(scope_control));
  if (!file.ok()) return file.status();
  return std::unique_ptr<CommandBox>(new CommandBox(*std::move(file)));
}

bool CommandBox::IsWaiting() const { return Load(Shared().version) != Load(Shared().answered); }

uint32_t CommandBox::version() const { return Load(Shared().version); }

uint32_t CommandBox::command() const { return Load(Shared().command); }

std::string CommandBox::text() const { return TextOf(Shared().request); }

absl::StatusOr<NodeChange> CommandBox::Read() const {
  const scope_control& shared = Shared();
  const uint32_t command = Load(shared.command);
  if (command != kScopeCommandOn && command != kScopeCommandOff && command != kScopeCommandMeter) {
    return absl::InvalidArgumentError("this scope does not know the command");
  }
  NodeChange change;
  change.on = command == kScopeCommandOn;
  const std::vector<std::string> lines =
      absl::StrSplit(TextOf(shared.request), '\n', absl::SkipEmpty());
  for (const std::string& line : lines) {
    const std::string word = line.substr(1);
    uint64_t id = 0;
    if ((line[0] == 'S' || line[0] == 'R') && command == kScopeCommandMeter) {
      const absl::StatusOr<MeterChange> meter = ParseMeterChange(word, line[0] == 'R');
      if (!meter.ok()) return meter.status();
      change.meter = *meter;
    } else if (line[0] == 'F') {
      change.function_globs.push_back(word);
    } else if (line[0] == 'V') {
      change.variable_globs.push_back(word);
    } else if (line[0] == 'N' && absl::SimpleHexAtoi(word, &id)) {
      change.node_ids.push_back(id);
    } else {
      return absl::InvalidArgumentError("the request makes no sense");
    }
  }
  return change;
}

uint32_t CommandBox::Answer(bool is_accepted, const ChangeAnswer& answer) {
  scope_control& shared = Shared();
  const uint32_t version = Load(shared.version);
  shared.answer = is_accepted ? kScopeAnswerAccepted : kScopeAnswerRejected;
  shared.processes = answer.processes;
  shared.nodes = answer.nodes;
  shared.changed = answer.changed;
  SetText(shared.reason, answer.reason);
  Publish(shared.answered, version);
  FutexWake(shared.answered);
  return version;
}

absl::StatusOr<ChangeAnswer> Ask(const std::string& folder, const NodeChange& change,
                                 int64_t timeout_ns) {
  const absl::StatusOr<std::string> text = RequestText(change);
  if (!text.ok()) return text.status();
  const scope_command command = change.meter ? kScopeCommandMeter
                                : change.on  ? kScopeCommandOn
                                             : kScopeCommandOff;
  return AskFor(folder, command, *text, timeout_ns);
}

absl::StatusOr<ChangeAnswer> AskFor(const std::string& folder, scope_command command,
                                    const std::string& text, int64_t timeout_ns) {
  const std::string path = PathIn(folder);
  const absl::StatusOr<std::unique_ptr<MappedFile>> file =
      MappedFile::Open(path, sizeof(scope_control), 2 * sizeof(scope_control));
  const absl::StatusOr<std::unique_ptr<MappedFile>> control = MappedFile::Open(
      absl::StrCat(folder, "/control"), sizeof(scope_session), 2 * sizeof(scope_session));
  if (!file.ok()) return file.status();
  if (!control.ok()) return control.status();
  auto& shared = (*file)->As<scope_control>();
  if (Load(shared.magic) != SCOPE_CONTROL_MAGIC || shared.layout != SCOPE_CONTROL_LAYOUT) {
    return absl::InvalidArgumentError(absl::StrCat(path, " is of another version of scope"));
  }
  const int64_t end_ns = MonotonicNs() + timeout_ns;
  const absl::Status late =
      absl::DeadlineExceededError(absl::StrCat("the collector of ", folder, " does not answer"));
  FileLock lock(path);
  if (!lock.TryFor(timeout_ns)) return late;
  // Of an asker that has gone; its answer is still to come.
  const uint32_t version = Load(shared.version) + 1;
  while (Load(shared.answered) != version - 1) {
    if (MonotonicNs() >= end_ns) return late;
    FutexWait(shared.answered, Load(shared.answered), kLookAgainNs);
  }
  shared.command = command;
  SetText(shared.request, text);
  Publish(shared.version, version);
  auto& doorbell = (*control)->As<scope_session>().doorbell;
  __atomic_fetch_add(&doorbell, 1, __ATOMIC_SEQ_CST);
  FutexWake(doorbell);
  while (Load(shared.answered) != version) {
    if (MonotonicNs() >= end_ns) return late;
    FutexWait(shared.answered, version - 1, kLookAgainNs);
  }
  if (shared.answer != kScopeAnswerAccepted) {
    return absl::FailedPreconditionError(TextOf(shared.reason));
  }
  return ChangeAnswer{.version = version,
                      .processes = shared.processes,
                      .nodes = shared.nodes,
                      .changed = shared.changed,
                      .reason = TextOf(shared.reason)};
}

}  // namespace scope::pipeline
