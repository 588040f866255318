// enrich.h - finds the node of every record of a batch.
//
// Path:    Batch -> THIS -> the node of each column and the column of each event -> encode
// Threads: one for each object, which keeps its tables from batch to batch.
// Fails:   a record whose address is no node's is taken out and becomes a gap (torn).

#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "pipeline/batches.h"
#include "pipeline/node_index.h"

namespace scope::pipeline {

class Enrich {
 public:
  struct Found {
    uint32_t node = 0;   // number in the trace
    uint32_t count = 0;  // events
    uint8_t kind = 0;
    uint8_t type = 0;
  };

  void operator()(Batch& batch);

  // Of the last batch: its nodes in the order of their first events, and each event's place there.
  const std::vector<Found>& found() const { return found_; }
  const std::vector<uint16_t>& found_of_event() const { return found_of_event_; }

 private:
  struct Touched {
    std::vector<uint32_t>* table;
    uint32_t slot;
  };

  bool FindAll(const Batch& batch);
  uint32_t Meet(const ModuleNodes& module, std::vector<uint32_t>& table, uint64_t slot);
  std::vector<uint32_t>& TableOf(const ModuleNodes& module);
  void TakeOutUnknown(Batch& batch);
  void Forget();

  // By module: for each slot of its section the place in found_ + 1; 0: not met in this batch.
  absl::flat_hash_map<uint32_t, std::unique_ptr<std::vector<uint32_t>>> tables_;
  std::vector<Touched> touched_;
  std::vector<Found> found_;
  std::vector<uint16_t> found_of_event_;
};

}  // namespace scope::pipeline
