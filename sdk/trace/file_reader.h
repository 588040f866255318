// file_reader.h - reads the trace in a file.
//
// Path:    events.scope -> THIS (block_file, tables, event_walk, block_index) -> TraceReader's
// users Threads: one. Fails:   as TraceReader says. Damage that is found while events are read ends
// the trace there.

#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "scope/trace/reader.h"
#include "sdk/trace/block_file.h"
#include "sdk/trace/block_index.h"
#include "sdk/trace/event_block.h"
#include "sdk/trace/tables.h"

namespace scope::trace {

class FileReader final : public TraceReader {
 public:
  explicit FileReader(BlockFile file) : file_(std::move(file)) {}

  absl::Status Load(const std::string& directory);

  const TraceInfo& info() const override { return tables_.info; }
  const std::deque<Node>& nodes() const override { return tables_.nodes; }
  const std::vector<Module>& modules() const override { return tables_.modules; }
  const std::vector<Process>& processes() const override { return tables_.processes; }
  const std::vector<Thread>& threads() const override { return tables_.threads; }
  const CodeGraph& graph() const override { return graph_; }
  const std::vector<Meter>& meters() const override { return tables_.meters; }
  absl::Status ForEach(const Selection& selection,
                       const std::function<bool(const Event&)>& visit) override;
  absl::Status History(const HistoryQuery& query, const HistoryVisit& visit) override;
  absl::StatusOr<std::vector<Bucket>> Pyramid(uint32_t node, size_t buckets,
                                              const SeqRange& range) override;
  absl::StatusOr<std::vector<uint64_t>> Counts() override;

 private:
  absl::Status Walk();
  void CheckLastBlock(absl::Status& status);
  absl::Status Unpack(const BlockPlace& place, const std::function<bool(uint32_t)>& wanted);
  void SayDamage(absl::string_view what);
  // The events end before block number `block`: why.
  void EndBefore(size_t block, uint64_t event_count, const absl::Status& why);

  // Makes the index of what no block of kind Index told about.
  void CompleteIndex();
  // The whole of a node's events is in columns of 64 bits each.
  bool IsPlain(const Node& node) const;
  // Reads a block that the index knows, for `visit`; in `range`. False: the visitor wants no more.
  absl::StatusOr<bool> ShowPlain(const BlockIndex::Entry& entry, const HistoryQuery& query,
                                 const HistoryVisit& visit);
  absl::StatusOr<bool> ShowTimes(const BlockIndex::Entry& entry, const HistoryQuery& query,
                                 const HistoryVisit& visit);
  void FillThreads(const std::vector<uint32_t>& events);
  absl::Status ReadIndexed(const BlockIndex::Entry& entry, absl::Status unpacked);
  Bucket BucketOf(const BlockIndex::Entry& entry) const;

  BlockFile file_;
  Tables tables_;
  CodeGraph graph_;
  std::vector<BlockPlace> events_;  // blocks of events
  uint64_t last_ticks_ = 0;         // of the last whole event
  std::vector<uint8_t> payload_;
  EventBlock block_;
  BlockIndex index_;
  bool starts_whole_ = false;  // blocks say all that the times of their events depend on

  struct {  // of the span that is shown
    EventBlock::Places places;
    std::vector<uint64_t> seq;
    std::vector<uint64_t> bits;
    std::vector<uint32_t> thread;
    std::vector<int64_t> time_ns;
  } span_;
};

}  // namespace scope::trace
