#include "sdk/trace/event_block.h"

#include <zstd.h>

#include <cstring>

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
  if (absl::Status status = Begin(payload, thread_count); !status.ok()) return status;
  if (absl::Status status = UnpackColumns(nodes, wanted); !status.ok()) return status;
  return CheckIndex();
}

absl::Status EventBlock::UnpackOne(const std::vector<uint8_t>& payload,
                                   const std::deque<Node>& nodes, size_t thread_count,
                                   uint32_t node, Places& places) {
  places.events.clear();
  if (absl::Status status = Begin(payload, thread_count); !status.ok()) return status;
  uint64_t used = 0;
  for (size_t i = 0; i < SizeOf(events_->columns()); ++i) {
    const wire::Column& column = *events_->columns()->Get(static_cast<flatbuffers::uoffset_t>(i));
    if (absl::Status status = CheckColumn(column, nodes.size(), used); !status.ok()) return status;
    used += column.count();
    if (column.node() != node) continue;
    Column unpacked;
    absl::Status status = UnpackColumn(column, nodes[node], 0, unpacked);
    if (!status.ok()) return status;
    places.values = unpacked.next;
    places.events.resize(column.count());
    const auto number = static_cast<uint32_t>(i);
    const bool all =
        wide_ ? FindPlaces<true>(number, places.events) : FindPlaces<false>(number, places.events);
    return all ? absl::OkStatus() : Senseless("a column has another length than named");
  }
  return absl::OkStatus();
}

// False: there are not exactly as many as `places` has room for.
template <bool kWide>
bool EventBlock::FindPlaces(uint32_t column, std::vector<uint32_t>& places) const {
  const uint32_t count = events_->count();
  size_t found = 0;
  if constexpr (kWide) {
    for (uint32_t i = 0; i < count; ++i) {
      if (ColumnAt<true>(i) != column) continue;
      if (found == places.size()) return false;
      places[found++] = i;
    }
    return found == places.size();
  }
  const uint8_t* const end = index_ + count;
  for (const uint8_t* at = index_; at < end; ++at) {
    at = static_cast<const uint8_t*>(
        std::memchr(at, static_cast<int>(column), static_cast<size_t>(end - at)));
    if (at == nullptr) break;
    if (found == places.size()) return false;
    places[found++] = static_cast<uint32_t>(at - index_);
  }
  return found == places.size();
}

// What every use of a block begins with: the index stream is there.
absl::Status EventBlock::Begin(const std::vector<uint8_t>& payload, size_t thread_count) {
  flatbuffers::Verifier verifier(payload.data(), payload.size());
  if (!verifier.VerifyBuffer<wire::Events>(nullptr)) return Senseless("it is no block of events");
  events_ = flatbuffers::GetRoot<wire::Events>(payload.data());
  if (absl::Status status = CheckThreads(thread_count); !status.ok()) return status;
  if (absl::Status status = FindFrames(); !status.ok()) return status;
  if (values_.size() < events_->count()) {
    values_.resize(SCOPE_EVENTS_IN_BLOCK_MAX);
    is_part_.resize(SCOPE_EVENTS_IN_BLOCK_MAX);
  }
  return UnpackRange(0, events_->index_bytes());
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

absl::Status EventBlock::FindFrames() {
  const uint64_t bytes = events_->data_bytes();
  wide_ = IndexWidth(SizeOf(events_->columns())) == 2;
  if (bytes > kDataBytesMax) return Senseless("too many bytes");
  if (events_->index_bytes() != uint64_t{events_->count()} * (wide_ ? 2 : 1) ||
      events_->index_bytes() > bytes) {
    return Senseless("the index has another length than the events");
  }
  if (data_.size() < bytes + 1) data_.resize(bytes + 1);
  index_ = data_.data();
  frames_.clear();
  Frame next;
  for (size_t i = 0; i < SizeOf(events_->frames()); ++i) {
    const wire::Frame& frame = *events_->frames()->Get(static_cast<flatbuffers::uoffset_t>(i));
    next.packed = frame.packed();
    next.bytes = frame.unpacked();
    frames_.push_back(next);
    next.packed_begin += next.packed;
    next.begin += next.bytes;
  }
  if (frames_.empty() && bytes > 0) {
    frames_.push_back({.packed = SizeOf(events_->data()), .bytes = bytes});
    return absl::OkStatus();
  }
  if (next.packed_begin != SizeOf(events_->data()) || next.begin != bytes) {
    return Senseless("its frames do not add up");
  }
  return absl::OkStatus();
}

// Unpacks the frames that bytes of the range lie in.
absl::Status EventBlock::UnpackRange(uint64_t begin, uint64_t end) {
  for (Frame& frame : frames_) {
    if (frame.begin >= end || frame.begin + frame.bytes <= begin || frame.is_unpacked) continue;
    if (events_->data() == nullptr) return Senseless("it has no data");
    const uint8_t* const from = events_->data()->data() + frame.packed_begin;
    const size_t unpacked = ZSTD_decompressDCtx(unpacker_->context, data_.data() + frame.begin,
                                                frame.bytes, from, frame.packed);
    if (ZSTD_isError(unpacked) != 0 || unpacked != frame.bytes) {
      return Senseless("it cannot be unpacked");
    }
    frame.is_unpacked = true;
  }
  return absl::OkStatus();
}

absl::Status EventBlock::CheckColumn(const wire::Column& column, size_t node_count,
                                     uint64_t used) const {
  if (column.node() >= node_count) return Senseless("an unknown node");
  const uint64_t offset = column.offset();
  if (offset < events_->index_bytes() || offset + column.bytes() > events_->data_bytes() ||
      used + column.count() > events_->count()) {
    return Senseless("a column outside the block");
  }
  return absl::OkStatus();
}

// `used`: where its values go.
absl::Status EventBlock::UnpackColumn(const wire::Column& column, const Node& node, uint64_t used,
                                      Column& unpacked) {
  const uint64_t begin = column.offset();
  absl::Status status = UnpackRange(begin, begin + column.bytes());
  if (!status.ok()) return status;
  const Coding coding = CodingOf(node.kind, node.value_type);
  if (!DecodeColumn(coding, data_.data() + begin, column.bytes(), values_.data() + used,
                    is_part_.data() + used, column.count())) {
    return Senseless("a column cannot be read");
  }
  unpacked.next = values_.data() + used;
  if (coding == Coding::kWide) unpacked.is_part = is_part_.data() + used;
  return absl::OkStatus();
}

absl::Status EventBlock::UnpackColumns(const std::deque<Node>& nodes,
                                       const std::function<bool(uint32_t)>& wanted) {
  columns_.clear();
  uint64_t used = 0;
  for (size_t i = 0; i < SizeOf(events_->columns()); ++i) {
    const wire::Column& column = *events_->columns()->Get(static_cast<flatbuffers::uoffset_t>(i));
    if (absl::Status status = CheckColumn(column, nodes.size(), used); !status.ok()) return status;
    Column& unpacked = columns_.emplace_back();
    unpacked.node = column.node();
    unpacked.count = column.count();
    if (wanted(column.node())) {
      absl::Status status = UnpackColumn(column, nodes[column.node()], used, unpacked);
      if (!status.ok()) return status;
    }
    used += column.count();
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
