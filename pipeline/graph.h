// graph.h - runs the stages, each batch through all of them, many batches at a time.
//
// Path:    source -> limit -> encode (many at once) -> order -> store -> credit back to the limit
// Threads: the caller's and oneTBB's.
// Fails:   never; the stages keep their own failures.

#pragma once

#include <functional>
#include <memory>

#include "pipeline/batches.h"
#include "pipeline/encoders.h"

namespace scope::pipeline {

struct GraphOptions {
  // Null ends the run.
  std::function<std::unique_ptr<Batch>()> next;
  Encoders::Options encoders;
  // Gets every batch in the order of the tickets, one at a time.
  std::function<void(EncodedBatch&)> store;
};

// Returns when the last batch is stored.
void RunGraph(const GraphOptions& options);

}  // namespace scope::pipeline
