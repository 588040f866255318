// encoders.h - encodes batches, whatever an encoder does with one.
//
// Path:    graph -> THIS (encode) -> graph
// Threads: any number at once; an encoder has one batch at a time.
// Fails:   never. An encoder that throws is replaced, and the batch tried again. One that no
//          encoder can take is put aside, and its events are a gap in the trace.

#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "pipeline/batches.h"
#include "pipeline/metrics.h"

namespace scope::pipeline {

class Encoders {
 public:
  // Keeps its buffers from batch to batch. While it throws it leaves the batch as it is, or without
  // records that have no node.
  using Encoder = std::function<std::unique_ptr<EncodedBatch>(Batch&)>;
  struct Options {
    std::function<Encoder()> make;  // unset: stages/encode.h
    // Keeps a batch that failed for inspection, with the reason; its records are given up then.
    std::function<void(const Batch&, const std::string& why)> put_aside;
    Metrics* metrics = nullptr;
  };

  explicit Encoders(Options options);

  std::shared_ptr<EncodedBatch> operator()(Batch& batch);

 private:
  std::unique_ptr<EncodedBatch> Try(Batch& batch, std::string& why);
  Encoder Take();
  void Count(scope_metric metric);

  const Options options_;
  std::mutex mutex_;
  std::vector<Encoder> idle_;
};

}  // namespace scope::pipeline
