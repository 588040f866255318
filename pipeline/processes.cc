#include "pipeline/processes.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "pipeline/child.h"
#include "pipeline/live_switches.h"
#include "pipeline/shared.h"

namespace scope::pipeline {
namespace {

constexpr int64_t kLookForDeathNs = 20'000'000;
constexpr size_t kWarningsMax = 20;

template <size_t kSize>
std::string TextOf(const char (&text)[kSize]) {
  return std::string(text, strnlen(text, kSize));
}

}  // namespace

Processes::Processes(Session& session, Selection& selection)
    : session_(session),
      selection_(selection),
      meters_(session.folder()),
      plan_(selection, meters_),
      modules_(plan_),
      declared_(session, modules_, plan_) {}

Meters& Processes::LookAtMeters(int64_t now_ns) {
  meters_.Look(now_ns, [this](uint32_t session_number) {
    const std::optional<uint32_t> number = Find(session_number);
    return number.has_value() && processes_[*number].is_dead;
  });
  return meters_;
}

void Processes::Look(int64_t now_ns, std::vector<Note>& notes) {
  arrivals_.Visit(Load(session_.shared().process_count), now_ns, false,
                  [&](uint32_t number) { return Arrive(number, notes); });
  for (uint32_t number = 0; number < processes_.size(); ++number) {
    Known& known = processes_[number];
    if (known.file == nullptr) continue;
    LookAtModules(number, notes);
    LookAtDeclared(number, notes);
    LookForDeath(known, now_ns);
  }
}

bool Processes::Arrive(uint32_t session_number, std::vector<Note>& notes) {
  absl::StatusOr<std::unique_ptr<MappedFile>> file = MappedFile::Open(
      session_.ProcessPath(session_number), sizeof(scope_process), 2 * sizeof(scope_process));
  if (!file.ok()) {
    const absl::Status& status = file.status();
    return !absl::IsNotFound(status) && !absl::IsFailedPrecondition(status) &&
           !absl::IsResourceExhausted(status);
  }
  const auto& shared = (*file)->As<scope_process>();
  if (Load(shared.state) == kScopeProcessNew) return false;
  if (shared.magic != SCOPE_PROCESS_MAGIC || shared.layout != SCOPE_SESSION_LAYOUT) {
    warnings_.push_back(absl::StrCat(session_.ProcessPath(session_number),
                                     " is of another version of scope: not recorded"));
    return true;
  }
  const auto number = static_cast<uint32_t>(processes_.size());
  const uint32_t pid = shared.pid;
  notes.push_back(ProcessNote({.number = number,
                               .pid = pid,
                               .parent_pid = shared.parent_pid,
                               .executable = TextOf(shared.executable),
                               .started_ticks = shared.started_ticks}));
  // After exec the same process comes again; what it was before writes no more.
  for (Known& known : processes_) known.is_dead = known.is_dead || known.pid == pid;
  numbers_[session_number] = number;
  Known& known = processes_.emplace_back();
  known.file = *std::move(file);
  known.session_number = session_number;
  known.pid = pid;
  return true;
}

void Processes::LookAtModules(uint32_t number, std::vector<Note>& notes) {
  Known& known = processes_[number];
  const uint32_t count = std::min(Load(known.Shared().module_count), SCOPE_MODULES_MAX);
  for (uint32_t place = 0; place < count && OpenModules(known, place); ++place) {
    const uint32_t state = Load(known.Entry(place).state);
    if (place < known.modules_seen) {
      // Another binary where one was, or the same again, which may ask for its switches.
      const bool is_new = known.is_retired[place] && state != kScopeModuleRetired;
      const bool asks = state == kScopeModuleLoaded && session_.shared().selects != 0 &&
                        !IsWaiting(number, place);
      if (!is_new && !asks) continue;
      unlink(session_.SwitchesPath(known.session_number, place).c_str());
    } else {
      known.modules_seen = place + 1;
      known.is_retired.push_back(state == kScopeModuleRetired);
      if (state == kScopeModuleRetired) continue;
    }
    known.is_retired[place] = false;
    TakeModule(number, place, notes);
  }
}

// False: the file that the entry lies in cannot be read yet.
bool Processes::OpenModules(Known& known, uint32_t place) {
  if (place < SCOPE_MODULES_FIRST) return true;
  const uint32_t block = SCOPE_MODULE_BLOCK(place);
  if (block < known.module_files.size()) return true;
  absl::StatusOr<std::unique_ptr<MappedFile>> file =
      MappedFile::Open(session_.ModulesPath(known.session_number, block), SCOPE_MODULE_BLOCK_BYTES,
                       2 * SCOPE_MODULE_BLOCK_BYTES);
  if (file.ok()) known.module_files.push_back(*std::move(file));
  return block < known.module_files.size();
}

bool Processes::IsWaiting(uint32_t number, uint32_t place) const {
  return std::any_of(waiting_.begin(), waiting_.end(), [&](const Waiting& waiting) {
    return waiting.process == number && waiting.module == place;
  });
}

void Processes::TakeModule(uint32_t number, uint32_t place, std::vector<Note>& notes) {
  const Known& known = processes_[number];
  const scope_module_entry& shared_entry = known.Entry(place);
  const bool waits =
      session_.shared().selects != 0 && Load(shared_entry.state) == kScopeModuleLoaded;
  const scope_module_entry entry = shared_entry;
  const absl::StatusOr<std::optional<Note>> note = modules_.Add(
      entry, {.process = number,
              .place = place,
              .pid = known.pid,
              .switches_path = waits ? session_.SwitchesPath(known.session_number, place) : ""});
  if (note.ok()) {
    if (note->has_value()) notes.push_back(**note);
  } else if (warnings_.size() < kWarningsMax) {
    warnings_.emplace_back(note.status().message());
  }
  if (waits) waiting_.push_back({.process = number, .module = place});
}

bool Processes::NoteUnloaded() {
  unloaded_.clear();
  for (uint32_t number = 0; number < processes_.size(); ++number) {
    const Known& known = processes_[number];
    if (known.file == nullptr || known.is_dead) continue;
    for (uint32_t place = 0; place < known.modules_seen; ++place) {
      if (Load(known.Entry(place).state) == kScopeModuleUnloaded && !IsWaiting(number, place)) {
        unloaded_.push_back({.process = number, .module = place});
      }
    }
  }
  return !unloaded_.empty();
}

void Processes::RetireUnloaded() {
  for (const Waiting& unloaded : unloaded_) {
    Known& known = processes_[unloaded.process];
    if (known.file == nullptr) continue;
    uint32_t& state = known.Entry(unloaded.module).state;
    uint32_t expected = kScopeModuleUnloaded;
    // It may have come back.
    if (!__atomic_compare_exchange_n(&state, &expected, uint32_t{kScopeModuleRetired}, false,
                                     __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST)) {
      continue;
    }
    known.is_retired[unloaded.module] = true;
    FutexWake(state);
  }
  unloaded_.clear();
}

void Processes::LookAtDeclared(uint32_t number, std::vector<Note>& notes) {
  const Known& known = processes_[number];
  const scope_process& shared = known.Shared();
  const uint32_t blocks = Load(shared.declared_blocks);
  const uint32_t parent = Load(shared.declared_parent);
  if (blocks == 0 && parent == 0) return;
  const absl::Status status = declared_.Look({.number = number,
                                              .session_number = known.session_number,
                                              .block_count = blocks,
                                              .parent = parent,
                                              .executable = TextOf(shared.executable)},
                                             notes);
  if (!status.ok() && warnings_.size() < kWarningsMax) warnings_.emplace_back(status.message());
}

void Processes::Answer(size_t count) {
  for (size_t i = 0; i < count; ++i) {
    const Known& known = processes_[waiting_[i].process];
    if (known.file == nullptr) continue;
    uint32_t& state = known.Entry(waiting_[i].module).state;
    uint32_t loaded = kScopeModuleLoaded;
    __atomic_compare_exchange_n(&state, &loaded, uint32_t{kScopeModuleAnswered}, false,
                                __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
    FutexWake(state);
  }
  waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(count));
}

bool Processes::AreReady() const {
  for (const Known& known : processes_) {
    if (known.file == nullptr || known.is_dead) continue;
    for (uint32_t place = 0; place < known.modules_seen; ++place) {
      const uint32_t state = Load(known.Entry(place).state);
      if (state != kScopeModuleReady && state != kScopeModuleUnloaded &&
          state != kScopeModuleRetired)
        return false;
    }
  }
  return true;
}

ChangeAnswer Processes::Change(const NodeChange& change) {
  const ChangedNodes nodes(change);
  selection_.Apply(change);
  ChangeAnswer answer;
  SwitchCount count;
  for (uint32_t number = 0; number < processes_.size(); ++number) {
    const Known& known = processes_[number];
    if (known.file == nullptr || known.is_dead) continue;
    if (const absl::Status status = ChangeIn(number, nodes, count); status.ok()) {
      ++answer.processes;
    } else {
      absl::StrAppend(&answer.reason, answer.reason.empty() ? "" : "; ", "process ", known.pid,
                      " was not changed: ", status.message());
    }
  }
  if (answer.processes == 0 && !answer.reason.empty()) selection_.TakeBackLast();
  answer.nodes = count.nodes;
  answer.changed = count.changed;
  if (const std::string text = count.unmetered.Text(); !text.empty()) {
    absl::StrAppend(&answer.reason, answer.reason.empty() ? "" : "; ", text);
  }
  return answer;
}

absl::Status Processes::ChangeIn(uint32_t number, const ChangedNodes& change, SwitchCount& count) {
  const Known& known = processes_[number];
  auto& shared = known.file->As<scope_process>();
  if (known.modules_seen == 0) {  // it reports by hand alone
    count.Add(declared_.Change(known.session_number, change));
    return absl::OkStatus();
  }
  const absl::StatusOr<ProcessMemory> memory = ProcessMemory::Open(known.pid);
  if (!memory.ok()) return memory.status();
  absl::Status status;
  // From here on a module that is seen to be loaded stays so: its dlclose waits.
  Publish(shared.changing, 1u);
  for (uint32_t place = 0; place < known.modules_seen && status.ok(); ++place) {
    if (__atomic_load_n(&known.Entry(place).state, __ATOMIC_SEQ_CST) != kScopeModuleReady) {
      continue;
    }
    const Modules::Switches* module = modules_.Find(number, place);
    if (module == nullptr) continue;
    const absl::StatusOr<SwitchCount> in_module = ChangeSwitches(*memory, *module, plan_, change);
    if (in_module.ok()) count.Add(*in_module);
    status.Update(in_module.status());
  }
  Publish(shared.changing, 0u);
  FutexWake(shared.changing);
  if (status.ok()) count.Add(declared_.Change(known.session_number, change));
  return status;
}

void Processes::LookForDeath(Known& known, int64_t now_ns) {
  if (!known.is_dead) {
    if (now_ns < known.next_look_ns) return;
    known.next_look_ns = now_ns + kLookForDeathNs;
    // All that it wrote before is seen by the next look at its modules and rings.
    known.is_dead = PidHasEnded(known.pid);
    return;
  }
  const scope_process& shared = known.Shared();
  known.dropped_without_ring = Load(shared.dropped_without_ring);
  known.threads_without_ring = Load(shared.threads_without_ring);
  known.threads_held_up = Load(shared.threads_held_up);
  known.modules_refused = Load(shared.modules_refused);
  known.ring_errno = Load(shared.ring_errno);
  for (uint32_t block = 0; block < known.module_files.size(); ++block) {
    unlink(session_.ModulesPath(known.session_number, block).c_str());
  }
  known.module_files.clear();
  known.file.reset();
  ended_.push_back({.process = static_cast<uint32_t>(&known - processes_.data()),
                    .ring_count = Load(session_.shared().ring_count)});
  unlink(session_.ProcessPath(known.session_number).c_str());
  declared_.Close(known.session_number);
}

std::optional<uint32_t> Processes::Find(uint32_t session_number) const {
  const auto found = numbers_.find(session_number);
  if (found == numbers_.end()) return std::nullopt;
  return found->second;
}

bool Processes::AllDead() const {
  return std::all_of(processes_.begin(), processes_.end(),
                     [](const Known& known) { return known.is_dead; });
}

uint64_t Processes::DroppedWithoutRing() const {
  uint64_t dropped = 0;
  for (const Known& known : processes_) {
    dropped += known.file == nullptr ? known.dropped_without_ring
                                     : Load(known.Shared().dropped_without_ring);
  }
  return dropped;
}

uint32_t Processes::MissingCount() const {
  const uint32_t announced = Load(session_.shared().process_count);
  return announced > count() ? announced - count() : 0;
}

std::vector<std::string> Processes::Warnings() const {
  std::vector<std::string> warnings = warnings_;
  if (std::string text = plan_.unmetered().Text(); !text.empty()) {
    warnings.push_back(std::move(text));
  }
  for (const std::string& warning : modules_.warnings()) {
    if (warnings.size() < kWarningsMax) warnings.push_back(warning);
  }
  if (processes_.empty() && MissingCount() > 0) {
    warnings.push_back("the events of the program are lost: no room for its files in /dev/shm");
  }
  for (const Known& known : processes_) {
    const bool is_open = known.file != nullptr;
    const uint32_t threads =
        is_open ? Load(known.Shared().threads_without_ring) : known.threads_without_ring;
    const uint32_t held_up = is_open ? Load(known.Shared().threads_held_up) : known.threads_held_up;
    if (held_up > 0 && warnings.size() < kWarningsMax) {
      warnings.push_back(absl::StrCat(
          held_up, " threads of process ", known.pid,
          " are not recorded, or not from their beginning: others had ended faster than their "
          "rings could be read",
          session_.shared().on_full == kScopeOnFullBlock ? "" : "; --on-full block waits for it"));
    }
    const uint32_t refused = is_open ? Load(known.Shared().modules_refused) : known.modules_refused;
    if (refused > 0 && warnings.size() < kWarningsMax) {
      warnings.push_back(
          absl::StrCat(refused, " binaries of process ", known.pid,
                       " are not recorded: no room for their entries in /dev/shm, or "
                       "in the place of others whose events were not taken yet"));
    }
    if (threads == 0 || warnings.size() >= kWarningsMax) continue;
    const int error = is_open ? Load(known.Shared().ring_errno) : known.ring_errno;
    const bool is_away = error == ENOENT || error == ENOTDIR || error == EACCES;
    warnings.push_back(
        absl::StrCat(threads, " threads of process ", known.pid, " could not be recorded: ",
                     is_away ? "the program has put /dev/shm out of its own reach ("
                             : "no room for their rings in /dev/shm (",
                     strerror(error), is_away ? ")" : "); give more room or smaller rings"));
  }
  return warnings;
}

}  // namespace scope::pipeline
