"""Where functions are entered and left, which call an event belongs to, and what was begun in vain.

usage: frames_test.py [unittest options]
"""
import collections
import unittest

import harness

MIGRATION = """
#include <atomic>
#include <condition_variable>
#include <coroutine>
#include <deque>
#include <mutex>
#include <thread>

struct Pool {
  std::mutex mutex;
  std::condition_variable changed;
  std::deque<std::coroutine_handle<>> ready[2];
  bool done = false;
  __attribute__((annotate("scope:ignore"))) void Give(int to, std::coroutine_handle<> work) {
    std::lock_guard<std::mutex> lock(mutex);
    ready[to].push_back(work);
    changed.notify_all();
  }
  __attribute__((annotate("scope:ignore"))) void Run(int me) {
    std::unique_lock<std::mutex> lock(mutex);
    while (true) {
      changed.wait(lock, [&]() __attribute__((annotate("scope:ignore"))) {
        return done || !ready[me].empty();
      });
      if (ready[me].empty()) return;
      std::coroutine_handle<> work = ready[me].front();
      ready[me].pop_front();
      lock.unlock();
      work.resume();
      lock.lock();
    }
  }
};
static Pool pool;
static std::atomic<int> open_tasks{4};

struct Move {
  int to;
  bool await_ready() { return false; }
  void await_suspend(std::coroutine_handle<> work) { pool.Give(to, work); }
  int await_resume() { return to; }
};
struct Task {
  struct promise_type {
    Task get_return_object() { return {}; }
    std::suspend_never initial_suspend() noexcept { return {}; }
    std::suspend_never final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() {}
  };
};

static int Step(int id, int turn) { return id * 1000 + turn; }

Task Walk(int id) {
  int last = 0;
  for (int turn = 0; turn < 250; ++turn) {
    int where = co_await Move{turn % 2};
    last = Step(id, turn);
    int seen = last + where - turn % 2;
  }
  if (--open_tasks == 0) {
    std::lock_guard<std::mutex> lock(pool.mutex);
    pool.done = true;
    pool.changed.notify_all();
  }
}

int main() {
  for (int id = 1; id <= 4; ++id) Walk(id);
  std::thread other([] { pool.Run(1); });
  pool.Run(0);
  other.join();
}
"""

LEAVING = """
#include <csetjmp>
#include <cstdlib>
#include <pthread.h>
#include <stdexcept>
#include <vector>

struct Bad {
  explicit Bad(int n) : size(n), values(n < 0 ? throw std::length_error("no") : n + 0) {}
  int size;
  std::vector<int> values;
};
int Fails(int n) { if (n > 0) throw std::runtime_error("bad"); return n; }
int Tries(int n) {
  int x = 0;
  try { x = Fails(n); } catch (const std::exception&) { return -1; }
  return x;
}
int Passes(int n) { int y = 0; y = Fails(n); return y; }
std::jmp_buf env;
void Jumps() { std::longjmp(env, 1); }
void Around() { int z = 0; z = (Jumps(), 1); }
void* Ends(void*) { int w = 0; w = (pthread_exit(nullptr), 1); return nullptr; }
int Down(int n) { if (n == 0) return 7; [[clang::musttail]] return Down(n - 1); }
void Quits() { int q = 0; q = (std::exit(3), 1); }
int main() {
  Tries(1);
  try { Passes(1); } catch (...) {}
  try { Bad bad(-1); } catch (const std::length_error&) {}
  if (setjmp(env) == 0) Around();
  pthread_t thread;
  pthread_create(&thread, nullptr, Ends, nullptr);
  pthread_join(thread, nullptr);
  Down(2);
  Quits();
}
"""

DESTROYED = """
#include <coroutine>
struct Gen {
  struct promise_type {
    Gen get_return_object() { return {std::coroutine_handle<promise_type>::from_promise(*this)}; }
    std::suspend_always initial_suspend() noexcept { return {}; }
    std::suspend_always final_suspend() noexcept { return {}; }
    std::suspend_always yield_value(int) { return {}; }
    void return_value(int) {}
    void unhandled_exception() {}
  };
  std::coroutine_handle<promise_type> handle;
};
struct Local { int id; ~Local() { int gone = id; } };
Gen Waits(int n) { Local local{n}; co_yield n; co_return n + 1; }
int main() {
  Gen whole = Waits(1), half = Waits(2), never = Waits(3);
  whole.handle.resume();
  half.handle.resume();
  whole.handle.resume();
  whole.handle.destroy();
  half.handle.destroy();
  never.handle.destroy();
}
"""


