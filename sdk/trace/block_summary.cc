#include "sdk/trace/block_summary.h"

#include <zstd.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>

#include "scope/trace/history.h"
#include "scope/wire/block.h"
#include "sdk/trace/columns.h"

namespace scope::trace {
namespace {

constexpr int kPackLevel = 3;
constexpr uint64_t kBytesMax = SCOPE_BLOCK_BYTES_MAX;

class Writer {
 public:
  void Number(uint64_t number) {
    const size_t at = bytes_.size();
    bytes_.resize(at + kCodedBytesMax);
    const uint8_t* end = EncodeColumn(Coding::kStamps, &number, nullptr, 1, bytes_.data() + at);
    bytes_.resize(static_cast<size_t>(end - bytes_.data()));
  }
  template <typename Items, typename Get>
  void Field(const Items& items, Get get) {
    numbers_.clear();
    for (const auto& item : items) numbers_.push_back(get(item));
    coded_.resize(numbers_.size() * kCodedBytesMax);
    const uint8_t* end =
        EncodeColumn(Coding::kDeltas, numbers_.data(), nullptr, numbers_.size(), coded_.data());
    const auto count = static_cast<size_t>(end - coded_.data());
    Number(count);
    bytes_.insert(bytes_.end(), coded_.data(), coded_.data() + count);
  }
  const std::vector<uint8_t>& bytes() const { return bytes_; }

 private:
  std::vector<uint8_t> bytes_;
  std::vector<uint8_t> coded_;
  std::vector<uint64_t> numbers_;
};

class Reader {
 public:
  explicit Reader(const std::vector<uint8_t>& bytes) : bytes_(bytes) {}

  uint64_t Number() {
    uint64_t number = 0;
    for (uint32_t shift = 0; shift < 64; shift += 7) {
      if (at_ == bytes_.size()) break;
      const uint8_t byte = bytes_[at_++];
      number |= uint64_t{byte & 0x7fu} << shift;
      if (byte < 0x80) return number;
    }
    ok_ = false;
    return 0;
  }
  template <typename Items, typename Set>
  void Field(Items& items, Set set) {
    const uint64_t count = Number();
    if (!ok_ || count > bytes_.size() - at_) {
      ok_ = false;
      return;
    }
    numbers_.resize(items.size());
    ok_ = DecodeColumn(Coding::kDeltas, bytes_.data() + at_, count, numbers_.data(), nullptr,
                       numbers_.size());
    at_ += count;
    if (!ok_) return;
    for (size_t i = 0; i < items.size(); ++i) set(items[i], numbers_[i]);
  }
  bool ok() const { return ok_; }
  bool at_end() const { return at_ == bytes_.size(); }

