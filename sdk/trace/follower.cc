#include "scope/trace/follower.h"

#include "absl/strings/str_cat.h"
#include "sdk/trace/block_file.h"
#include "sdk/trace/event_block.h"
#include "sdk/trace/event_walk.h"
#include "sdk/trace/tables.h"

namespace scope::trace {
namespace {

class FileFollower final : public TraceFollower {
 public:
  FileFollower(const std::string& directory, BlockFile file) : file_(std::move(file)) {
    tables_.info.directory = directory;
  }

  absl::StatusOr<bool> Next(const std::function<void()>& before,
                            const std::function<bool(const Event&)>& visit) override;
  void Finish(const std::function<bool(const Event&)>& visit) override;

  const TraceInfo& info() const override { return tables_.info; }
  const std::deque<Node>& nodes() const override { return tables_.nodes; }
  const std::vector<Thread>& threads() const override { return tables_.threads; }

 private:
  BlockFile file_;
  Tables tables_;
  uint64_t offset_ = sizeof(scope_file_header);
  uint64_t sequence_ = 0;
  std::vector<uint8_t> payload_;
  EventBlock block_;
  const Selection everything_;
  std::function<bool(const Event&)> visit_;
  EventWalk walk_{tables_, everything_, visit_};
};

absl::StatusOr<bool> FileFollower::Next(const std::function<void()>& before,
                                        const std::function<bool(const Event&)>& visit) {
  file_.Refresh();
  const absl::StatusOr<BlockPlace> place = file_.Find(offset_, sequence_);
  // The end of the file, or a block in the middle of being written.
  if (!place.ok() || !file_.Read(*place, payload_).ok()) return false;
  if (place->header.kind == kScopeBlockEvents) {
    absl::Status status = block_.Unpack(payload_, tables_.nodes, tables_.threads.size(),
                                        [](uint32_t) { return true; });
    if (!status.ok()) return status;
    before();
    visit_ = visit;
    walk_.Go(block_);
    tables_.info.event_count = walk_.event_count();
  } else if (absl::Status status = tables_.Add(place->header.kind, payload_); !status.ok()) {
    return status;
  }
  tables_.info.block_count = ++sequence_;
  offset_ = place->end();
  return true;
}

void FileFollower::Finish(const std::function<bool(const Event&)>& visit) {
  visit_ = visit;
  walk_.Finish();
}

}  // namespace

absl::StatusOr<std::unique_ptr<TraceFollower>> TraceFollower::Open(const std::string& directory) {
  absl::StatusOr<BlockFile> file = BlockFile::Open(TraceFileOf(directory));
  if (!file.ok()) return file.status();
  return std::make_unique<FileFollower>(directory, *std::move(file));
}

}  // namespace scope::trace
