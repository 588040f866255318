#include "pipeline/stages/ring_reader.h"

#include <algorithm>
#include <bit>

#include "absl/strings/str_cat.h"
#include "pipeline/shared.h"

namespace scope::pipeline {
namespace {

// No thread emits more; a larger jump is no count.
constexpr uint64_t kSeqMax = uint64_t{1} << 56;
constexpr uint64_t kFileBytesMax =
    SCOPE_RING_BYTES_MAX + SCOPE_RING_DATA_OFFSET + SCOPE_SCRATCH_BYTES;

bool IsSound(const scope_ring_header& h, uint32_t number, uint64_t file_bytes) {
  return h.magic == SCOPE_RING_MAGIC && h.layout == SCOPE_RING_LAYOUT && h.thread == number &&
         std::has_single_bit(h.chunk_count) && h.chunk_count <= SCOPE_RING_CHUNKS_MAX &&
         std::has_single_bit(h.chunk_bytes) && h.chunk_bytes >= SCOPE_CHUNK_BYTES_MIN &&
         h.chunk_bytes <= SCOPE_RING_BYTES_MAX && h.red_zone_bytes < h.chunk_bytes &&
         h.data_offset >= sizeof(scope_ring_header) && h.data_offset % SCOPE_RECORD_BYTES == 0 &&
         h.data_offset <= file_bytes &&
         h.chunk_count * h.chunk_bytes + SCOPE_SCRATCH_BYTES <= file_bytes - h.data_offset &&
         h.data_address <= SCOPE_CURSOR_ADDRESS && h.on_full <= kScopeOnFullDropOldest;
}

// A copy of the header, so that what was checked is what is used.
absl::StatusOr<scope_ring_header> SoundHeader(const uint8_t* memory, uint64_t bytes,
                                              uint32_t number, const std::string& name) {
  const auto& shared = *reinterpret_cast<const scope_ring_header*>(memory);
  if (Load(shared.state) == kScopeRingNew) {
    return absl::FailedPreconditionError(absl::StrCat(name, " is being set up"));
  }
  const scope_ring_header header = shared;
  if (!IsSound(header, number, bytes)) {
    return absl::InvalidArgumentError(absl::StrCat(name, " is no ring that this scope can read"));
  }
  return header;
}

}  // namespace

absl::StatusOr<std::unique_ptr<RingReader>> RingReader::Open(const std::string& path,
                                                             uint32_t number) {
  absl::StatusOr<std::unique_ptr<MappedFile>> file =
      MappedFile::Open(path, sizeof(scope_ring_header), kFileBytesMax);
  if (!file.ok()) return file.status();
  uint8_t* const memory = &(*file)->As<uint8_t>();
  const absl::StatusOr<scope_ring_header> header =
      SoundHeader(memory, (*file)->bytes(), number, path);
  if (!header.ok()) return header.status();
  return std::unique_ptr<RingReader>(new RingReader(*std::move(file), memory, *header));
}

absl::StatusOr<std::unique_ptr<RingReader>> RingReader::Over(void* memory, uint64_t bytes,
                                                             uint32_t number) {
  if (bytes < sizeof(scope_ring_header)) return absl::InvalidArgumentError("too few bytes");
  auto* const data = static_cast<uint8_t*>(memory);
  const absl::StatusOr<scope_ring_header> header = SoundHeader(data, bytes, number, "the memory");
  if (!header.ok()) return header.status();
  return std::unique_ptr<RingReader>(new RingReader(nullptr, data, *header));
}

RingReader::RingReader(std::unique_ptr<MappedFile> file, uint8_t* memory,
                       const scope_ring_header& header)
    : file_(std::move(file)),
      memory_(memory),
      header_(header),
      emptied_ticks_(header.started_ticks) {}

scope_chunk& RingReader::Label(uint64_t number) const {
  return Shared().chunks[number & (header_.chunk_count - 1)];
}

const uint8_t* RingReader::Data(uint64_t number) const {
  return memory_ + header_.data_offset + (number & (header_.chunk_count - 1)) * header_.chunk_bytes;
}

size_t RingReader::Read(size_t records_max, const Moment& moment, Stream& stream) {
  stream.caught_up = true;
  if (over_ || !broken_.empty()) return 0;
  // Asked before the records are looked at: after that, none can appear.
  const bool ended = moment.writer_is_dead || Load(Shared().state) == kScopeRingEnded;
  if (emptied_ticks_ != 0) {
    stream.marks.push_back({.thread_seq = next_seq_, .ticks = emptied_ticks_});
  }
  size_t count = 0;
  while (broken_.empty()) {
    if (!in_chunk_ && !EnterChunk(stream)) {
      if (ended && broken_.empty()) Finish(stream);
      break;
    }
    const uint64_t sealed = Load(Label(chunk_.number).sealed_bytes);
    const uint64_t end =
        sealed != 0 ? std::min(sealed & ~uint64_t{15}, header_.chunk_bytes) : header_.chunk_bytes;
    if (offset_ >= end) {  // known already
      LeaveChunk();
      continue;
    }
    const size_t before = stream.records.size();
    const Found found = CopyRecords(end, records_max - count, stream);
    count += stream.records.size() - before;
    if (found == Found::kOverrun) continue;
    if (offset_ >= end) {
      LeaveChunk();
      continue;
    }
    if (count == records_max) {
      stream.caught_up = false;
      break;
    }
    if (!SkipAbsent(sealed != 0 || ended ? std::min(end, UsedBytes(ended)) : 0, ended,
                    moment.now_ns, stream)) {
      if (ended && offset_ >= UsedBytes(true)) {
        LeaveChunk();
        continue;
      }
      break;
    }
  }
  if (file_ != nullptr && file_->broken()) Break("its file was cut short");
  // All of it: the kernel maps the neighbours of a page that is read, too.
  if (frugal_ && file_ != nullptr && count > 0) {
    file_->Forget(header_.data_offset, header_.chunk_count * header_.chunk_bytes);
  }
  if (count == 0 && !stream.marks.empty() && stream.marks.back().missing == 0) {
    stream.marks.pop_back();  // a moment at which nothing happened
  }
  emptied_ticks_ = stream.caught_up ? moment.ticks : 0;
  __atomic_store_n(&Shared().read_seq, next_seq_, __ATOMIC_RELEASE);
  return count;
}

// Copies the label of chunk `number`. False: it is not opened, or was overwritten meanwhile.
bool RingReader::ReadLabel(uint64_t number, Chunk& chunk) const {
  const scope_chunk& label = Label(number);
  if (Load(label.opened) != number + 1) return false;
  chunk.number = Load(label.number);
  chunk.first_seq = Load(label.first_seq);
  chunk.first_ticks = Load(label.first_ticks);
  chunk.tag = Load(label.tag);
  return Load(label.opened) == number + 1;
}

bool RingReader::EnterChunk(Stream& stream) {
  Chunk chunk;
  if (!ReadLabel(next_number_, chunk)) {
    if (!SkipToOldest() || !ReadLabel(next_number_, chunk)) return false;
  }
  if (chunk.number != next_number_ || chunk.tag > 0xffff ||
      (chunk.first_seq < next_seq_ && !resumes_) || chunk.first_seq > kSeqMax) {
    Break("a chunk's label contradicts the one before");
    return false;
  }
  if (chunk.first_seq > next_seq_) {
    stream.marks.push_back({.thread_seq = next_seq_,
                            .missing = chunk.first_seq - next_seq_,
                            .reason = kScopeGapDropped});
    next_seq_ = chunk.first_seq;
  }
  stream.marks.push_back({.thread_seq = next_seq_, .ticks = chunk.first_ticks});
  chunk_ = chunk;
  in_chunk_ = true;
  offset_ = 0;
  if (chunk.first_seq < next_seq_) {
    const uint64_t known =
        std::min(next_seq_ - chunk.first_seq, header_.chunk_bytes / SCOPE_RECORD_BYTES);
    offset_ = known * SCOPE_RECORD_BYTES;
  } else {
    resumes_ = false;
  }
  absent_since_ns_ = 0;
  return true;
}

// The chunk to read next was overwritten: goes on with the oldest that is left.
bool RingReader::SkipToOldest() {
  uint64_t oldest = ~uint64_t{0};
  for (uint32_t slot = 0; slot < header_.chunk_count; ++slot) {
    const uint64_t opened = Load(Shared().chunks[slot].opened);
    if (opened <= next_number_ || ((opened - 1) & (header_.chunk_count - 1)) != slot) continue;
    oldest = std::min(oldest, opened - 1);
  }
  if (oldest == ~uint64_t{0}) return false;
  // Those before it may have been opened while we looked, and are not to be passed over.
  while (oldest > next_number_ && Load(Label(oldest - 1).opened) == oldest) --oldest;
  next_number_ = oldest;
  return true;
}

RingReader::Found RingReader::CopyRecords(uint64_t bytes_end, size_t records_max, Stream& stream) {
  const size_t room = std::min<size_t>(records_max, (bytes_end - offset_) / SCOPE_RECORD_BYTES);
  const auto* from = reinterpret_cast<const scope_record*>(Data(chunk_.number) + offset_);
  const uint64_t tag = chunk_.tag;
  if (room == 0) return Found::kNothing;
  const bool is_there = Load(from->head) >> SCOPE_HEAD_TAG_SHIFT == tag;
  if (!is_there) return IsOverwritten() ? Overrun() : Found::kNothing;
  scope_record* to = stream.records.Room(room);
  size_t n = 0;
  for (; n < room; ++n) {
    const uint64_t head = Load(from[n].head);
    if (head >> SCOPE_HEAD_TAG_SHIFT != tag || (head & SCOPE_HEAD_NODE) == 0) break;
    to[n].head = head;
    to[n].value = LoadRelaxed(from[n].value);
  }
  // Overwritten while we read: some of the copies may be of newer records.
  if (IsOverwritten()) return Overrun();
  if (n == 0) return Found::kNothing;
  stream.records.Grow(n);
  offset_ += n * SCOPE_RECORD_BYTES;
  next_seq_ += n;
  absent_since_ns_ = 0;
  return Found::kRecords;
}

bool RingReader::IsOverwritten() const {
  __atomic_thread_fence(__ATOMIC_ACQUIRE);
  return LoadRelaxed(Label(chunk_.number).opened) != chunk_.number + 1;
}

RingReader::Found RingReader::Overrun() {
  in_chunk_ = false;
  next_number_ = chunk_.number + 1;
  return Found::kOverrun;
}

// Bytes of the chunk that were reserved, as far as is known.
uint64_t RingReader::UsedBytes(bool ended) const {
  const uint64_t sealed = Load(Label(chunk_.number).sealed_bytes);
  if (sealed != 0) return std::min(sealed & ~uint64_t{15}, header_.chunk_bytes);
  if (!ended) return 0;
  const uint64_t count = emitted();
  if (count <= chunk_.first_seq) return 0;
  return std::min((count - chunk_.first_seq) * SCOPE_RECORD_BYTES, header_.chunk_bytes);
}

// The next record is reserved but not there. False: it may still come, or nothing was reserved.
bool RingReader::SkipAbsent(uint64_t bytes_end, bool ended, int64_t now_ns, Stream& stream) {
  if (offset_ >= bytes_end) return false;
  if (absent_since_ns_ == 0) absent_since_ns_ = now_ns;
  if (!ended && now_ns - absent_since_ns_ < kTornAfterNs) return false;
  const uint64_t first = next_seq_;
  const uint64_t first_offset = offset_;
  const auto* data = Data(chunk_.number);
  for (; offset_ < bytes_end; offset_ += SCOPE_RECORD_BYTES, ++next_seq_) {
    const uint64_t head = Load(reinterpret_cast<const scope_record*>(data + offset_)->head);
    if (head >> SCOPE_HEAD_TAG_SHIFT == chunk_.tag && (head & SCOPE_HEAD_NODE) != 0) break;
  }
  if (IsOverwritten()) {  // then they are dropped, and the next chunk's number says how many
    next_seq_ = first;
    offset_ = first_offset;
    Overrun();
    return true;
  }
  if (next_seq_ != first) {
    stream.marks.push_back(
        {.thread_seq = first, .missing = next_seq_ - first, .reason = kScopeGapTorn});
  }
  absent_since_ns_ = 0;
  return true;
}

void RingReader::LeaveChunk() {
  scope_ring_header& shared = Shared();
  in_chunk_ = false;
  next_number_ = chunk_.number + 1;
  // A reader that took over begins with chunks that were released before.
  Publish(shared.chunks_released, std::max(Load(shared.chunks_released), next_number_));
  __atomic_fetch_add(&shared.release_futex, 1, __ATOMIC_SEQ_CST);
  if (__atomic_load_n(&shared.waiting, __ATOMIC_SEQ_CST) != 0) FutexWake(shared.release_futex);
}

bool RingReader::has_ended() const { return Load(Shared().state) == kScopeRingEnded; }

// Everything is read. What was emitted after the last chunk went nowhere.
void RingReader::Finish(Stream& stream) {
  over_ = true;
  const uint64_t count = emitted();
  if (count <= next_seq_ || count > kSeqMax) return;
  stream.marks.push_back(
      {.thread_seq = next_seq_, .missing = count - next_seq_, .reason = kScopeGapDropped});
  next_seq_ = count;
}

uint64_t RingReader::emitted() const {
  const scope_ring_header& shared = Shared();
  if (Load(shared.state) == kScopeRingEnded) return Load(shared.ended_seq);
  const uint64_t cursor = Load(shared.cursor.cur);
  const uint64_t tag = cursor >> SCOPE_HEAD_TAG_SHIFT;
  const uint64_t at = (cursor & SCOPE_CURSOR_ADDRESS) - header_.data_address;
  const uint64_t first = Load(shared.region_seq[tag & 1]);
  const uint64_t scratch = header_.chunk_count * header_.chunk_bytes;
  if (at >= scratch && at <= scratch + SCOPE_SCRATCH_BYTES) {
    // The end of a full last chunk is also the start of scratch: the chunk's tag tells them apart.
    const scope_chunk& last = shared.chunks[header_.chunk_count - 1];
    if (at != scratch || Load(last.tag) != tag || Load(last.opened) == 0) {
      return first + (at - scratch) / SCOPE_RECORD_BYTES;
    }
  }
  for (uint64_t slot = 0; slot < header_.chunk_count; ++slot) {
    const uint64_t start = slot * header_.chunk_bytes;
    if (at < start || at > start + header_.chunk_bytes) continue;
    const scope_chunk& label = shared.chunks[slot];
    if (Load(label.opened) != 0 && Load(label.tag) == tag) {
      return first + (at - start) / SCOPE_RECORD_BYTES;
    }
  }
  return next_seq_;  // before the first region, or nonsense
}

void RingReader::Break(const char* why) {
  if (broken_.empty()) broken_ = why;
}

}  // namespace scope::pipeline
