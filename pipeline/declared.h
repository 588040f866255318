// declared.h - takes in the nodes that a process declares while it runs.
//
// Path:    "declared-P-B" (scope/wire/declared.h) -> THIS -> modules, switches
// Threads: one.
// Fails:   a block that makes no sense is left out, and a warning says so. What a site says is
//          copied before it is looked at.

#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "pipeline/declared_map.h"
#include "pipeline/live_switches.h"
#include "pipeline/mapped_file.h"
#include "pipeline/modules.h"
#include "pipeline/session.h"

namespace scope::pipeline {

class Declared {
 public:
  Declared(Session& session, Modules& modules, SwitchPlan& plan)
      : session_(session), modules_(modules), plan_(plan) {}

  struct Process {
    uint32_t number = 0;          // in the trace
    uint32_t session_number = 0;  // the P of "declared-P-B"
    uint32_t block_count = 0;     // that it says it has
    uint32_t parent = 0;          // session number + 1 of the process that it was forked from
    std::string executable;
  };

  // Takes in what is new of a process, and answers for its switches.
  absl::Status Look(const Process& process, std::vector<Note>& notes);

  // Makes the switches that `change` names as they are planned, where the process sees them.
  SwitchCount Change(uint32_t session_number, const ChangedNodes& change);

  // The process is gone: nothing comes any more. Its nodes stay known for the sake of its children,
  // which look at the same switches; of the processes that went first these can be changed no more.
  void Close(uint32_t session_number);

 private:
  struct Block {
    std::unique_ptr<MappedFile> file;
    uint64_t address = 0;
    uint32_t seen = 0;
  };
  // Nodes that were taken in together.
  struct Stretch {
    DeclaredModule module;
    uint32_t owner = 0;  // session number of the process whose block it is
    uint32_t block = 0;
    uint32_t first = 0;  // number of its first node in the block
  };
  struct Known {
    std::vector<Block> blocks;
    std::vector<Stretch> stretches;  // what a child has, too
    bool has_parents_nodes = false;
  };

  absl::Status LookAtBlock(const Process& process, Known& known, uint32_t number,
                           std::vector<Note>& notes);
  scope_declared_block* BlockOf(const Stretch& stretch);
  absl::Status TakeParents(const Process& process, std::vector<Note>& notes);
  std::vector<DeclaredNode> Copy(const scope_declared_block& shared, uint32_t from, uint32_t to);

  Session& session_;
  Modules& modules_;
  SwitchPlan& plan_;
  DeclaredIds ids_;
  std::deque<uint32_t> closed_;                     // whose blocks are still there
  absl::flat_hash_map<uint32_t, Known> processes_;  // by session number
};

}  // namespace scope::pipeline
