#include "tests/model/explorer.h"

#include <algorithm>
#include <cstring>
#include <iterator>
#include <random>

namespace scope::model {
namespace {

constexpr uint32_t kStepsMax = 20'000;
constexpr int kHandlersNested = 2;
constexpr Deviation kKinds[] = {kSwitch, kSignal, kKill, kHold};

std::string Describe(const std::vector<Deviated>& deviations) {
  std::string text;
  for (const Deviated& deviated : deviations) {
    const char* what = deviated.what == kSwitch   ? "switch"
                       : deviated.what == kSignal ? "signal"
                       : deviated.what == kKill   ? "kill"
                                                  : "hold";
    text += std::string(text.empty() ? "" : ", ") + what + "@" + std::to_string(deviated.step);
  }
  return text.empty() ? "no deviation" : text;
}

}  // namespace

Explorer& TheExplorer() {
  static Explorer explorer;
  return explorer;
}

void Explorer::SetShared(void* memory, uint64_t bytes) {
  shared_begin_ = static_cast<uint8_t*>(memory);
  shared_end_ = shared_begin_ + bytes;
}

std::string Explorer::Explore(const Program& program, uint32_t deviations_max, uint32_t stride) {
  program_ = &program;
  stride_ = stride;
  turn_ = 0;
  std::vector<Deviated> deviations;
  return Descend(deviations, deviations_max);
}

std::string Explorer::Wander(const Program& program, uint32_t deviations, uint64_t count) {
  program_ = &program;
  std::minstd_rand random(1);
  std::string wrong = Run({});
  std::vector<Deviated> list(deviations);
  for (uint64_t i = 0; i < count && wrong.empty(); ++i) {
    const auto steps = static_cast<uint32_t>(options_.size());
    for (Deviated& deviated : list) {
      deviated = {static_cast<uint32_t>(random() % steps), kKinds[random() % std::size(kKinds)]};
    }
    std::sort(list.begin(), list.end(),
              [](const Deviated& a, const Deviated& b) { return a.step < b.step; });
    wrong = Run(list);
    if (!wrong.empty()) wrong += " (" + Describe(list) + ")";
  }
  return wrong;
}

// Runs this list, and those that go on where it ends.
std::string Explorer::Descend(std::vector<Deviated>& deviations, uint32_t left) {
  std::string wrong = Run(deviations);
  if (!wrong.empty()) return wrong + " (" + Describe(deviations) + ")";
  if (left == 0) return "";
  const std::vector<uint8_t> options = options_;
  for (uint32_t step = deviations.empty() ? 0 : deviations.back().step + 1; step < options.size();
       ++step) {
    for (const Deviation what : kKinds) {
      if ((options[step] & what) == 0) continue;
      if (left == 1 && ++turn_ % stride_ != 0) continue;
      deviations.push_back({step, what});
      wrong = Descend(deviations, left - 1);
      deviations.pop_back();
      if (!wrong.empty()) return wrong;
    }
  }
  return "";
}

std::string Explorer::Run(const std::vector<Deviated>& deviations) {
  ++executions_;
  deviations_ = &deviations;
  next_deviation_ = 0;
  step_ = 0;
  options_.clear();
  signals_blocked_ = handlers_ = 0;
  reader_gone_ = endless_ = takes_over_ = false;
  now_ns_ = 1;
  wrong_.clear();
  current_ = kNobody;
  program_->begin();
  for (const Who who : {kWriter, kReader}) {
    fibres_[who].killed = fibres_[who].timed_out = fibres_[who].holding = false;
    fibres_[who].held.clear();
    Make(who);
  }
  next_ = kWriter;
  while (next_ != kNobody) {
    current_ = next_;
    if (takes_over_) Make(kReader);  // Here, because it writes to the fibre's stack.
    takes_over_ = false;
    Drain();  // A processor's stores do not wait for ever.
    fibres_[current_].holding = false;
    swapcontext(&loop_, &fibres_[current_].context);
  }
  current_ = kNobody;
  if (endless_) return "it does not come to an end";
  return wrong_.empty() ? program_->wrong() : wrong_;
}

void Explorer::Enter(uint32_t who) { TheExplorer().Body(static_cast<Who>(who)); }

void Explorer::Make(Who who) {
  Fibre& fibre = fibres_[who];
  fibre.state = State::kReady;
  getcontext(&fibre.context);
  fibre.context.uc_stack.ss_sp = fibre.stack.data();
  fibre.context.uc_stack.ss_size = fibre.stack.size();
  fibre.context.uc_link = nullptr;
  makecontext(&fibre.context, reinterpret_cast<void (*)()>(&Enter), 1, static_cast<uint32_t>(who));
}

void Explorer::Body(Who who) {
  bool killed = false;
  try {
    if (who == kWriter) {
      program_->writer();
    } else if (fibres_[kReader].killed) {
      program_->next_reader();
    } else {
      program_->reader();
    }
  } catch (const Killed&) {
    killed = true;
  }
  Drain();
  if (killed) fibres_[who].killed = true;
  if (killed && who == kReader) reader_gone_ = true;
  fibres_[who].state = State::kDone;
  signals_blocked_ = who == kWriter ? 0 : signals_blocked_;
  Choose(who == kWriter ? kReader : kWriter);
  setcontext(&loop_);
}

// The other one's turn, if it has anything to do; otherwise time passes for who sleeps.
void Explorer::Choose(Who next) {
  const Who other = next == kWriter ? kReader : kWriter;
  if (endless_) {
    next = kNobody;
  } else if (fibres_[next].state != State::kReady) {
    if (fibres_[other].state == State::kReady) {
      next = other;
    } else if (reader_gone_ && fibres_[kWriter].state == State::kDone) {
      reader_gone_ = false;
      takes_over_ = true;
      next = kReader;
    } else if (fibres_[kWriter].state == State::kAsleep) {
      if (program_->wake_was_lost() && wrong_.empty()) wrong_ = "a wake-up was lost";
      fibres_[kWriter].timed_out = true;
      fibres_[kWriter].state = State::kReady;
      next = kWriter;
    } else {
      next = kNobody;
    }
  }
  next_ = next;
}

void Explorer::Leave(Who next) {
  Choose(next);
  if (next_ != current_) swapcontext(&fibres_[current_].context, &loop_);
}

void Explorer::Yield() {
  Drain();
  if (current_ == kReader && fibres_[kWriter].state == State::kAsleep) {
    // A whole look found nothing to give: the writer's time runs out.
    if (program_->wake_was_lost() && wrong_.empty()) wrong_ = "a wake-up was lost";
    fibres_[kWriter].timed_out = true;
    fibres_[kWriter].state = State::kReady;
  }
  Leave(current_ == kWriter ? kReader : kWriter);
}

void Explorer::Sleep() {
  Drain();
  Fibre& fibre = fibres_[current_];
  fibre.timed_out = false;
  fibre.state = State::kAsleep;
  Leave(current_ == kWriter ? kReader : kWriter);
  if (fibre.timed_out) now_ns_ += 50'000'000;
}

void Explorer::Wake() {
  Drain();
  if (fibres_[kWriter].state == State::kAsleep) fibres_[kWriter].state = State::kReady;
}

bool Explorer::CanSwitch() const {
  const Who other = current_ == kWriter ? kReader : kWriter;
  return fibres_[other].state != State::kDone || (other == kReader && reader_gone_);
}

uint8_t Explorer::Options(bool is_store) const {
  uint8_t options = 0;
  const Fibre& fibre = fibres_[current_];
  if (CanSwitch()) options |= kSwitch;
  if (current_ == kWriter && signals_blocked_ == 0 && handlers_ < kHandlersNested) {
    options |= kSignal;
  }
  if (!fibre.killed) options |= kKill;
  if (is_store && !fibre.holding) options |= kHold;
  return options & program_->allowed;
}

void Explorer::Step(bool is_store) {
  if (current_ == kNobody) return;
  const uint32_t step = step_++;
  if (step >= kStepsMax) {
    endless_ = true;
    throw Killed();
  }
  options_.push_back(Options(is_store));
  const uint8_t options = options_.back();
  // Of several at one step the first that is possible; by chance there may be such lists.
  for (; next_deviation_ < deviations_->size(); ++next_deviation_) {
    const Deviated& deviated = (*deviations_)[next_deviation_];
    if (deviated.step > step) return;
    if (deviated.step < step || (options & deviated.what) == 0) continue;
    ++next_deviation_;
    return Do(deviated.what);
  }
}

void Explorer::Do(Deviation what) {
  switch (what) {
    case kSwitch: {
      const Who other = current_ == kWriter ? kReader : kWriter;
      if (other == kReader && reader_gone_) {  // Somebody takes over.
        reader_gone_ = false;
        takes_over_ = true;
      }
      if (fibres_[other].state == State::kAsleep) {
        fibres_[other].timed_out = true;
        fibres_[other].state = State::kReady;
      }
      next_ = other;
      swapcontext(&fibres_[current_].context, &loop_);
      break;
    }
    case kSignal:
      Drain();
      ++handlers_;
      program_->handler();
      --handlers_;
      break;
    case kKill:
      throw Killed();
    case kHold:
      fibres_[current_].holding = true;
      break;
  }
}

uint64_t Explorer::Read(const void* place, uint32_t bytes) const {
  if (current_ != kNobody) {
    const std::vector<Held>& held = fibres_[current_].held;
    const auto newest = std::find_if(held.rbegin(), held.rend(),
                                     [&](const Held& store) { return store.place == place; });
    if (newest != held.rend()) return newest->value;
  }
  uint64_t value = 0;
  std::memcpy(&value, place, bytes);
  return value;
}

void Explorer::Write(void* place, uint64_t value, uint32_t bytes) {
  if (current_ != kNobody && fibres_[current_].holding) {
    fibres_[current_].held.push_back({place, value, bytes});
  } else {
    std::memcpy(place, &value, bytes);
  }
}

void Explorer::Drain() {
  if (current_ == kNobody) return;
  Fibre& fibre = fibres_[current_];
  for (const Held& store : fibre.held) std::memcpy(store.place, &store.value, store.bytes);
  fibre.held.clear();
  fibre.holding = false;
}

}  // namespace scope::model
