// session.h - the folder through which the program's processes and the collector meet.
//
// Path:    recording -> THIS (scope/wire/session.h) -> runtime in each process
// Threads: the fields of shared() are atomic; the rest has one owner.
// Fails:   absl::Status that names the folder. The folder goes away with the object.

#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "pipeline/command_box.h"
#include "pipeline/mapped_file.h"
#include "pipeline/metrics.h"
#include "pipeline/recording.h"
#include "scope/wire/session.h"

namespace scope::pipeline {

class Session {
 public:
  // Makes the folder under /dev/shm. ResourceExhausted: there is no room.
  static absl::StatusOr<std::unique_ptr<Session>> Create(const RecordOptions& options);
  // Takes over the folder of a collector that is gone. FailedPrecondition: it is not gone, or the
  // folder is of another layout.
  static absl::StatusOr<std::unique_ptr<Session>> Adopt(const std::string& folder,
                                                        const std::string& directory);
  ~Session();
  // The folder stays when the object goes.
  void Keep() { keeps_ = true; }
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  const std::string& folder() const { return folder_; }
  CommandBox& commands() const { return *commands_; }
  Metrics& metrics() const { return *metrics_; }
  scope_session& shared() const { return control_->As<scope_session>(); }
  std::string RingPath(uint32_t number) const;
  std::string ProcessPath(uint32_t number) const;
  std::string ModulesPath(uint32_t process, uint32_t block) const;
  std::string SwitchesPath(uint32_t process, uint32_t module) const;
  std::string DeclaredPath(uint32_t process, uint32_t block) const;

  // Never goes back: Open, Stopped, Closed.
  void SetState(scope_session_state state);

  // The ring of a thread that has ended goes: another may take its room, and is woken afterwards.
  void ReleaseRing() const;
  void WakeForRings() const;

  // Sleeps until a process rings the doorbell after `seen`, at most `timeout_ns`.
  uint32_t doorbell() const;
  void AwaitDoorbell(uint32_t seen, int64_t timeout_ns) const;

 private:
  Session(std::string folder, std::unique_ptr<MappedFile> control,
          std::unique_ptr<CommandBox> commands, std::unique_ptr<Metrics> metrics, int lock)
      : folder_(std::move(folder)),
        control_(std::move(control)),
        commands_(std::move(commands)),
        metrics_(std::move(metrics)),
        lock_(lock) {}

  std::string folder_;
  std::unique_ptr<MappedFile> control_;
  std::unique_ptr<CommandBox> commands_;
  std::unique_ptr<Metrics> metrics_;
  bool keeps_ = false;
  int lock_;  // tells other collectors that this session is alive
};

}  // namespace scope::pipeline
