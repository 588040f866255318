// source.h - what the tables of one Database share: the trace, its catalog, readers for scans.
//
// Path:    Database -> THIS -> tables, scans
// Threads: the Database's; a reader that was taken belongs to its scan. Atomics: any.
// Fails:   TakeReader(): the reader's status.

#pragma once

#include <atomic>
#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "scope/trace/reader.h"
#include "sdk/query/catalog.h"

namespace scope::query {

class Source {
 public:
  explicit Source(std::unique_ptr<trace::TraceReader> reader);

  const trace::TraceReader& trace() const { return *main_; }
  const Catalog& catalog() const { return catalog_; }
  const trace::Node& node(uint32_t number) const { return trace().nodes()[number]; }

  // A reader takes one pass at a time, and the inner loop of a join runs while the outer one waits.
  absl::StatusOr<trace::TraceReader*> TakeReader();
  void GiveBack(trace::TraceReader* reader) { free_.push_back(reader); }

  // How many events each node has.
  absl::StatusOr<const std::vector<uint64_t>*> Counts();

  std::atomic<bool> interrupted = false;
  std::atomic<uint64_t> events_read = 0;

 private:
  std::unique_ptr<trace::TraceReader> main_;
  std::vector<std::unique_ptr<trace::TraceReader>> more_;
  std::vector<trace::TraceReader*> free_;
  Catalog catalog_;
  std::vector<uint64_t> counts_;
  bool counted_ = false;
};

}  // namespace scope::query
