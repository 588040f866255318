#include "pipeline/stages/drain.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <utility>

#include "absl/strings/str_cat.h"
#include "pipeline/shared.h"

namespace scope::pipeline {
namespace {

// Records drained and not yet sequenced, of all threads together and of one thread.
constexpr size_t kCarryMax = 1u << 20;
constexpr size_t kCarryOfThreadMax = 16384;
constexpr size_t kCarryOfThreadMin = 256;
// With more rings than this, pages and buffers that are not in use are given back.
constexpr size_t kManyRings = 64;
constexpr size_t kWarningsMax = 20;
// Of a ring's reader, one after the other.
constexpr int kFailuresMax = 3;

bool HasBytes(const std::string& path) {
  struct stat status;
  return stat(path.c_str(), &status) == 0 && status.st_size > 0;
}

}  // namespace

size_t Drain::Look(bool all_are_dead, Sequence::Round& round, std::vector<Note>& notes) {
  // Before the counter and the rings are looked at: what comes later has a later stamp.
  round.ticks_before = Ticks();
  const int64_t now_ns = MonotonicNs();
  const uint32_t ring_count = Load(session_.shared().ring_count);
  arrivals_.Visit(ring_count, now_ns, all_are_dead,
                  [&](uint32_t number) { return Arrive(number, all_are_dead, notes); });
  const bool many = rings_.size() > kManyRings;
  const size_t share = std::clamp(kCarryMax / std::max<size_t>(rings_.size(), 1), kCarryOfThreadMin,
                                  kCarryOfThreadMax);
  std::atomic<size_t> count{0};
  std::atomic<bool> has_backlog{false};
  has_backlog_ = false;
  const auto read = [&](size_t i) {
    Ring& ring = rings_[i];
    Stream& stream = *ring.stream;
    if (!ring.failure.empty()) return;
    const size_t room = stream.holds_back ? kCarryOfThreadMax : share;
    // Many small readings would cost more than few large ones.
    if (stream.size() > room / 2) {
      stream.caught_up = false;
      has_backlog = true;
      return;
    }
    if (before_read_) before_read_(stream.thread);
    ring.reader->SetFrugal(many);
    const bool is_dead = all_are_dead || processes_.IsDead(stream.process);
    count += ring.reader->Read(
        room - stream.size(),
        {.ticks = round.ticks_before, .now_ns = now_ns, .writer_is_dead = is_dead}, stream);
    ring.failures = 0;
    if (!stream.caught_up) has_backlog = true;
  };
  workers_.Run(rings_.size(), read,
               [this](size_t i, const std::string& why) { Fail(rings_[i], why); });
  has_backlog_ = has_backlog_ || has_backlog;
  round.ticks_after = Ticks();
  round.alone =
      rings_.size() == 1 && arrivals_.empty() && Load(session_.shared().ring_count) == ring_count;
  return count;
}

// What it has read is in its stream, and it goes on there.
void Drain::Fail(Ring& ring, const std::string& why) {
  ++restarts_;
  ring.stream->caught_up = false;
  has_backlog_ = true;
  if (++ring.failures < kFailuresMax) return;
  ring.failure = why;
  ring.stream->caught_up = true;
  const uint64_t next = ring.reader->next_seq();
  const uint64_t emitted = ring.reader->emitted();
  if (emitted <= next) return;
  ring.stream->marks.push_back(
      {.thread_seq = next, .missing = emitted - next, .reason = kScopeGapDropped});
  ring.reader->SkipTo(emitted);
}

bool Drain::Arrive(uint32_t session_number, bool is_last, std::vector<Note>& notes) {
  absl::StatusOr<std::unique_ptr<RingReader>> reader =
      RingReader::Open(session_.RingPath(session_number), session_number);
  if (!reader.ok()) {
    // What cannot be opened, or is too short, may not be ready yet; of a file that was never begun
    // nothing is missing.
    const bool is_missing = is_last && !absl::IsNotFound(reader.status()) &&
                            HasBytes(session_.RingPath(session_number));
    if (!is_missing && !absl::IsInvalidArgument(reader.status())) return false;
    Warn(absl::StrCat("a thread is not recorded: ", reader.status().message()));
    return true;
  }
  const scope_ring_header& header = (*reader)->header();
  const std::optional<uint32_t> process = processes_.Find(header.process);
  if (!process.has_value()) return false;
  auto stream = std::make_unique<Stream>();
  stream->thread = thread_count_++;
  stream->process = *process;
  const auto known = known_.find(KeyOf(header.pid, header.tid));
  const uint64_t first_seq = known == known_.end() ? 0 : known->second;
  if (first_seq != 0) (*reader)->SkipTo(first_seq);
  stream->next_seq = first_seq;
  stream->ticks = header.started_ticks;
  stream->key = header.started_ticks;
  notes.push_back(
      ThreadNote({.number = stream->thread,
                  .process = *process,
                  .pid = header.pid,
                  .tid = header.tid,
                  .name = std::string(header.name, strnlen(header.name, sizeof(header.name))),
                  .started_ticks = header.started_ticks}));
  streams_.push_back(stream.get());
  rings_.push_back({.reader = *std::move(reader),
                    .stream = std::move(stream),
                    .blocked_ns = 0,
                    .first_seq = first_seq,
                    .session_number = session_number,
                    .failure = ""});
  return true;
}

void Drain::Retire() {
  const bool many = rings_.size() > kManyRings;
  const size_t before = rings_.size();
  std::erase_if(rings_, [&](Ring& ring) {
    Stream& stream = *ring.stream;
    if (many && stream.empty()) stream.records.Free();
    const std::string& why = ring.failure.empty() ? ring.reader->broken() : ring.failure;
    const bool is_broken = !why.empty();
    if (!stream.empty() || (!ring.reader->over() && !is_broken)) return false;
    const scope_ring_header& header = ring.reader->header();
    if (is_broken) {
      Warn(absl::StrCat("thread ", header.tid, " of process ", header.pid,
                        " is recorded only in part: in its ring ", why));
    }
    ended_.push_back({.thread = stream.thread,
                      .pid = header.pid,
                      .tid = header.tid,
                      .emitted = ring.reader->next_seq() - ring.first_seq});
    blocked_.push_back({.thread = stream.thread, .blocked_ns = ring.reader->blocked_ns()});
    writer_wait_ns_ += ring.reader->blocked_ns() - ring.blocked_ns;
    if (ring.reader->has_ended()) session_.ReleaseRing();
    unlink(session_.RingPath(ring.session_number).c_str());
    return true;
  });
  if (rings_.size() == before) return;
  session_.WakeForRings();
  streams_.clear();
  for (const Ring& ring : rings_) streams_.push_back(ring.stream.get());
}

void Drain::TakeChanges(Batch& batch) {
  batch.blocked = std::exchange(blocked_, {});
  batch.ended = std::exchange(ended_, {});
  for (Ring& ring : rings_) {
    const uint64_t blocked_ns = ring.reader->blocked_ns();
    if (blocked_ns == ring.blocked_ns) continue;
    writer_wait_ns_ += blocked_ns - ring.blocked_ns;
    ring.blocked_ns = blocked_ns;
    batch.blocked.push_back({.thread = ring.stream->thread, .blocked_ns = blocked_ns});
  }
}

bool Drain::HasRingOf(uint32_t process, uint32_t ring_count) const {
  return !arrivals_.AreSettledBelow(ring_count) ||
         std::any_of(rings_.begin(), rings_.end(),
                     [&](const Ring& ring) { return ring.stream->process == process; });
}

void Drain::Warn(std::string text) {
  if (warnings_.size() < kWarningsMax) warnings_.push_back(std::move(text));
}

}  // namespace scope::pipeline
