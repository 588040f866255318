// What every reader can do, however it stores its events.

#include "scope/trace/history.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <utility>

#include "absl/strings/str_cat.h"
#include "scope/trace/reader.h"

namespace scope::trace {
namespace {

constexpr size_t kSpanMax = 4096;

bool IsFloat(scope_value_type type) { return type == kScopeValueF32 || type == kScopeValueF64; }

bool IsNan(scope_value_type type, uint64_t bits) {
  return IsFloat(type) && std::isnan(std::bit_cast<double>(bits));
}

// Collects events until there are enough for a span.
class Span {
 public:
  Span(const HistoryQuery& query, const HistoryVisit& visit) : query_(query), visit_(visit) {}

  bool Add(const Event& event) {
    seq_.push_back(event.seq);
    bits_.push_back(event.bits);
    if (query_.columns & kHistoryThreads) thread_.push_back(event.thread);
    if (query_.columns & kHistoryTimes) time_ns_.push_back(event.time_ns);
    if (query_.columns & kHistoryCalls) call_.push_back(event.call);
    return seq_.size() < kSpanMax || Show();
  }

  bool Show() {
    if (seq_.empty()) return true;
    const HistorySpan span{.count = seq_.size(),
                           .seq = seq_.data(),
                           .bits = bits_.data(),
                           .thread = thread_.empty() ? nullptr : thread_.data(),
                           .time_ns = time_ns_.empty() ? nullptr : time_ns_.data(),
                           .call = call_.empty() ? nullptr : call_.data()};
    goes_on_ = visit_(span);
    seq_.clear();
    bits_.clear();
    thread_.clear();
    time_ns_.clear();
    call_.clear();
    return goes_on_;
  }

  bool goes_on() const { return goes_on_; }

 private:
  const HistoryQuery& query_;
  const HistoryVisit& visit_;
  bool goes_on_ = true;
  std::vector<uint64_t> seq_;
  std::vector<uint64_t> bits_;
  std::vector<uint32_t> thread_;
  std::vector<int64_t> time_ns_;
  std::vector<uint64_t> call_;
};

}  // namespace

bool LessBits(scope_value_type type, uint64_t a, uint64_t b) {
  switch (type) {
    case kScopeValueF32:
    case kScopeValueF64:
      return std::bit_cast<double>(a) < std::bit_cast<double>(b);
    case kScopeValueI8:
    case kScopeValueI16:
    case kScopeValueI32:
    case kScopeValueI64:
    case kScopeValueChar:
      return static_cast<int64_t>(a) < static_cast<int64_t>(b);
    default:
      return a < b;
  }
}

void BucketFiller::Add(const Bucket& next) {
  if (next.count == 0) return;
  if (bucket_.count == 0) {
    bucket_ = next;
    return;
  }
  bucket_.last_seq = next.last_seq;
  bucket_.last_time_ns = next.last_time_ns;
  bucket_.last = next.last;
  bucket_.count += next.count;
  if (IsNan(type_, bucket_.min) || LessBits(type_, next.min, bucket_.min)) bucket_.min = next.min;
  if (IsNan(type_, bucket_.max) || LessBits(type_, bucket_.max, next.max)) bucket_.max = next.max;
}

Bucket BucketFiller::Take() { return std::exchange(bucket_, Bucket{}); }

absl::Status TraceReader::History(const HistoryQuery& query, const HistoryVisit& visit) {
  if (query.node >= nodes().size()) {
    return absl::InvalidArgumentError(absl::StrCat("there is no node ", query.node));
  }
  std::vector<bool> wanted(nodes().size());
  wanted[query.node] = true;
  Selection selection;
  selection.first_seq = query.range.first;
  selection.last_seq = query.range.last;
  selection.nodes = &wanted;
  selection.gaps = false;
  Span span(query, visit);
  absl::Status status = ForEach(selection, [&](const Event& event) { return span.Add(event); });
  if (status.ok() && span.goes_on()) span.Show();
  return status;
}

absl::StatusOr<std::vector<Bucket>> TraceReader::Pyramid(uint32_t node, size_t buckets,
                                                         const SeqRange& range) {
  std::vector<Bucket> result;
  // A wide value whose end is missing comes when that is known: its seq may be less than the last.
  uint64_t first_seq = ~uint64_t{0};
  uint64_t last_seq = 0;
  const auto look = [&](const HistorySpan& span) {
    for (size_t i = 0; i < span.count; ++i) {
      first_seq = std::min(first_seq, span.seq[i]);
      last_seq = std::max(last_seq, span.seq[i]);
    }
    return true;
  };
  if (absl::Status status = History({.node = node, .range = range}, look); !status.ok()) {
    return status;
  }
  if (first_seq > last_seq) return result;
  const uint64_t width = (last_seq - first_seq) / std::max<size_t>(buckets, 1) + 1;
  BucketFiller filler(nodes()[node].value_type);
  uint64_t end = first_seq + width;
  const auto fill = [&](const HistorySpan& span) {
    for (size_t i = 0; i < span.count; ++i) {
      if (span.seq[i] >= end) {
        if (filler.bucket().count > 0) result.push_back(filler.Take());
        end += (span.seq[i] - end) / width * width + width;
      }
      filler.Add(span.seq[i], span.time_ns[i], span.bits[i]);
    }
    return true;
  };
  const HistoryQuery query{.node = node, .range = range, .columns = kHistoryTimes};
  if (absl::Status status = History(query, fill); !status.ok()) return status;
  result.push_back(filler.Take());
  return result;
}

absl::StatusOr<std::vector<uint64_t>> TraceReader::Counts() {
  std::vector<uint64_t> counts(nodes().size());
  Selection selection;
  selection.gaps = false;
  const absl::Status status = ForEach(selection, [&](const Event& event) {
    ++counts[event.node->number];
    return true;
  });
  if (!status.ok()) return status;
  return counts;
}

}  // namespace scope::trace
