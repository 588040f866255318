#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "sdk/trace/event_walk.h"
#include "sdk/trace/file_reader.h"

namespace scope::trace {
namespace {

// 4118220 -> "4,118,220"
std::string WithCommas(uint64_t number) {
  std::string text = absl::StrCat(number);
  for (size_t at = text.size(); at > 3;) text.insert(at -= 3, ",");
  return text;
}

}  // namespace

absl::Status FileReader::Load(const std::string& directory) {
  tables_.info.directory = directory;
  tables_.info.file_bytes = file_.bytes();
  absl::Status status = Walk();
  CheckLastBlock(status);
  index_.Check(events_, tables_.nodes.size(), tables_.threads.size());
  tables_.FindMeteredNodes();
  graph_ = CodeGraph(tables_.Maps());
  TraceInfo& info = tables_.info;
  if (last_ticks_ != 0 && !info.complete) {
    info.recorded_ns = std::max(info.recorded_ns, tables_.clock.ToNs(last_ticks_));
  }
  if (!tables_.has_session) {
    return absl::DataLossError(
        absl::StrCat(TraceFileOf(directory), ": its first block is missing or damaged"));
  }
  if (absl::IsDataLoss(status)) {
    info.complete = false;
    SayDamage(status.message());
  } else if (!info.complete) {
    info.damage = absl::StrFormat(
        "the recording was cut off at %.1f s (the collector was killed); %s events are whole, "
        "what came later is missing",
        static_cast<double>(info.recorded_ns) * 1e-9, WithCommas(info.event_count));
  }
  return absl::OkStatus();
}

// Goes from block to block. DataLoss: the file is readable up to a point.
absl::Status FileReader::Walk() {
  uint64_t offset = sizeof(scope_file_header);
  for (uint64_t sequence = 0;; ++sequence) {
    const absl::StatusOr<BlockPlace> place = file_.Find(offset, sequence);
    if (absl::IsOutOfRange(place.status())) return absl::OkStatus();
    if (!place.ok()) return place.status();
    if (place->header.kind == kScopeBlockEvents) {
      events_.push_back(*place);
    } else {
      if (absl::Status read = file_.Read(*place, payload_); !read.ok()) return read;
      if (absl::Status add = tables_.Add(place->header.kind, payload_); !add.ok()) {
        return absl::DataLossError(absl::StrCat("block ", sequence, ": ", add.message()));
      }
      if (place->header.kind == kScopeBlockIndex) index_.Add(payload_);
    }
    tables_.info.block_count = sequence + 1;
    offset = place->end();
  }
}

// The last block of events says how many there are; when it is damaged, the one before it does.
void FileReader::CheckLastBlock(absl::Status& status) {
  while (!events_.empty()) {
    const absl::Status last = Unpack(events_.back(), [](uint32_t) { return false; });
    if (last.ok()) {
      tables_.info.event_count = block_.event_count_before() + block_.event_count();
      last_ticks_ = block_.events().last_ticks();
      starts_whole_ = block_.events().starts_whole();
      return;
    }
    status = last;
    events_.pop_back();
  }
}

absl::Status FileReader::Unpack(const BlockPlace& place,
                                const std::function<bool(uint32_t)>& wanted) {
  absl::Status status = file_.Read(place, payload_);
  if (!status.ok()) return status;
  status = block_.Unpack(payload_, tables_.nodes, tables_.threads.size(), wanted);
  if (status.ok()) return status;
  return absl::DataLossError(absl::StrCat("block ", place.header.sequence, ": ", status.message()));
}

void FileReader::SayDamage(absl::string_view what) {
  TraceInfo& info = tables_.info;
  info.damage = absl::StrFormat(
      "the trace is damaged after %.1f s (%s); %s events are whole, what came later is missing",
      static_cast<double>(last_ticks_ == 0 ? 0 : tables_.clock.ToNs(last_ticks_)) * 1e-9, what,
      WithCommas(info.event_count));
}

void FileReader::EndBefore(size_t block, uint64_t event_count, const absl::Status& why) {
  events_.resize(block);
  index_.Resize(block);
  tables_.info.complete = false;
  tables_.info.event_count = event_count;
  SayDamage(why.message());
}

absl::Status FileReader::ForEach(const Selection& selection,
                                 const std::function<bool(const Event&)>& visit) {
  EventWalk walk(tables_, selection, visit);
  const auto wants = [&](uint32_t node) { return walk.Wants(node); };
  for (size_t i = 0; i < events_.size() && !walk.done(); ++i) {
    absl::Status status = Unpack(events_[i], wants);
    if (status.ok() && block_.events().first_seq() != walk.next_seq()) {
      status = absl::DataLossError(
          absl::StrCat("block ", events_[i].header.sequence, ": events before it are missing"));
    }
    if (!status.ok()) {
      EndBefore(i, walk.event_count(), status);
      break;
    }
    last_ticks_ = block_.events().last_ticks();
    if (!walk.Go(block_)) return absl::OkStatus();
  }
  if (!walk.done()) walk.Finish();
  return absl::OkStatus();
}

const CodeGraph& TraceReader::graph() const {
  static const CodeGraph empty;
  return empty;
}

const std::vector<Meter>& TraceReader::meters() const {
  static const std::vector<Meter> none;
  return none;
}

absl::StatusOr<std::unique_ptr<TraceReader>> TraceReader::Open(const std::string& directory) {
  absl::StatusOr<BlockFile> file = OpenTrace(directory);
  if (!file.ok()) return file.status();
  auto reader = std::make_unique<FileReader>(*std::move(file));
  if (absl::Status status = reader->Load(directory); !status.ok()) return status;
  return std::unique_ptr<TraceReader>(std::move(reader));
}

}  // namespace scope::trace