 private:
  const std::vector<uint8_t>& bytes_;
  size_t at_ = 0;
  bool ok_ = true;
  std::vector<uint64_t> numbers_;
};

struct BlockFields {
  BlockSummary* block;
  uint64_t threads;
  uint64_t columns;
};
struct ColumnFields {
  ColumnSummary* column;
  uint64_t ticks;  // of its block
};

constexpr auto As32(uint64_t number) { return static_cast<uint32_t>(number); }

// Each field once, for both directions: `field(items, get, set)`.
template <typename Field>
void BlockFieldsOf(std::vector<BlockFields>& all, Field field) {
#define SCOPE_FIELD(type, name)                                          \
  field(                                                                 \
      all, [](const BlockFields& f) { return uint64_t{f.block->name}; }, \
      [](BlockFields& f, uint64_t n) { f.block->name = static_cast<type>(n); })
  SCOPE_FIELD(uint64_t, sequence);
  SCOPE_FIELD(uint64_t, first_seq);
  SCOPE_FIELD(uint32_t, count);
  SCOPE_FIELD(bool, has_gaps);
  SCOPE_FIELD(uint64_t, first_ticks);
#undef SCOPE_FIELD
  field(
      all, [](const BlockFields& f) { return f.threads; },
      [](BlockFields& f, uint64_t n) { f.threads = n; });
  field(
      all, [](const BlockFields& f) { return f.columns; },
      [](BlockFields& f, uint64_t n) { f.columns = n; });
}

template <typename Field>
void ThreadFieldsOf(std::vector<BlockSummary::Thread*>& all, Field field) {
  using Thread = BlockSummary::Thread;
  field(
      all, [](const Thread* t) { return uint64_t{t->number}; },
      [](Thread* t, uint64_t n) { t->number = As32(n); });
  field(
      all, [](const Thread* t) { return uint64_t{t->count}; },
      [](Thread* t, uint64_t n) { t->count = As32(n); });
}

template <typename Field>
void ColumnFieldsOf(std::vector<ColumnFields>& all, Field field) {
#define SCOPE_FIELD(name, base)                                                             \
  field(                                                                                    \
      all, [](const ColumnFields& f) { return uint64_t{f.column->name} - uint64_t{base}; }, \
      [](ColumnFields& f, uint64_t n) {                                                     \
        f.column->name = static_cast<decltype(f.column->name)>(n + uint64_t{base});         \
      })
  SCOPE_FIELD(node, 0);
  SCOPE_FIELD(count, 0);
  SCOPE_FIELD(parts, 0);
  SCOPE_FIELD(first_event, 0);
  SCOPE_FIELD(last_event, 0);
  SCOPE_FIELD(first_ticks, f.ticks);
  SCOPE_FIELD(last_ticks, f.column->first_ticks);
  SCOPE_FIELD(min, 0);
  SCOPE_FIELD(max, f.column->min);
  SCOPE_FIELD(first, f.column->min);
  SCOPE_FIELD(last, f.column->min);
#undef SCOPE_FIELD
}

template <typename Less>
void SummariseBy(Less less, const uint64_t* values, size_t count, ColumnSummary& summary) {
  uint64_t min = values[0];
  uint64_t max = values[0];
  for (size_t i = 1; i < count; ++i) {
    min = less(values[i], min) ? values[i] : min;
    max = less(max, values[i]) ? values[i] : max;
  }
  summary.min = min;
  summary.max = max;
}

}  // namespace

std::vector<uint8_t> PackSummaries(const std::vector<BlockSummary>& from, uint64_t* bytes) {
  std::vector<BlockSummary> blocks = from;
  std::vector<BlockFields> block_fields;
  std::vector<BlockSummary::Thread*> threads;
  std::vector<ColumnFields> columns;
  for (BlockSummary& block : blocks) {
    block_fields.push_back({&block, block.threads.size(), block.columns.size()});
    for (BlockSummary::Thread& thread : block.threads) threads.push_back(&thread);
    for (ColumnSummary& column : block.columns) columns.push_back({&column, block.first_ticks});
  }
  Writer writer;
  writer.Number(blocks.size());
  const auto put = [&](const auto& items, auto get, auto) { writer.Field(items, get); };
  BlockFieldsOf(block_fields, put);
  ThreadFieldsOf(threads, put);
  ColumnFieldsOf(columns, put);
  *bytes = writer.bytes().size();
  std::vector<uint8_t> packed(ZSTD_compressBound(*bytes));
  const size_t size =
      ZSTD_compress(packed.data(), packed.size(), writer.bytes().data(), *bytes, kPackLevel);
  packed.resize(ZSTD_isError(size) != 0 ? 0 : size);
  return packed;
}

bool UnpackSummaries(const uint8_t* packed, size_t packed_bytes, uint64_t bytes,
                     std::vector<BlockSummary>& blocks) {
  if (bytes > kBytesMax) return false;
  std::vector<uint8_t> unpacked(bytes);
  if (ZSTD_decompress(unpacked.data(), bytes, packed, packed_bytes) != bytes) return false;
  Reader reader(unpacked);
  // Every element takes at least a byte in each field.
  const uint64_t block_count = reader.Number();
  if (!reader.ok() || block_count > bytes) return false;
  blocks.assign(block_count, BlockSummary{});
  std::vector<BlockFields> block_fields;
  for (BlockSummary& block : blocks) block_fields.push_back({&block, 0, 0});
  const auto get = [&](auto& items, auto, auto set) {
    if (reader.ok()) reader.Field(items, set);
  };
  BlockFieldsOf(block_fields, get);
  uint64_t thread_count = 0;
  uint64_t column_count = 0;
  for (const BlockFields& f : block_fields) {
    if (f.threads > bytes || f.columns > bytes) return false;
    thread_count += f.threads;
    column_count += f.columns;
    if (thread_count > bytes || column_count > bytes) return false;
  }
  if (!reader.ok()) return false;
  std::vector<BlockSummary::Thread*> threads;
  std::vector<ColumnFields> columns;
  for (BlockFields& f : block_fields) {
    f.block->threads.resize(f.threads);
    f.block->columns.resize(f.columns);
    for (BlockSummary::Thread& thread : f.block->threads) threads.push_back(&thread);
    for (ColumnSummary& column : f.block->columns) {
      columns.push_back({&column, f.block->first_ticks});
    }
  }
  ThreadFieldsOf(threads, get);
  ColumnFieldsOf(columns, get);
  return reader.ok() && reader.at_end();
}

void Summarise(uint8_t type, const uint64_t* values, size_t count, ColumnSummary& summary) {
  summary.first = values[0];
  summary.last = values[count - 1];
  const auto known = static_cast<scope_value_type>(type);
  if (type == kScopeValueF32 || type == kScopeValueF64) {
    // A NaN is neither, unless there is nothing else.
    const uint64_t* const end = values + count;
    const auto is_number = [](uint64_t bits) { return !std::isnan(std::bit_cast<double>(bits)); };
    const uint64_t* const number = std::find_if(values, end, is_number);
    if (number != end) values = number;
    count = static_cast<size_t>(end - values);
    const auto less = [](uint64_t a, uint64_t b) {
      return std::bit_cast<double>(a) < std::bit_cast<double>(b);
    };
    SummariseBy(less, values, count, summary);
  } else if (LessBits(known, ~uint64_t{0}, 0)) {
    const auto less = [](uint64_t a, uint64_t b) {
      return static_cast<int64_t>(a) < static_cast<int64_t>(b);
    };
    SummariseBy(less, values, count, summary);
  } else {
    SummariseBy([](uint64_t a, uint64_t b) { return a < b; }, values, count, summary);
  }
}

}  // namespace scope::trace
