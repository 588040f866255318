// tables.h - what a trace says about its nodes, modules, processes and threads.
//
// Path:    blocks other than Events -> THIS -> TraceReader
// Threads: one.
// Fails:   DataLoss: the block cannot be read or contradicts those before it.

#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "schema/trace_generated.h"
#include "scope/trace/binary.h"
#include "scope/trace/reader.h"
#include "sdk/trace/clock.h"

namespace scope::trace {

struct Tables {
  // What the walk over the events needs to know about a node.
  struct Facts {
    uint32_t function = 0;  // the same number for every node of a function
    uint32_t place = 0;     // the same number for every node of a line; 0: unknown
    bool by_hand = false;
  };

  TraceInfo info;
  Clock clock;
  bool has_session = false;
  std::deque<Node> nodes;
  std::vector<Facts> facts;  // by node number
  std::vector<Module> modules;
  std::vector<Process> processes;
  std::vector<Thread> threads;
  std::vector<Meter> meters;

  // Takes a verified block. Kinds that are not known are skipped.
  absl::Status Add(uint32_t kind, const std::vector<uint8_t>& payload);

  // Once all blocks are there.
  void FindMeteredNodes();

  // The AST maps of all modules.
  std::vector<std::shared_ptr<const MapSet>> Maps() const;

 private:
  absl::Status AddSession(const wire::Session& session);
  absl::Status AddProcess(const wire::Process& process);
  absl::Status AddModule(const wire::Module& module);
  absl::Status AddNodes(const wire::Module& module, const NodeFacts& facts);
  absl::Status CopyNodes(uint32_t from, uint32_t to);
  absl::Status AddThread(const wire::Thread& thread);
  absl::Status AddTotals(const wire::Totals& totals);
  absl::Status AddMeters(const wire::Meters& added);

  std::deque<NodeFacts> maps_;  // nodes point into them
  std::vector<const NodeFacts*> maps_of_module_;
  std::vector<size_t> first_of_module_;
  absl::flat_hash_map<std::pair<uint64_t, uint64_t>, uint32_t> function_numbers_;
  absl::flat_hash_map<std::string, uint32_t> place_numbers_;
};

}  // namespace scope::trace
