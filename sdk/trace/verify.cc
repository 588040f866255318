#include "scope/trace/verify.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "sdk/trace/block_file.h"
#include "sdk/trace/block_index.h"
#include "sdk/trace/event_block.h"
#include "sdk/trace/tables.h"

namespace scope::trace {
namespace {

class Verifier {
 public:
  explicit Verifier(BlockFile file) : file_(std::move(file)) { result_.file_bytes = file_.bytes(); }

  Verification Run(const std::function<void(uint64_t)>& progress) {
    uint64_t offset = sizeof(scope_file_header);
    result_.bytes = offset;
    for (uint64_t sequence = 0;; ++sequence) {
      const absl::StatusOr<BlockPlace> place = file_.Find(offset, sequence);
      if (absl::IsOutOfRange(place.status())) break;
      const absl::Status status = place.ok() ? Take(*place) : place.status();
      if (!status.ok()) {
        // What the envelope says names the block already.
        const bool has_name = absl::StartsWith(status.message(), "block ");
        result_.bad = absl::StrCat(has_name ? "" : absl::StrCat("block ", sequence, ": "),
                                   status.message(), ", at byte ", offset);
        return result_;
      }
      result_.blocks = sequence + 1;
      offset = result_.bytes = place->end();
      if (progress) progress(offset);
    }
    if (!tables_.has_session) result_.bad = "its first block is missing";
    result_.finished = tables_.info.complete;
    return result_;
  }

 private:
  absl::Status Take(const BlockPlace& place) {
    absl::Status status = file_.Read(place, payload_);
    if (!status.ok()) return status;
    tables_.info.complete = false;  // Until the last totals.
    if (place.header.kind == kScopeBlockEvents) return TakeEvents(place);
    if (place.header.kind == kScopeBlockIndex) return TakeIndex();
    return tables_.Add(place.header.kind, payload_);
  }

  absl::Status TakeEvents(const BlockPlace& place) {
    absl::Status status = block_.Unpack(payload_, tables_.nodes, tables_.threads.size(),
                                        [](uint32_t) { return true; });
    if (!status.ok()) return status;
    if (block_.events().first_seq() != next_seq_) {
      return absl::DataLossError("events before it are missing");
    }
    next_seq_ += block_.count();
    result_.events += block_.event_count();
    found_.AddBlock(place, block_, tables_.nodes, tables_.threads.size());
    return absl::OkStatus();
  }

  // Blocks of an older version have times that depend on those before them, and no index.
  absl::Status TakeIndex() {
    ++result_.index_blocks;
    bool same = said_.Add(payload_) && said_.size() <= found_.size();
    for (size_t i = checked_; same && i < said_.size(); ++i) same = said_[i] == found_[i];
    checked_ = said_.size();
    return same ? absl::OkStatus() : absl::DataLossError("the index is not that of the blocks");
  }

  BlockFile file_;
  Verification result_;
  Tables tables_;
  std::vector<uint8_t> payload_;
  EventBlock block_;
  BlockIndex found_;
  BlockIndex said_;
  size_t checked_ = 0;
  uint64_t next_seq_ = 0;
};

}  // namespace

absl::StatusOr<Verification> Verify(const std::string& trace,
                                    const std::function<void(uint64_t)>& progress) {
  absl::StatusOr<BlockFile> file = OpenTrace(trace);
  if (!file.ok()) return file.status();
  Verification result = Verifier(*std::move(file)).Run(progress);
  result.file = TraceFileOf(trace);
  return result;
}

}  // namespace scope::trace
