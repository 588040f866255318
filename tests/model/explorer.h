// explorer.h - runs two fibres through the interleavings of their looks at shared memory.
//
// Path:    shared_access.h (each access of the code under test) -> THIS -> ring_model.cc
// Threads: one. The fibres take turns where this says so.
//
// By default a fibre runs until it sleeps or ends. An execution is a list of deviations from that,
// each at the number of a step: the other fibre goes on, a signal's handler runs here, the fibre is
// killed here, or its stores stay in its processor's store buffer from here on (until it does
// something that waits for them, is interrupted, or gets its turn again): x86's memory order.
// Explore() runs every list of at most so many deviations.

#pragma once

#include <ucontext.h>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace scope::model {

enum Deviation : uint8_t { kSwitch = 1, kSignal = 2, kKill = 4, kHold = 8 };

struct Deviated {
  uint32_t step;
  Deviation what;
};

// Thrown through the code of a fibre that is killed.
struct Killed {};

class Explorer {
 public:
  // What an execution is made of; each is made anew for each of them.
  struct Program {
    std::function<void()> begin;
    std::function<void()> writer;
    std::function<void()> handler;  // of a signal that interrupts the writer
    std::function<void()> reader;
    std::function<void()> next_reader;    // takes over from one that was killed
    std::function<std::string()> wrong;   // empty, or what is wrong at the end
    std::function<bool()> wake_was_lost;  // the writer sleeps, and might go on
    uint8_t allowed = 0;                  // deviations, or-ed
  };

  // Runs executions in the order of their first deviations; every `stride`-th of those with the
  // most. Empty, or what was wrong first and in which execution.
  std::string Explore(const Program& program, uint32_t deviations_max, uint32_t stride);
  // Runs `count` executions with `deviations` of them, anywhere.
  std::string Wander(const Program& program, uint32_t deviations, uint64_t count);
  uint64_t executions() const { return executions_; }

  // For the code under test: memory from here to there is shared.
  void SetShared(void* memory, uint64_t bytes);
  bool IsShared(const void* place) const {
    return static_cast<const uint8_t*>(place) >= shared_begin_ &&
           static_cast<const uint8_t*>(place) < shared_end_;
  }

  // One access follows; the time for deviations.
  void Step(bool is_store);
  // Of the fibre's own view: its store buffer first.
  uint64_t Read(const void* place, uint32_t bytes) const;
  void Write(void* place, uint64_t value, uint32_t bytes);
  void Drain();

  // The fibre sleeps until Wake(), or until nobody else can go on.
  void Sleep();
  void Wake();
  // Nothing to do for now: the other one's turn.
  void Yield();
  void BlockSignals(int by) { signals_blocked_ += by; }

  uint32_t step() const { return step_; }
  uint64_t now_ns() const { return now_ns_; }
  void Pass(uint64_t ns) { now_ns_ += ns; }
  bool writer_is_dead() const { return fibres_[kWriter].killed; }
  bool reader_was_killed() const { return fibres_[kReader].killed; }
  // Read by kill(2), which the code under test looks for the collector with.
  bool reader_is_gone() const { return reader_gone_; }

 private:
  enum Who { kWriter = 0, kReader = 1, kNobody = 2 };
  enum class State { kReady, kAsleep, kDone };
  struct Held {
    void* place;
    uint64_t value;
    uint32_t bytes;
  };
  struct Fibre {
    ucontext_t context;
    std::vector<char> stack = std::vector<char>(256 * 1024);
    State state = State::kDone;
    bool killed = false;
    bool timed_out = false;
    bool holding = false;
    std::vector<Held> held;
  };

  static void Enter(uint32_t who);
  void Body(Who who);
  std::string Run(const std::vector<Deviated>& deviations);
  void Make(Who who);
  void Choose(Who next);  // who goes on: `next`, if it can
  void Leave(Who next);   // back to the loop in Run(), which goes on with the one chosen
  bool CanSwitch() const;
  uint8_t Options(bool is_store) const;
  void Do(Deviation what);
  std::string Descend(std::vector<Deviated>& deviations, uint32_t left);

  const Program* program_ = nullptr;
  uint32_t stride_ = 1;
  uint64_t executions_ = 0;
  uint64_t turn_ = 0;
  uint8_t* shared_begin_ = nullptr;
  uint8_t* shared_end_ = nullptr;

  // Of the current execution.
  const std::vector<Deviated>* deviations_ = nullptr;
  size_t next_deviation_ = 0;
  uint32_t step_ = 0;
  std::vector<uint8_t> options_;  // by step
  ucontext_t loop_;
  Fibre fibres_[2];
  Who current_ = kNobody;
  Who next_ = kNobody;
  int signals_blocked_ = 0;
  int handlers_ = 0;
  bool reader_gone_ = false;  // killed, and nobody has taken over
  bool takes_over_ = false;   // the loop makes the next reader
  bool endless_ = false;
  uint64_t now_ns_ = 0;
  std::string wrong_;
};

Explorer& TheExplorer();

}  // namespace scope::model
