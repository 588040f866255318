#include "sdk/trace/event_block.h"

#include <zstd.h>

#include "absl/strings/str_cat.h"
#include "sdk/trace/columns.h"

namespace scope::trace {
namespace {

constexpr uint64_t kDataBytesMax = SCOPE_EVENTS_IN_BLOCK_MAX * (2 + kCodedBytesMax);

absl::Status Senseless(absl::string_view what) {
  return absl::DataLossError(absl::StrCat("it does not make sense: ", what));
}

template <typename T>
size_t SizeOf(const flatbuffers::Vector<T>* vector) {
  return vector == nullptr ? 0 : vector->size();
}

// True when every element's place is inside the block and the places ascend.
template <typename T>
bool Ascend(const flatbuffers::Vector<const T*>* elements, uint32_t count, size_t threads) {
  uint32_t last = 0;
  for (size_t i = 0; i < SizeOf(elements); ++i) {
    const T* element = elements->Get(static_cast<flatbuffers::uoffset_t>(i));
    if (element->before() < last || element->before() > count) return false;
    if (element->thread() >= threads) return false;
    last = element->before();
  }
  return true;
}

}  // namespace

struct EventBlock::Unpacker {
  ZSTD_DCtx* context = ZSTD_createDCtx();
  ~Unpacker() { ZSTD_freeDCtx(context); }
};

EventBlock::EventBlock() : unpacker_(std::make_unique<Unpacker>()) {}
EventBlock::~EventBlock() = default;

absl::Status EventBlock::Unpack(const std::vector<uint8_t>& payload, const std::deque<Node>& nodes,
                                size_t thread_count, const std::function<bool(uint32_t)>& wanted) {
  flatbuffers::Verifier verifier(payload.data(), payload.size());
  if (!verifier.VerifyBuffer<wire::Events>(nullptr)) return Senseless("it is no block of events");
  events_ = flatbuffers::GetRoot<wire::Events>(payload.data());
  if (absl::Status status = CheckThreads(thread_count); !status.ok()) return status;
  if (absl::Status status = UnpackData(); !status.ok()) return status;
  if (absl::Status status = UnpackColumns(nodes, wanted); !status.ok()) return status;
  return CheckIndex();
}

absl::Status EventBlock::CheckThreads(size_t thread_count) const {
  const uint32_t count = events_->count();
  if (count > SCOPE_EVENTS_IN_BLOCK_MAX) return Senseless("too many events");
  uint64_t sum = 0;
  for (size_t i = 0; i < SizeOf(events_->runs()); ++i) {
    const wire::Run* run = events_->runs()->Get(static_cast<flatbuffers::uoffset_t>(i));
    if (run->thread() >= thread_count) return Senseless("an unknown thread");
    sum += run->count();
  }
  if (sum != count) return Senseless("the threads' runs do not add up");
  if (events_->continued() > count || events_->continued_before() > events_->first_seq()) {
    return Senseless("more records go on than there are");
  }
  for (size_t i = 0; i < SizeOf(events_->threads()); ++i) {
    if (events_->threads()->Get(static_cast<flatbuffers::uoffset_t>(i))->thread() >= thread_count) {
      return Senseless("an unknown thread");
    }
  }
  if (!Ascend(events_->gaps(), count, thread_count)) return Senseless("a gap outside the block");
  if (Ascend(events_->stamps(), count, thread_count)) return absl::OkStatus();
  return Senseless("a stamp outside the block");
}

absl::Status EventBlock::UnpackData() {
  const uint64_t bytes = events_->data_bytes();
  const size_t packed = SizeOf(events_->data());
  wide_ = IndexWidth(SizeOf(events_->columns())) == 2;
  if (bytes > kDataBytesMax) return Senseless("too many bytes");
  if (events_->index_bytes() != uint64_t{events_->count()} * (wide_ ? 2 : 1) ||
      events_->index_bytes() > bytes) {
    return Senseless("the index has another length than the events");
  }
  if (data_.size() < bytes + 1) data_.resize(bytes + 1);
  index_ = data_.data();
  if (bytes == 0) return absl::OkStatus();
  const uint8_t* const from = packed == 0 ? nullptr : events_->data()->data();
  const size_t unpacked =
      ZSTD_decompressDCtx(unpacker_->context, data_.data(), bytes, from, packed);
  if (ZSTD_isError(unpacked) != 0 || unpacked != bytes) return Senseless("it cannot be unpacked");
  return absl::OkStatus();
}

absl::Status EventBlock::UnpackColumns(const std::deque<Node>& nodes,
                                       const std::function<bool(uint32_t)>& wanted) {
  columns_.clear();
  if (values_.size() < events_->count()) {
    values_.resize(SCOPE_EVENTS_IN_BLOCK_MAX);
    is_part_.resize(SCOPE_EVENTS_IN_BLOCK_MAX);
  }
  uint64_t used = 0;
  for (size_t i = 0; i < SizeOf(events_->columns()); ++i) {
    const wire::Column& column = *events_->columns()->Get(static_cast<flatbuffers::uoffset_t>(i));
    if (column.node() >= nodes.size()) return Senseless("an unknown node");
    const uint64_t offset = column.offset();
    if (offset < events_->index_bytes() || offset + column.bytes() > events_->data_bytes() ||
        used + column.count() > events_->count()) {
      return Senseless("a column outside the block");
    }
    Column unpacked{.node = column.node(), .count = column.count()};
    if (wanted(column.node())) {
      const Node& node = nodes[column.node()];
      const Coding coding = CodingOf(node.kind, node.value_type);
      if (!DecodeColumn(coding, data_.data() + offset, column.bytes(), values_.data() + used,
                        is_part_.data() + used, column.count())) {
        return Senseless("a column cannot be read");
      }
      unpacked.next = values_.data() + used;
      if (coding == Coding::kWide) unpacked.is_part = is_part_.data() + used;
    }
    used += column.count();
    columns_.push_back(unpacked);
  }
  return used == events_->count() ? absl::OkStatus() : Senseless("the columns do not add up");
}

// Every index names a column, and no column is named more often than it has values.
absl::Status EventBlock::CheckIndex() {
  std::vector<uint32_t> named(columns_.size());
  for (uint32_t i = 0; i < events_->count(); ++i) {
    const uint32_t column = wide_ ? ColumnAt<true>(i) : ColumnAt<false>(i);
    if (column >= named.size()) return Senseless("an unknown column");
    ++named[column];
  }
  for (size_t i = 0; i < columns_.size(); ++i) {
    if (named[i] != columns_[i].count) return Senseless("a column has another length than named");
  }
  return absl::OkStatus();
}

}  // namespace scope::trace
