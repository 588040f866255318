// processes.h - the instrumented processes of the session and their modules.
//
// Path:    process-N, binaries -> THIS -> Process and Module notes, NodeIndex, switches
// Threads: one.
// Fails:   a process or module that makes no sense is left out, and a warning says so.

#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "pipeline/arrivals.h"
#include "pipeline/command_box.h"
#include "pipeline/declared.h"
#include "pipeline/mapped_file.h"
#include "pipeline/modules.h"
#include "pipeline/notes.h"
#include "pipeline/selection.h"
#include "pipeline/session.h"

namespace scope::pipeline {

class Processes {
 public:
  Processes(Session& session, Selection& selection);

  // Takes in new processes and modules. What the trace must know goes to `notes`.
  void Look(int64_t now_ns, std::vector<Note>& notes);

  // Modules that wait for their switches. They get them when what Look() noted is stored, so that
  // no event can be there without its module.
  size_t waiting_modules() const { return waiting_.size(); }
  void Answer(size_t count);

  // Binaries that were unloaded make room for others. First those that are unloaded now are noted;
  // once every event that was in the rings then is put out, they are retired.
  bool NoteUnloaded();
  void RetireUnloaded();

  // True when every module has its first switches, so that a change finds them all.
  bool AreReady() const;
  // Changes switches in all processes. What cannot be changed is told in the answer's reason.
  ChangeAnswer Change(const NodeChange& change);

  const Modules& modules() const { return modules_; }
  const std::shared_ptr<const NodeIndex>& nodes() const { return modules_.nodes(); }

  // Of processes that have ended and of which nothing is in use any more, what their addresses
  // meant goes. To be called when all that was sequenced is put out.
  template <typename IsInUse>
  void ForgetEnded(const IsInUse& is_in_use) {
    std::erase_if(ended_, [&](const Ended& ended) {
      if (is_in_use(ended.process, ended.ring_count)) return false;
      modules_.Forget(ended.process);
      return true;
    });
  }

  // The number in the trace of "process-N"; none: it is not known yet.
  std::optional<uint32_t> Find(uint32_t session_number) const;

  // True once nothing more can come from a process.
  bool IsDead(uint32_t number) const { return processes_[number].is_dead; }
  bool AllDead() const;

  uint32_t count() const { return static_cast<uint32_t>(processes_.size()); }
  bool has_modules() const { return modules_.count() > 0; }
  // Processes that announced themselves and never came.
  uint32_t MissingCount() const;
  uint64_t DroppedWithoutRing() const;
  std::vector<std::string> Warnings() const;

 private:
  struct Known {
    std::unique_ptr<MappedFile> file;
    uint32_t session_number = 0;
    uint32_t pid = 0;
    std::vector<std::unique_ptr<MappedFile>> module_files;  // by block
    uint32_t modules_seen = 0;
    std::vector<bool> is_retired;  // by place
    bool is_dead = false;
    int64_t next_look_ns = 0;
    uint64_t dropped_without_ring = 0;  // once the file is given up
    uint32_t threads_without_ring = 0;
    uint32_t threads_held_up = 0;
    uint32_t modules_refused = 0;
    int32_t ring_errno = 0;

    scope_process& Shared() const { return file->As<scope_process>(); }
    // Of a place below modules_seen.
    scope_module_entry& Entry(uint32_t place) const {
      if (place < SCOPE_MODULES_FIRST) return Shared().modules[place];
      const MappedFile& block = *module_files[SCOPE_MODULE_BLOCK(place)];
      return (&block.As<scope_module_entry>())[SCOPE_MODULE_IN_BLOCK(place)];
    }
  };

  struct Waiting {
    uint32_t process;
    uint32_t module;
  };

  // Of which the addresses are known yet.
  struct Ended {
    uint32_t process;
    uint32_t ring_count;  // of the session: its rings are among them
  };

  bool Arrive(uint32_t session_number, std::vector<Note>& notes);
  bool OpenModules(Known& known, uint32_t place);
  void TakeModule(uint32_t number, uint32_t place, std::vector<Note>& notes);
  bool IsWaiting(uint32_t number, uint32_t place) const;
  void LookAtModules(uint32_t number, std::vector<Note>& notes);
  void LookAtDeclared(uint32_t number, std::vector<Note>& notes);
  void LookForDeath(Known& known, int64_t now_ns);
  absl::Status ChangeIn(uint32_t number, const ChangedNodes& change, ChangeAnswer& answer);

  Session& session_;
  Selection& selection_;
  Modules modules_;
  Declared declared_;
  Arrivals arrivals_;
  std::vector<Known> processes_;                     // by number in the trace
  absl::flat_hash_map<uint32_t, uint32_t> numbers_;  // in the session -> in the trace
  std::vector<Waiting> waiting_;
  std::vector<Waiting> unloaded_;  // to be retired
  std::vector<Ended> ended_;
  std::vector<std::string> warnings_;
};

}  // namespace scope::pipeline
