// One node's events, and summaries of them, out of the blocks that the index names.

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "sdk/trace/file_reader.h"
#include "sdk/trace/stamp_walk.h"

namespace scope::trace {
namespace {

// So many blocks may be read for a pyramid that is finer than they are.
constexpr size_t kPyramidBlocksMax = 64;

absl::Status NoNode(uint32_t node) {
  return absl::InvalidArgumentError(absl::StrCat("there is no node ", node));
}

bool IsInside(const BlockIndex::Entry& entry, const SeqRange& range) {
  return entry.first_seq() >= range.first && entry.last_seq() <= range.last;
}

// Of a node, those that have events in the range, or may have.
std::vector<BlockIndex::Entry> EntriesIn(const BlockIndex& index, uint32_t node,
                                         const SeqRange& range) {
  std::vector<BlockIndex::Entry> entries = index.Find(node);
  const auto outside = [&](const BlockIndex::Entry& entry) {
    return entry.last_seq() < range.first || entry.first_seq() > range.last;
  };
  entries.erase(std::remove_if(entries.begin(), entries.end(), outside), entries.end());
  return entries;
}

}  // namespace

void FileReader::CompleteIndex() {
  while (index_.size() < events_.size()) {
    const size_t number = index_.size();
    uint64_t next_seq = 0;
    if (number > 0) next_seq = index_[number - 1].first_seq + index_[number - 1].count;
    absl::Status status = Unpack(events_[number], [](uint32_t) { return true; });
    if (status.ok() && block_.events().first_seq() != next_seq) {
      status = absl::DataLossError(absl::StrCat("block ", events_[number].header.sequence,
                                                ": events before it are missing"));
    }
    if (!status.ok()) return EndBefore(number, index_.EventCount(number), status);
    index_.AddBlock(events_[number], block_, tables_.nodes, tables_.threads.size());
  }
}

bool FileReader::IsPlain(const Node& node) const {
  if (SCOPE_IS_WIDE(node.value_type)) return false;
  switch (node.kind) {
    case kScopeEventFrame:
    case kScopeEventSuspend:
    case kScopeEventResume:
    case kScopeEventDestroy:
      return false;
    default:
      return true;
  }
}

absl::StatusOr<std::vector<uint64_t>> FileReader::Counts() {
  CompleteIndex();
  std::vector<uint64_t> counts(tables_.nodes.size());
  for (size_t number = 0; number < index_.size(); ++number) {
    for (const ColumnSummary& column : index_[number].columns) {
      if (tables_.nodes[column.node].kind == kScopeEventFrame) continue;
      counts[column.node] += column.count - column.parts;
    }
  }
  return counts;
}

absl::Status FileReader::History(const HistoryQuery& query, const HistoryVisit& visit) {
  if (query.node >= tables_.nodes.size()) return NoNode(query.node);
  const Node& node = tables_.nodes[query.node];
  const bool has_stamp = SCOPE_HAS_STAMP(node.kind);
  const bool needs_times = has_stamp || (query.columns & kHistoryTimes) != 0;
  if (!IsPlain(node) || (query.columns & kHistoryCalls) != 0 || (needs_times && !starts_whole_)) {
    return TraceReader::History(query, visit);
  }
  CompleteIndex();
  for (const BlockIndex::Entry& entry : EntriesIn(index_, query.node, query.range)) {
    if (entry.number >= events_.size()) break;
    const absl::StatusOr<bool> goes_on =
        needs_times ? ShowTimes(entry, query, visit) : ShowPlain(entry, query, visit);
    if (!goes_on.ok()) {
      EndBefore(entry.number, index_.EventCount(entry.number), goes_on.status());
      return absl::OkStatus();
    }
    if (!*goes_on) return absl::OkStatus();
  }
  return absl::OkStatus();
}

// What the index says of a block must be what is in it.
absl::Status FileReader::ReadIndexed(const BlockIndex::Entry& entry, absl::Status unpacked) {
  const uint64_t sequence = events_[entry.number].header.sequence;
  if (!unpacked.ok()) {
    return absl::DataLossError(absl::StrCat("block ", sequence, ": ", unpacked.message()));
  }
  if (block_.events().first_seq() != entry.block->first_seq) {
    return absl::DataLossError(absl::StrCat("block ", sequence, ": events before it are missing"));
  }
  return absl::OkStatus();
}

absl::StatusOr<bool> FileReader::ShowPlain(const BlockIndex::Entry& entry,
                                           const HistoryQuery& query, const HistoryVisit& visit) {
  absl::Status status = file_.Read(events_[entry.number], payload_);
  if (!status.ok()) return status;
  std::vector<uint32_t>& events = span_.places.events;
  status = ReadIndexed(entry, block_.UnpackOne(payload_, tables_.nodes, tables_.threads.size(),
                                               query.node, span_.places));
  if (!status.ok()) return status;
  const uint64_t first_seq = entry.block->first_seq;
  size_t begin = 0;
  size_t end = events.size();
  while (begin < end && first_seq + events[begin] < query.range.first) ++begin;
  while (begin < end && first_seq + events[end - 1] > query.range.last) --end;
  if (begin == end) return true;
  span_.seq.resize(events.size());
  for (size_t i = begin; i < end; ++i) span_.seq[i] = first_seq + events[i];
  const bool wants_threads = (query.columns & kHistoryThreads) != 0;
  if (wants_threads) FillThreads(events);
  return visit({.count = end - begin,
                .seq = span_.seq.data() + begin,
                .bits = span_.places.values + begin,
                .thread = wants_threads ? span_.thread.data() + begin : nullptr});
}

void FileReader::FillThreads(const std::vector<uint32_t>& events) {
  span_.thread.resize(events.size());
  size_t at = 0;
  uint64_t end = 0;
  if (block_.events().runs() == nullptr) return;
  for (const wire::Run* run : *block_.events().runs()) {
    end += run->count();
    for (; at < events.size() && events[at] < end; ++at) span_.thread[at] = run->thread();
  }
}

absl::StatusOr<bool> FileReader::ShowTimes(const BlockIndex::Entry& entry,
                                           const HistoryQuery& query, const HistoryVisit& visit) {
  const auto wants = [&](uint32_t node) {
    return node == query.node || SCOPE_HAS_STAMP(tables_.nodes[node].kind);
  };
  absl::Status status = Unpack(events_[entry.number], wants);
  if (status.ok()) status = ReadIndexed(entry, absl::OkStatus());
  if (!status.ok()) return status;
  uint32_t wanted = ~uint32_t{0};
  const uint64_t* next = nullptr;
  for (uint32_t column = 0; column < block_.columns().size(); ++column) {
    if (block_.columns()[column].node != query.node) continue;
    wanted = column;
    next = block_.columns()[column].next;
  }
  const bool has_stamp = SCOPE_HAS_STAMP(tables_.nodes[query.node].kind);
  span_.seq.clear();
  span_.bits.clear();
  span_.thread.clear();
  span_.time_ns.clear();
  uint64_t last_time = ~uint64_t{0};
  int64_t last_ns = 0;
  StampWalk walk;
  walk.Go(block_, tables_.nodes, tables_.threads.size(),
          [&](uint32_t event, uint32_t column, uint32_t thread, uint64_t ticks, uint64_t time) {
            if (column != wanted) return;
            const uint64_t bits = has_stamp ? ticks : *next++;
            const uint64_t seq = entry.block->first_seq + event;
            if (seq < query.range.first || seq > query.range.last) return;
            if (time != last_time) {
              last_time = time;
              last_ns = tables_.clock.ToNs(time);
            }
            span_.seq.push_back(seq);
            span_.bits.push_back(bits);
            span_.thread.push_back(thread);
            span_.time_ns.push_back(last_ns);
          });
  if (span_.seq.empty()) return true;
  const bool wants_times = (query.columns & kHistoryTimes) != 0;
  const bool wants_threads = (query.columns & kHistoryThreads) != 0;
  return visit({.count = span_.seq.size(),
                .seq = span_.seq.data(),
                .bits = span_.bits.data(),
                .thread = wants_threads ? span_.thread.data() : nullptr,
                .time_ns = wants_times ? span_.time_ns.data() : nullptr});
}

Bucket FileReader::BucketOf(const BlockIndex::Entry& entry) const {
  const ColumnSummary& column = *entry.column;
  return {.first_seq = entry.first_seq(),
          .last_seq = entry.last_seq(),
          .first_time_ns = tables_.clock.ToNs(column.first_ticks),
          .last_time_ns = tables_.clock.ToNs(column.last_ticks),
          .count = column.count,
          .min = column.min,
          .max = column.max,
          .first = column.first,
          .last = column.last};
}

absl::StatusOr<std::vector<Bucket>> FileReader::Pyramid(uint32_t node, size_t buckets,
                                                        const SeqRange& range) {
  if (node >= tables_.nodes.size()) return NoNode(node);
  if (!IsPlain(tables_.nodes[node]) || !starts_whole_) {
    return TraceReader::Pyramid(node, buckets, range);
  }
  CompleteIndex();
  std::vector<Bucket> result;
  const std::vector<BlockIndex::Entry> entries = EntriesIn(index_, node, range);
  if (entries.empty()) return result;
  const uint64_t first = std::max(range.first, entries.front().first_seq());
  const uint64_t last = std::min(range.last, entries.back().last_seq());
  const uint64_t width = buckets == 0 ? 1 : (last - first) / buckets + 1;
  const bool reads_all = entries.size() < buckets && entries.size() <= kPyramidBlocksMax;
  BucketFiller filler(tables_.nodes[node].value_type);
  uint64_t end = first + width;  // of the bucket that is filled
  const auto add = [&](const Bucket& piece) {
    if (filler.bucket().count > 0 && (buckets == 0 || piece.first_seq >= end)) {
      result.push_back(filler.Take());
    }
    if (piece.first_seq >= end) end += ((piece.first_seq - end) / width + 1) * width;
    filler.Add(piece);
  };
  for (const BlockIndex::Entry& entry : entries) {
    if (!reads_all && IsInside(entry, range)) {
      add(BucketOf(entry));
      continue;
    }
    // Of a block that lies only partly in the range all that is in it is one piece.
    BucketFiller piece(tables_.nodes[node].value_type);
    const HistoryQuery query{
        .node = node,
        .range = {std::max(range.first, entry.first_seq()), std::min(range.last, entry.last_seq())},
        .columns = kHistoryTimes};
    const absl::Status status = History(query, [&](const HistorySpan& span) {
      for (size_t i = 0; i < span.count; ++i) {
        piece.Add(span.seq[i], span.time_ns[i], span.bits[i]);
        if (reads_all) add(piece.Take());
      }
      return true;
    });
    if (!status.ok()) return status;
    if (entry.number >= events_.size()) break;  // It was damaged, and the trace ends before it.
    if (piece.bucket().count > 0) add(piece.Take());
  }
  if (filler.bucket().count > 0) result.push_back(filler.Take());
  return result;
}

}  // namespace scope::trace
