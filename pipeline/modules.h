// modules.h - reads the instrumented binaries that processes have loaded.
//
// Path:    scope_module_entry, ELF file -> THIS -> Module note, NodeIndex, switches-P-M
// Threads: one.
// Fails:   a file that is not the one that was loaded gives no maps; its nodes then come from the
//          process's own memory. Nodes that cannot be had at all: a warning.

#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "pipeline/node_index.h"
#include "pipeline/notes.h"
#include "pipeline/switch_plan.h"
#include "scope/trace/binary.h"
#include "scope/wire/session.h"

namespace scope::pipeline {

// Nodes that a process declared while it ran.
struct DeclaredModule {
  std::string path;  // whose they are, for people
  uint64_t address = 0;
  std::string nodes;  // as in section "scope_nodes"
  std::string maps;
  std::shared_ptr<const trace::NodeFacts> facts;  // of `maps`
  uint32_t number = kNoMapsFrom;                  // in the trace, the first time
};

class Modules {
 public:
  explicit Modules(SwitchPlan& plan);

  struct Loaded {
    uint32_t process = 0;  // number in the trace
    uint32_t place = 0;    // in the process's list
    uint32_t pid = 0;
    std::string switches_path;  // empty: nobody waits for switches
  };

  // Takes in a module; `entry` is a copy. The note is for the trace; none: the same binary was
  // there before.
  absl::StatusOr<std::optional<Note>> Add(const scope_module_entry& entry, const Loaded& loaded);

  // Again for each process that has it.
  absl::StatusOr<Note> AddDeclared(DeclaredModule& module, uint32_t process);

  // What is needed to change the switches of one module in one process.
  struct Switches {
    uint32_t module = 0;   // number in the trace
    uint64_t address = 0;  // of the section in the process
    std::shared_ptr<const std::string> nodes_image;
    std::shared_ptr<const trace::NodeFacts> facts;
  };
  // By place in the process's list; null: the module could not be taken in. Valid until Add().
  const Switches* Find(uint32_t process, uint32_t place) const;

  // Where a node of the trace comes from.
  struct NodeOrigin {
    uint64_t id = 0;
    uint64_t function_id = 0;
    uint8_t kind = 0;
  };
  // By number in the trace. Modules of the same binary share them.
  class Origins {
   public:
    size_t size() const { return size_; }
    const NodeOrigin& operator[](size_t number) const;
    void Add(std::shared_ptr<const std::vector<NodeOrigin>> nodes);

   private:
    size_t size_ = 0;
    std::vector<std::pair<size_t, std::shared_ptr<const std::vector<NodeOrigin>>>> modules_;
  };
  const Origins& origins() const { return origins_; }
  // Of binaries that stay off.
  const std::vector<std::string>& warnings() const { return warnings_; }
  // "y demo.cc:5 in main", as far as it is known.
  std::string Describe(uint32_t node) const;

  // Nothing of the process is left that has to be understood.
  void Forget(uint32_t process);

  const std::shared_ptr<const NodeIndex>& nodes() const { return nodes_; }
  uint32_t count() const { return count_; }

 private:
  // What is kept of a binary file for the next process that loads it.
  struct Known {
    std::string build_id;  // bytes
    std::string nodes;
    trace::NodeFacts facts;
    std::shared_ptr<const std::vector<NodeOrigin>> origins;
    uint32_t module = 0;  // the first that was of this binary
    std::string note;
  };

  bool IsThere(const scope_module_entry& entry, const Loaded& loaded,
               const std::shared_ptr<Known>& known) const;
  absl::Status Read(const scope_module_entry& entry, uint32_t pid, ModuleFacts& facts);
  static absl::Status WriteSwitches(const std::string& path, const std::string& switches);

  SwitchPlan& plan_;
  std::shared_ptr<const NodeIndex> nodes_ = std::make_shared<NodeIndex>();
  uint32_t count_ = 0;
  uint32_t next_node_ = 0;
  Origins origins_;
  std::vector<std::string> warnings_;
  std::vector<std::pair<uint32_t, std::shared_ptr<const trace::NodeFacts>>>
      facts_;                                                       // by first node
  absl::flat_hash_map<std::string, std::shared_ptr<Known>> known_;  // by path and build id
  absl::flat_hash_map<uint64_t, Switches> switches_;                // by process and place
};

}  // namespace scope::pipeline
