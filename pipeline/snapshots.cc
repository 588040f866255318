#include "pipeline/snapshots.h"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "absl/strings/str_cat.h"
#include "pipeline/notes.h"
#include "pipeline/trace_file.h"
#include "pipeline/trace_folder.h"

namespace scope::pipeline {
namespace {

// A snapshot never takes the place of an older one.
std::string NextFree(const std::string& directory) {
  std::string base = directory;
  while (base.size() > 1 && base.back() == '/') base.pop_back();
  std::error_code error;
  for (uint32_t number = 1;; ++number) {
    std::string path = absl::StrCat(base, ".", number);
    if (!std::filesystem::exists(std::filesystem::symlink_status(path, error))) return path;
  }
}

// What stands before the first event of the window.
EncodedBatch Head(const Picture& picture) {
  EncodedBatch head;
  for (const auto& note : picture.notes) head.notes.push_back(*note);
  head.gaps = picture.not_kept;
  head.blocked = picture.blocked;
  head.dropped_without_ring = picture.ending.dropped_without_ring;
  if (!picture.batches.empty()) {
    head.first_ticks = head.last_ticks = picture.batches.front()->first_ticks;
  }
  return head;
}

}  // namespace

Snapshots::Snapshots(const RecordOptions& options, int64_t started_unix_ns)
    : options_(options), started_unix_ns_(started_unix_ns), writer_([this] { Work(); }) {}

Snapshots::~Snapshots() { Finish(); }

void Snapshots::Write(Picture picture) {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    waiting_.push_back(std::move(picture));
  }
  wake_.notify_all();
}

size_t Snapshots::pending() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return waiting_.size() + (is_writing_ ? 1 : 0);
}

std::optional<WrittenSnapshot> Snapshots::Find(uint32_t request) const {
  const std::lock_guard<std::mutex> lock(mutex_);
  for (const WrittenSnapshot& written : written_) {
    if (written.request == request) return written;
  }
  return std::nullopt;
}

std::vector<WrittenSnapshot> Snapshots::Finish() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    stop_ = true;
  }
  wake_.notify_all();
  if (writer_.joinable()) writer_.join();
  return written_;
}

void Snapshots::Work() {
  std::unique_lock<std::mutex> lock(mutex_);
  while (true) {
    wake_.wait(lock, [this] { return stop_ || !waiting_.empty(); });
    if (waiting_.empty()) return;
    const Picture picture = std::move(waiting_.front());
    waiting_.pop_front();
    is_writing_ = true;
    const auto number = static_cast<uint32_t>(written_.size() + 1);
    lock.unlock();
    WrittenSnapshot written = WriteOne(picture, number);
    lock.lock();
    written_.push_back(std::move(written));
    is_writing_ = false;
  }
}

int64_t Snapshots::SpanNs(const Picture& picture) const {
  uint64_t first = ~uint64_t{0};
  uint64_t last = 0;
  for (const auto& batch : picture.batches) {
    if (batch->count == 0) continue;
    first = std::min(first, batch->first_ticks);
    last = std::max(last, batch->last_ticks);
  }
  return last <= first ? 0 : rate_.ToNs(last - first);
}

WrittenSnapshot Snapshots::WriteOne(const Picture& picture, uint32_t number) const {
  const SnapshotWish& wish = picture.wish;
  WrittenSnapshot written{.number = number,
                          .directory = wish.directory,
                          .cause = wish.cause,
                          .failure = "",
                          .span_ns = SpanNs(picture),
                          .request = wish.request};
  if (written.directory.empty()) written.directory = NextFree(options_.directory);
  absl::Status status = PrepareTraceFolder(written.directory);
  auto file = status.ok() ? TraceFile::Create(written.directory + "/" SCOPE_TRACE_FILE)
                          : absl::StatusOr<std::unique_ptr<TraceFile>>(status);
  if (!file.ok()) {
    written.failure = std::string(file.status().message());
    return written;
  }
  Store store(**file, {});
  EncodedBatch head = Head(picture);
  head.notes.insert(head.notes.begin(),
                    SessionNote(options_, started_unix_ns_, {number, wish.cause}));
  store(head);
  for (const auto& batch : picture.batches) store(*batch);
  written.failure = store.failure();
  store.Finish(picture.ending);
  written.events = store.counts().events;
  written.trace_bytes = store.counts().trace_bytes;
  return written;
}

}  // namespace scope::pipeline
