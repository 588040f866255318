#include "pipeline/stages/encode.h"

#include <zstd.h>

#include <algorithm>
#include <numeric>

#include "absl/container/flat_hash_map.h"
#include "sdk/trace/columns.h"

namespace scope::pipeline {
namespace {

constexpr int kPackLevel = 1;
constexpr size_t kFrameBytes = 16384;
constexpr size_t kFrameExtra = 4096;  // for the heads of a few frames
constexpr uint32_t kNotSeen = ~uint32_t{0};

bool IsStamp(uint8_t kind) { return SCOPE_HAS_STAMP(kind); }

}  // namespace

struct Encode::Packer {
  ZSTD_CCtx* context = ZSTD_createCCtx();
  ~Packer() { ZSTD_freeCCtx(context); }
};

Encode::Encode() : packer_(std::make_unique<Packer>()) {
  ZSTD_CCtx_setParameter(packer_->context, ZSTD_c_compressionLevel, kPackLevel);
}
Encode::~Encode() = default;

std::unique_ptr<EncodedBatch> Encode::operator()(Batch& batch) {
  auto encoded = std::make_unique<EncodedBatch>();
  if (batch.records.size() > 0) enrich_(batch);
  encoded->count = static_cast<uint32_t>(batch.records.size());
  if (encoded->count > 0) {
    OrderColumns();
    Scatter(batch, *encoded);
    EncodeColumns(*encoded);
    Pack(*encoded);
  }
  encoded->ticket = batch.ticket;
  encoded->lease = std::move(batch.lease);
  encoded->lease.PassTo(kScopeMetricLeasesStore);
  encoded->notes = std::move(batch.notes);
  encoded->runs = std::move(batch.runs);
  encoded->starts = std::move(batch.starts);
  encoded->gaps = std::move(batch.gaps);
  encoded->stamps = std::move(batch.stamps);
  encoded->blocked = std::move(batch.blocked);
  encoded->ended = std::move(batch.ended);
  encoded->dropped_without_ring = batch.dropped_without_ring;
  encoded->wants_totals = batch.wants_totals;
  encoded->snapshots = std::move(batch.snapshots);
  return encoded;
}

void Encode::OrderColumns() {
  const std::vector<Enrich::Found>& found = enrich_.found();
  order_.resize(found.size());
  column_of_.resize(found.size());
  next_.resize(found.size());
  std::iota(order_.begin(), order_.end(), 0u);
  std::sort(order_.begin(), order_.end(),
            [&](uint32_t a, uint32_t b) { return found[a].node < found[b].node; });
  uint32_t start = 0;
  for (uint32_t column = 0; column < order_.size(); ++column) {
    column_of_[order_[column]] = column;
    next_[order_[column]] = start;
    start += found[order_[column]].count;
  }
}

// Writes the index stream, and brings each column's values together. Stamps become differences.
void Encode::Scatter(const Batch& batch, EncodedBatch& encoded) {
  const std::vector<Enrich::Found>& found = enrich_.found();
  const size_t count = batch.records.size();
  const size_t width = trace::IndexWidth(found.size());
  if (values_.size() < count) {
    values_.resize(SCOPE_EVENTS_IN_BLOCK_MAX);
    is_part_.resize(SCOPE_EVENTS_IN_BLOCK_MAX);
  }
  unpacked_.resize(std::max(unpacked_.size(), count * (width + trace::kCodedBytesMax)));
  encoded.index_bytes = static_cast<uint32_t>(count * width);
  summaries_.assign(found.size(), {.count = kNotSeen});
  const uint16_t* const found_of_event = enrich_.found_of_event().data();
  clocks_.clear();
  for (const ThreadStart& start : batch.starts) clocks_[start.thread] = {start.ticks, 0};
  const auto in_trace = [&](uint64_t t) { encoded.last_ticks = std::max(encoded.last_ticks, t); };
  encoded.first_ticks = clocks_[batch.runs.front().thread].ticks;
  auto stamp = batch.stamps.begin();
  uint32_t event = 0;
  uint8_t* index = unpacked_.data();
  for (const Run& run : batch.runs) {
    Clock& clock = clocks_[run.thread];
    for (const uint32_t run_end = event + run.count; event < run_end;) {
      for (; stamp != batch.stamps.end() && stamp->before <= event; ++stamp) {
        // A thread that says nothing in this batch has no clock here.
        const auto found_clock = clocks_.find(stamp->thread);
        if (found_clock == clocks_.end()) continue;
        found_clock->second.moment = std::max(found_clock->second.moment, stamp->ticks);
      }
      const uint32_t end = stamp == batch.stamps.end() ? run_end : std::min(run_end, stamp->before);
      uint64_t last = clock.ticks;
      uint64_t moment = clock.moment;
      for (; event < end; ++event) {
        const scope_record& record = batch.records[event];
        const uint32_t place = found_of_event[event];
        const uint32_t column = column_of_[place];
        *index++ = static_cast<uint8_t>(column);
        if (width == 2) *index++ = static_cast<uint8_t>(column >> 8);
        uint64_t value = record.value;
        trace::ColumnSummary& summary = summaries_[place];
        if (const uint8_t kind = found[place].kind; IsStamp(kind)) {
          const uint64_t now = value > batch.ticks_max ? last : std::max(last, value);
          value = std::min(now - last, trace::kStampTicksMax);
          last += value;
          if (last >= moment) moment = 0;
          const uint64_t flags = record.head & SCOPE_HEAD_FLAGS;
          if (kind == kScopeEventExit) value = trace::PackExit(value, flags);
          if (summary.count == kNotSeen) {
            summary.min = summary.max = summary.first = last;
          }
          summary.min = std::min(summary.min, last);
          summary.max = std::max(summary.max, last);
          summary.last = last;
        }
        if (SCOPE_IS_WIDE(found[place].type)) [[unlikely]] {
          const bool is_part = (record.head & SCOPE_HEAD_FLAGS) == SCOPE_FLAG_PART;
          is_part_[next_[place]] = is_part;
          if (is_part || SCOPE_WIDE_OFFSET(value) != 0) {
            ++encoded.continued;
            ++summary.parts;
          }
        }
        const uint64_t time = std::max(last, moment);
        if (summary.count == kNotSeen) [[unlikely]] {
          summary.count = 0;
          summary.first_event = event;
          summary.first_ticks = time;
        }
        summary.last_event = event;
        summary.last_ticks = time;
        values_[next_[place]++] = value;
      }
      clock = {last, moment};
      in_trace(last);
    }
  }
  for (const Stamp& moment : batch.stamps) in_trace(moment.ticks);
}

void Encode::EncodeColumns(EncodedBatch& encoded) {
  const std::vector<Enrich::Found>& found = enrich_.found();
  const uint64_t* values = values_.data();
  const uint8_t* is_part = is_part_.data();
  uint8_t* out = unpacked_.data() + encoded.index_bytes;
  for (const uint32_t place : order_) {
    const Enrich::Found& node = found[place];
    const trace::Coding coding = trace::CodingOf(node.kind, node.type);
    uint8_t* const begin = out;
    out = trace::EncodeColumn(coding, values, is_part, node.count, out);
    encoded.columns.push_back({.node = node.node,
                               .count = node.count,
                               .offset = static_cast<uint32_t>(begin - unpacked_.data()),
                               .bytes = static_cast<uint32_t>(out - begin)});
    trace::ColumnSummary& summary = encoded.summaries.emplace_back(summaries_[place]);
    summary.node = node.node;
    summary.count = node.count;
    if (coding == trace::Coding::kFloats || coding == trace::Coding::kDeltas) {
      trace::Summarise(node.type, values, node.count, summary);
    }
    values += node.count;
    is_part += node.count;
  }
  encoded.data_bytes = static_cast<uint64_t>(out - unpacked_.data());
}

// The index stream, and then columns together until they are worth a frame: who wants one column
// has not much more to unpack, and what repeats from column to column is still found.
void Encode::Pack(EncodedBatch& encoded) {
  encoded.data.reserve(ZSTD_compressBound(encoded.data_bytes) + kFrameExtra);
  size_t begin = 0;
  size_t end = encoded.index_bytes;
  for (const Column& column : encoded.columns) {
    const bool is_full = end - begin >= kFrameBytes;
    if (begin == 0 || is_full) {
      PackFrame(begin, end, encoded);
      begin = end;
    }
    end = column.offset + column.bytes;
  }
  PackFrame(begin, end, encoded);
}

void Encode::PackFrame(size_t begin, size_t end, EncodedBatch& encoded) {
  const size_t before = encoded.data.size();
  encoded.data.resize(before + ZSTD_compressBound(end - begin));
  const size_t packed =
      ZSTD_compress2(packer_->context, encoded.data.data() + before, encoded.data.size() - before,
                     unpacked_.data() + begin, end - begin);
  encoded.data.resize(before + (ZSTD_isError(packed) != 0 ? 0 : packed));
  encoded.frames.push_back(
      {.packed = static_cast<uint32_t>(packed), .unpacked = static_cast<uint32_t>(end - begin)});
}

}  // namespace scope::pipeline