class FramesTest(harness.ScopeTest):
    def exits(self, events):
        """{function: [(how, exception)]}"""
        seen = collections.defaultdict(list)
        for event in events:
            if event["kind"] == "exit":
                seen[event["function"]].append((event["how"], event.get("exception")))
        return seen

    def test_a_coroutine_that_moves_a_thousand_times_keeps_its_events(self):
        for flag in ("-O0", "-O2"):
            self.record(self.compile(self.write("move.cc", MIGRATION), "-std=c++20", "-pthread", flag))
            events = self.events()
            sums = self.assert_balanced()
            self.assertEqual(sums["dropped"] + sums["torn"], 0)
            task = {}  # seq of the Enter: what the parameter said
            for event in events:
                if event["kind"] == "param" and event["function"] == "Walk":
                    task[event["call"]] = event["value"]
            self.assertEqual(sorted(task.values()), [1, 2, 3, 4])
            values = collections.defaultdict(list)
            threads = collections.defaultdict(list)
            for event in events:
                if event["kind"] == "assign" and event["name"] == "last":
                    self.assertIn(event["call"], task)
                    values[task[event["call"]]].append(event["value"])
                if event["kind"] == "resume" and event["function"] == "Walk":
                    threads[event["call"]].append(event["thread"])
            for number, got in values.items():
                self.assertEqual(got, [number * 1000 + turn for turn in range(250)])
            moves = sum(len(seen) for seen in threads.values())
            self.assertEqual(moves, 1000)
            for seen in threads.values():
                self.assertEqual(len(set(seen)), 2)
            # What Step reports lies in a call of its own, one further in than the coroutine's.
            self.assertEqual(self.exits(events)["Walk"], [("return", None)] * 4)
            nodes = {event["seq"]: event["function"] for event in events if event["kind"] == "enter"}
            for event in events:
                self.assertEqual(nodes[event["call"]], event["function"], event)

    def test_each_way_of_leaving_is_told_apart(self):
        for flag in ("-O0", "-O2"):
            program = self.compile(self.write("leave.cc", LEAVING), flag)
            done = self.record(program, check=False)
            self.assertEqual(done.returncode, 3, done.stderr)
            events = self.events()
            seen = self.exits(events)
            self.assertEqual(seen["Fails"], [("unwind", "std::runtime_error")] * 2)
            self.assertEqual(seen["Passes"], [("unwind", "std::runtime_error")])
            self.assertEqual(seen["Bad::Bad"], [("unwind", "std::length_error")])
            self.assertEqual(seen["Tries"], [("return", None)])
            self.assertEqual(seen["Ends"], [("thread_end", None)])
            self.assertEqual(seen["Down"], [("tail_call", None)] * 2 + [("return", None)])
            for name in ("Jumps", "Around", "Quits", "main"):
                self.assertNotIn(name, seen)
            jumped = [event["unwound"] for event in events if event.get("unwound")]
            self.assertEqual(jumped, [2])

    def test_an_assignment_that_never_comes_is_given_up(self):
        for flag in ("-O0", "-O2"):
            self.record(self.compile(self.write("leave.cc", LEAVING), flag), check=False)
            events = self.events()
            reserves = {event["seq"]: event["name"] for event in events
                        if event["kind"] == "reserve"}
            self.assertEqual(sorted(reserves.values()), ["q", "w", "x", "y", "z"])
            given_up = {}
            for event in events:
                for seq in event.get("abandoned", ()):
                    given_up[reserves[seq]] = event["kind"]
            # q is still open: exit() does not come back.
            self.assertEqual(set(given_up), {"w", "x", "y", "z"})
            self.assertEqual(given_up["x"], "catch")
            self.assertEqual(given_up["y"], "exit")
            self.assertFalse([event for event in events if "reserved_seq" in event])

    def test_an_assignment_knows_the_number_that_it_reserved(self):
        source = self.write("sum.cc", "int f(int n) { return n; }\n"
                                      "int main() { int x = 0; x = f(4); x += f(1); return x - 5; }\n")
        self.record(self.compile(source))
        events = {event["seq"]: event for event in self.events()}
        done = [event for event in events.values() if "reserved_seq" in event]
        self.assertEqual([(event["kind"], event["value"]) for event in done],
                         [("assign", 4), ("update", 5)])
        for event in done:
            reserve = events[event["reserved_seq"]]
            self.assertEqual((reserve["kind"], reserve["name"], reserve["call"]),
                             ("reserve", "x", event["call"]))
            self.assertLess(reserve["seq"], event["seq"])

    def test_a_coroutine_may_be_destroyed_while_it_waits(self):
        for flag in ("-O0", "-O2"):
            self.record(self.compile(self.write("gone.cc", DESTROYED), "-std=c++20", flag))
            events = self.events()
            task = {event["call"]: event["value"] for event in events
                    if event["kind"] == "param" and event["function"] == "Waits"}
            hows = {task[event["call"]]: event["how"] for event in events
                    if event["kind"] == "exit" and event["function"] == "Waits"}
            self.assertEqual(hows, {1: "return", 2: "destroyed", 3: "destroyed"})
            self.assertEqual([event["value"] for event in events if event["kind"] == "yield"], [1, 2])
            self.assertEqual([event["value"] for event in events
                              if event["kind"] == "return" and event["function"] == "Waits"], [2])
            self.assertEqual(self.values("gone", kinds=("init",)), [1, 2])


if __name__ == "__main__":
    unittest.main()
