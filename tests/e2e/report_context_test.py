"""A context goes along with work that changes threads: coroutines, and the tasks of a pool.

usage: report_context_test.py [unittest options]
"""
import pathlib
import unittest

import harness

INCLUDE = pathlib.Path(__file__).resolve().parents[2] / "sdk/include"

# Eight requests, each a coroutine of four steps; every step is taken by another of two threads,
# which work on all requests in turn.
COROUTINES = r"""
#include <scope/report.h>
#include <condition_variable>
#include <coroutine>
#include <deque>
#include <mutex>
#include <thread>
struct Pool {
  std::mutex mutex;
  std::condition_variable wake;
  std::deque<std::coroutine_handle<>> ready[2];
  int left = 8;
  void Give(int to, std::coroutine_handle<> work) {
    const std::lock_guard<std::mutex> lock(mutex);
    ready[to].push_back(work);
    wake.notify_all();
  }
  void Serve(int me) {
    for (;;) {
      std::unique_lock<std::mutex> lock(mutex);
      wake.wait(lock, [&] { return left == 0 || !ready[me].empty(); });
      if (ready[me].empty()) return;
      std::coroutine_handle<> work = ready[me].front();
      ready[me].pop_front();
      lock.unlock();
      work.resume();
      if (scope_current_correlation() != 0) std::abort();
    }
  }
} pool;
struct To {
  int thread;
  bool await_ready() { return false; }
  void await_suspend(std::coroutine_handle<> work) { pool.Give(thread, work); }
  void await_resume() {}
};
struct Request {
  struct promise_type {
    Request get_return_object() { return {}; }
    std::suspend_never initial_suspend() { return {}; }
    std::suspend_never final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() {}
  };
};
Request Handle(int number, scope_context context) {
  for (int step = 0; step < 4; ++step) {
    co_await To{step % 2};
    SCOPE_SITE(site, Context, Object, "context");
    const int adopted = scope_context_adopt(&context, &site);
    if (scope_current_correlation() != context.parent) std::abort();
    { SCOPE_ZONE("step"); const int work = number * 10 + step; SCOPE_VALUE(work); }
    scope_context_release(adopted);
  }
  const std::lock_guard<std::mutex> lock(pool.mutex);
  if (--pool.left == 0) pool.wake.notify_all();
}
int main() {
  for (int number = 0; number < 8; ++number) {
    SCOPE_ZONE("request");
    SCOPE_VALUE(number);
    Handle(number, scope_context_capture());
  }
  std::thread one([] { pool.Serve(0); }), two([] { pool.Serve(1); });
  one.join();
  two.join();
}
"""


class ReportContextTest(harness.ScopeTest):
    def test_coroutines_on_two_threads(self):
        program = self.folder / "coroutines"
        harness.run("g++", "-std=c++20", "-O1", "-pthread", "-I", INCLUDE,
                    self.write("coroutines.cc", COROUTINES), "-o", program)
        self.record(program)
        self.assert_balanced()
        events = self.events()
        requests = {}  # by correlation, as a parent shows it
        for event, inside in zip(events, events[1:]):
            if (event["kind"], event["name"]) == ("enter", "request"):
                requests[event["thread_seq"]] = inside["value"]
        self.assertEqual(sorted(requests.values()), list(range(8)))
        works = {thread: [] for thread in {event["thread"] for event in events}}
        parent = {}  # of what each thread is at
        for event in events:
            if event["kind"] == "context":
                parent[event["thread"]] = event["value"]["parent"] & ((1 << 40) - 1)
            if event["name"] == "work":
                # Each step belongs to its request, whatever else the thread worked on in between.
                self.assertEqual(requests[parent[event["thread"]]], event["value"] // 10)
                works[event["thread"]].append(event["value"])
        self.assertEqual(sorted(sum(works.values(), [])),
                         [number * 10 + step for number in range(8) for step in range(4)])
        self.assertEqual(len([values for values in works.values() if values]), 2)


if __name__ == "__main__":
    unittest.main()
