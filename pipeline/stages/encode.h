// encode.h - makes a block of columns of a batch.
//
// Path:    Batch -> THIS (enrich, sdk/trace/columns, zstd) -> EncodedBatch -> store
// Threads: one for each object, which keeps its buffers from batch to batch.
// Fails:   never.

#pragma once

#include <memory>

#include "absl/container/flat_hash_map.h"
#include "pipeline/batches.h"
#include "pipeline/stages/enrich.h"

namespace scope::pipeline {

class Encode {
 public:
  Encode();
  ~Encode();
  Encode(const Encode&) = delete;
  Encode& operator=(const Encode&) = delete;

  // Uses the batch up, but for its buffer of records.
  std::unique_ptr<EncodedBatch> operator()(Batch& batch);

 private:
  struct Packer;
  struct Clock {
    uint64_t ticks = 0;   // the latest stamp
    uint64_t moment = 0;  // a later time that the collector knows of
  };

  void OrderColumns();
  void Scatter(const Batch& batch, EncodedBatch& encoded);
  void EncodeColumns(EncodedBatch& encoded);
  void Pack(EncodedBatch& encoded);
  void PackFrame(size_t begin, size_t end, EncodedBatch& encoded);

  Enrich enrich_;
  std::unique_ptr<Packer> packer_;
  std::vector<uint32_t> order_;      // places in enrich_.found(), by node
  std::vector<uint32_t> column_of_;  // the inverse
  std::vector<uint32_t> next_;       // by column: where its next value goes
  std::vector<uint64_t> values_;     // column after column
  std::vector<uint8_t> is_part_;     // of values_; set in wide columns only
  std::vector<uint8_t> unpacked_;
  std::vector<trace::ColumnSummary> summaries_;  // by place in enrich_.found()
  absl::flat_hash_map<uint32_t, Clock> clocks_;  // by thread
};

}  // namespace scope::pipeline
