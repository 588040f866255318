#include "pipeline/stages/encode.h"

#include <zstd.h>

#include <algorithm>
#include <numeric>

#include "absl/container/flat_hash_map.h"
#include "sdk/trace/columns.h"

namespace scope::pipeline {
namespace {

constexpr int kPackLevel = 1;

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
  const uint16_t* found_of_event = enrich_.found_of_event().data();
  absl::flat_hash_map<uint32_t, uint64_t> ticks_of_thread;
  for (const ThreadStart& start : batch.starts) ticks_of_thread[start.thread] = start.ticks;
  const auto in_trace = [&](uint64_t t) { encoded.last_ticks = std::max(encoded.last_ticks, t); };
  encoded.first_ticks = ticks_of_thread[batch.runs.front().thread];
  const scope_record* record = batch.records.data();
  uint8_t* index = unpacked_.data();
  for (const Run& run : batch.runs) {
    uint64_t& ticks = ticks_of_thread[run.thread];
    uint64_t last = ticks;
    for (const scope_record* const end = record + run.count; record < end; ++record) {
      const uint32_t place = *found_of_event++;
      const uint32_t column = column_of_[place];
      *index++ = static_cast<uint8_t>(column);
      if (width == 2) *index++ = static_cast<uint8_t>(column >> 8);
      uint64_t value = record->value;
      if (const uint8_t kind = found[place].kind; IsStamp(kind)) {
        const uint64_t now = value > batch.ticks_max ? last : std::max(last, value);
        value = std::min(now - last, trace::kStampTicksMax);
        last += value;
        const uint64_t flags = record->head & SCOPE_HEAD_FLAGS;
        if (kind == kScopeEventExit) value = trace::PackExit(value, flags);
      }
      if (SCOPE_IS_WIDE(found[place].type)) [[unlikely]] {
        const bool is_part = (record->head & SCOPE_HEAD_FLAGS) == SCOPE_FLAG_PART;
        is_part_[next_[place]] = is_part;
        if (is_part || SCOPE_WIDE_OFFSET(value) != 0) ++encoded.continued;
      }
      values_[next_[place]++] = value;
    }
    ticks = last;
    in_trace(last);
  }
  for (const Stamp& stamp : batch.stamps) in_trace(stamp.ticks);
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
    Column column{.node = node.node,
                  .count = node.count,
                  .offset = static_cast<uint32_t>(begin - unpacked_.data()),
                  .bytes = static_cast<uint32_t>(out - begin),
                  .min = static_cast<int64_t>(encoded.first_ticks),
                  .max = static_cast<int64_t>(encoded.last_ticks)};
    if (coding == trace::Coding::kWide) {
      column.min = column.max = 0;
    } else if (coding != trace::Coding::kStamps) {
      column.min = column.max = static_cast<int64_t>(values[0]);
      for (uint32_t i = 1; i < node.count; ++i) {
        column.min = std::min(column.min, static_cast<int64_t>(values[i]));
        column.max = std::max(column.max, static_cast<int64_t>(values[i]));
      }
    }
    encoded.columns.push_back(column);
    values += node.count;
    is_part += node.count;
  }
  encoded.data_bytes = static_cast<uint64_t>(out - unpacked_.data());
}

void Encode::Pack(EncodedBatch& encoded) {
  encoded.data.resize(ZSTD_compressBound(encoded.data_bytes));
  const size_t packed = ZSTD_compress2(packer_->context, encoded.data.data(), encoded.data.size(),
                                       unpacked_.data(), encoded.data_bytes);
  encoded.data.resize(ZSTD_isError(packed) != 0 ? 0 : packed);
}

}  // namespace scope::pipeline
