#include "pipeline/stages/sequence.h"

#include <algorithm>

namespace scope::pipeline {
namespace {

constexpr uint64_t kForever = ~uint64_t{0};

// A stamp from the future is none: the thread stays where it was.
uint64_t NextTicks(uint64_t ticks, uint64_t stamp, uint64_t ticks_after) {
  return stamp > ticks_after ? ticks : std::max(ticks, stamp);
}

}  // namespace

void Sequence::operator()(const Round& round, const std::vector<Stream*>& streams, Batches& full) {
  round_ = round;
  Stream* only = nullptr;
  size_t busy = 0;
  for (Stream* stream : streams) {
    if (stream->empty()) continue;
    only = stream;
    ++busy;
  }
  if (busy == 1) {
    TakeAlone(*only, full);
  } else if (busy > 1) {
    TakeMerged(streams, full);
  }
  for (Stream* stream : streams) {
    stream->records.DropFront(stream->head);
    stream->head = 0;
  }
}

std::unique_ptr<Batch> Sequence::NewBatch() {
  auto batch = std::make_unique<Batch>();
  batch->ticket = next_ticket_++;
  return batch;
}

std::unique_ptr<Batch> Sequence::TakeOpen() {
  open_->ticks_max = round_.ticks_after;
  open_->nodes = round_.nodes;
  std::unique_ptr<Batch> taken = std::move(open_);
  open_ = NewBatch();
  return taken;
}

// Counts the records that come before `bound`.
Sequence::Look Sequence::LookAhead(const Stream& stream, Key bound, size_t count_max) const {
  StampFinder stamps(*round_.nodes, stream.process);
  Look look{.count = 0, .ticks = stream.ticks, .key = stream.key, .next_key = stream.key};
  uint64_t seq = stream.next_seq;
  uint64_t moment = 0;
  auto mark = stream.marks.begin();
  const size_t size = std::min(stream.size(), count_max);
  for (; look.count < size; ++look.count, ++seq) {
    for (; mark != stream.marks.end() && mark->thread_seq <= seq; ++mark) {
      seq += mark->missing;
      moment = std::max(moment, mark->ticks);
    }
    const scope_record& record = stream.records[stream.head + look.count];
    uint64_t ticks = look.ticks;
    uint64_t key;
    if (stamps.HasStamp(record) && record.value != 0) {
      ticks = NextTicks(ticks, record.value, round_.ticks_after);
      key = std::max(look.key, ticks);
    } else {
      key = std::max(look.key, moment);
    }
    look.next_key = key;
    if (Key{key, stream.thread} > bound) return look;
    look.ticks = ticks;
    look.key = key;
  }
  return look;
}

// All other threads have written nothing: what came before `ticks_before` may go. The search for
// the last stamp goes backwards, so that not every record has to be looked at.
void Sequence::TakeAlone(Stream& stream, Batches& full) {
  StampFinder stamps(*round_.nodes, stream.process);
  size_t end = stream.records.size();
  if (!round_.alone && !round_.is_last) {
    for (size_t i = end; i > stream.head; --i) {
      const uint64_t stamp = stream.records[i - 1].value;
      if (stamp > round_.ticks_after || !stamps.HasStamp(stream.records[i - 1])) continue;
      if (stamp <= round_.ticks_before) break;
      end = i - 1;
    }
  }
  do {
    const size_t stop = std::min(end, stream.head + Room());
    Look look{.count = stop - stream.head, .ticks = stream.ticks, .key = stream.key, .next_key = 0};
    for (size_t i = stop; i > stream.head; --i) {
      const scope_record& record = stream.records[i - 1];
      if (record.value == 0 || !stamps.HasStamp(record)) continue;
      look.ticks = NextTicks(look.ticks, record.value, round_.ticks_after);
      break;
    }
    look.key = std::max(look.key, look.ticks);
    Append(stream, look, full);
  } while (stream.head < end);
}

// The key of the stream's last record.
void Sequence::FindLastKey(Stream& stream) const {
  if (stream.last_key_seq == stream.next_seq + stream.size()) return;
  StampFinder stamps(*round_.nodes, stream.process);
  stream.last_key = std::max(stream.last_key, stream.key);
  stream.last_key_seq = stream.next_seq + stream.size();
  uint64_t seq_behind = stream.next_seq + stream.size();
  for (const Mark& mark : stream.marks) seq_behind += mark.missing;
  // A moment counts when a record follows that has no stamp; a stamp after it is later anyway.
  for (auto mark = stream.marks.rbegin(); mark != stream.marks.rend(); ++mark) {
    if (mark->missing != 0 || mark->thread_seq + 1 >= seq_behind) continue;
    stream.last_key = std::max(stream.last_key, std::min(mark->ticks, round_.ticks_before));
    break;
  }
  for (size_t i = stream.records.size(); i > stream.head; --i) {
    const scope_record& record = stream.records[i - 1];
    if (record.value == 0 || !stamps.HasStamp(record)) continue;
    stream.last_key = NextTicks(stream.last_key, record.value, round_.ticks_after);
    return;
  }
}

// A thread that has more in its ring than was drained holds the others back.
Sequence::Limits Sequence::FindLimits(const std::vector<Stream*>& streams) const {
  const Key now = {round_.is_last ? kForever : round_.ticks_before, ~uint32_t{0}};
  Limits limits{.all = now, .holder = now};
  for (Stream* stream : streams) {
    stream->holds_back = false;
    if (stream->caught_up) continue;
    FindLastKey(*stream);
    const uint64_t first_key = LookAhead(*stream, Key{0, 0}, 1).next_key;
    const Key key{std::max(stream->last_key, first_key), stream->thread};
    if (key < limits.all) {
      limits.holder = std::min(limits.all, now);
      limits.all = key;
      limits.holder_stream = stream;
    } else {
      limits.holder = std::min(limits.holder, key);
    }
  }
  return limits;
}

void Sequence::TakeMerged(const std::vector<Stream*>& streams, Batches& full) {
  struct Next {
    Key key;
    Stream* stream;
  };
  const auto later = [](const Next& a, const Next& b) { return a.key > b.key; };
  const Limits limits = FindLimits(streams);
  std::vector<Next> heap;
  for (Stream* stream : streams) {
    if (stream->empty()) continue;
    const Key key{LookAhead(*stream, Key{0, 0}, 1).next_key, stream->thread};
    // The first ones in line are drained most.
    if (!stream->caught_up && key <= limits.holder) stream->holds_back = true;
    if (key <= limits.Of(*stream)) heap.push_back({key, stream});
  }
  std::make_heap(heap.begin(), heap.end(), later);
  while (!heap.empty()) {
    std::pop_heap(heap.begin(), heap.end(), later);
    Stream& stream = *heap.back().stream;
    heap.pop_back();
    const Key limit = limits.Of(stream);
    const Key bound = heap.empty() ? limit : std::min(limit, heap.front().key);
    const Look look = LookAhead(stream, bound, Room());
    Append(stream, look, full);
    if (stream.empty()) continue;
    // When the batch was full the next record may still be one that can go.
    const Key key{LookAhead(stream, Key{0, 0}, 1).next_key, stream.thread};
    if (key > limit) continue;
    heap.push_back({key, &stream});
    std::push_heap(heap.begin(), heap.end(), later);
  }
}

// Moves records to the open batch, which has room for them.
void Sequence::Append(Stream& stream, const Look& look, Batches& full) {
  Batch& batch = *open_;
  StartThread(stream);
  size_t left = look.count;
  AppendMarks(stream);
  while (left > 0) {
    size_t count = left;
    if (!stream.marks.empty()) {
      count = std::min<uint64_t>(count, stream.marks.front().thread_seq - stream.next_seq);
    }
    batch.records.Append(stream.records.data() + stream.head, count);
    if (batch.runs.empty() || batch.runs.back().thread != stream.thread) {
      batch.runs.push_back({.thread = stream.thread, .process = stream.process, .count = 0});
    }
    batch.runs.back().count += static_cast<uint32_t>(count);
    stream.head += count;
    stream.next_seq += count;
    left -= count;
    // Marks behind the last record wait for the next one, unless there is none.
    if (left > 0 || stream.size() == 0) AppendMarks(stream);
  }
  stream.ticks = look.ticks;
  stream.key = look.key;
  if (Room() == 0) full.push_back(TakeOpen());
}

// Takes the marks that stand before the next record.
void Sequence::AppendMarks(Stream& stream) {
  Batch& batch = *open_;
  const auto before = static_cast<uint32_t>(batch.records.size());
  while (!stream.marks.empty() && stream.marks.front().thread_seq <= stream.next_seq) {
    const Mark mark = stream.marks.front();
    stream.marks.pop_front();
    if (mark.missing == 0) {
      batch.stamps.push_back({.thread = stream.thread, .before = before, .ticks = mark.ticks});
      stream.moment = std::max(stream.moment, mark.ticks);
      continue;
    }
    batch.gaps.push_back({.thread = stream.thread,
                          .before = before,
                          .thread_seq = mark.thread_seq,
                          .count = mark.missing,
                          .reason = mark.reason});
    stream.next_seq = mark.thread_seq + mark.missing;
  }
}

// A batch says all that is needed to know the time of its events.
void Sequence::StartThread(Stream& stream) {
  if (stream.batch == open_->ticket) return;
  stream.batch = open_->ticket;
  open_->starts.push_back(
      {.thread = stream.thread, .thread_seq = stream.next_seq, .ticks = stream.ticks});
  if (stream.moment <= stream.ticks) return;
  const auto before = static_cast<uint32_t>(open_->records.size());
  open_->stamps.push_back({.thread = stream.thread, .before = before, .ticks = stream.moment});
}

}  // namespace scope::pipeline
