"""The ingestors that come with scope, each with programs that know nothing of it.

usage: ingestors_test.py [unittest options]
"""
import unittest

import harness

THREADS = r"""
#include <future>
#include <pthread.h>
#include <thread>
#include <cstdio>
int main() {
  std::thread first([] { pthread_setname_np(pthread_self(), "worker"); });
  first.join();
  auto second = std::async(std::launch::async, [] { std::thread inner([] {}); inner.join(); return 7; });
  return second.get() == 7 ? 0 : 1;
}
"""

LOCKS = r"""
#include <condition_variable>
#include <mutex>
#include <thread>
std::mutex g_mutex;
std::condition_variable g_changed;
int g_turn = 0;
void Play(int me) {
  for (int i = 0; i < 100; ++i) {
    std::unique_lock<std::mutex> lock(g_mutex);
    g_changed.wait(lock, [me] { return g_turn % 2 == me; });
    ++g_turn;
    g_changed.notify_all();
  }
}
int main() {
  std::thread other(Play, 1);
  Play(0);
  other.join();
  std::recursive_mutex twice;
  twice.lock(); twice.lock(); twice.unlock(); twice.unlock();
  return g_turn == 200 ? 0 : 1;
}
"""

MEMORY = r"""
#include <stdlib.h>
#include <string.h>
static char* keep(int bytes) { char* memory = malloc(bytes); memset(memory, 1, bytes); return memory; }
int main(void) {
  for (int i = 1; i <= 1000; ++i) {
    char* memory = keep(1000 + i);
    memory = realloc(memory, 3000 + i);
    free(memory);
  }
  void* aligned = 0;
  if (posix_memalign(&aligned, 64, 5000) != 0) return 1;
  free(aligned);
  return 0;
}
"""

TBB = r"""
#include <tbb/parallel_for.h>
#include <atomic>
int main() {
  std::atomic<long> sum{0};
  tbb::parallel_for(0, 100000, [&](int i) { sum += i; });
  return sum == 4999950000 ? 0 : 1;
}
"""


def field(event, name):
    return event["value"][name]


class IngestorsTest(harness.ScopeTest):
    def run_with(self, ingestor, text, name="app.cc", flags=(), instrumented=False):
        source = self.write(name, text)
        program = self.folder / "app"
        if instrumented:
            harness.run(harness.SCOPE, "cc" if name.endswith(".c") else "c++", "-g", source, *flags, "-o", program)
        else:
            harness.run("gcc" if name.endswith(".c") else "g++", "-pthread", "-O1", source, *flags, "-o", program)
        self.record(program, options=("--ingest", ingestor))
        self.assert_balanced()
        return self.events()

    def test_tasks_says_who_started_whom(self):
        events = self.run_with("tasks", THREADS)
        spawned = {e["value"]: e["thread"] for e in events if e["kind"] == "spawn"}
        lives = {e["value"]: e["thread"] for e in events if e["name"] == "number"}
        self.assertEqual(sorted(spawned), [1, 2, 3])
        self.assertEqual(sorted(lives), [1, 2, 3])
        # The inner thread was started by the task, the others by main.
        main = spawned[1]
        self.assertEqual(sorted(spawned.values()), sorted([main, main, lives[2]]))
        order = [(e["kind"], e["value"]) for e in events if e["kind"] == "spawn" or e["name"] == "number"]
        for number in (1, 2, 3):
            self.assertLess(order.index(("spawn", number)), order.index(("value", number)))
        self.assertIn("worker", [e["value"] for e in events if e["name"] == "thread name"])
        self.assertEqual(sum(e["kind"] == "context" for e in events), 3)

    def test_locks_counts_each_hold_and_each_wait(self):
        events = self.run_with("locks", LOCKS)
        mutexes = [e for e in events if e["name"] == "mutex"]
        waits = [e for e in events if e["name"] == "condition"]
        by_address = {}
        for event in mutexes:
            by_address.setdefault(field(event, "mutex"), []).append(event)
        game = by_address.pop(field(waits[0], "mutex"))
        # Each turn holds once, and once more for each wait that gave it up.
        self.assertEqual(len(game), 200 + len(waits))
        self.assertEqual(sum(len(uses) for uses in by_address.values() if len(uses) == 2), 2)
        self.assertGreater(sum(int(field(e, "wait_ns")) for e in waits), 0)
        self.assertTrue(all(int(field(e, "hold_ns")) > 0 for e in game))

    def test_locks_leaves_out_what_is_short(self):
        events = self.run_with("locks:3600000000000", LOCKS)
        self.assertEqual([e for e in events if e["name"] in ("mutex", "condition")], [])

    def test_memory_counts_in_and_out_in_the_call_that_asked(self):
        events = self.run_with("memory", MEMORY, "app.c", instrumented=True)
        live = {}
        allocations = 0
        for event in (e for e in events if e["name"] in ("allocation", "free")):
            address = field(event, "address")
            if event["name"] == "allocation":
                self.assertNotIn(address, live)
                live[address] = int(field(event, "bytes"))
                allocations += 1
            else:
                self.assertGreaterEqual(int(field(event, "bytes")), live.pop(address))
        self.assertGreaterEqual(allocations, 2001)
        sizes = [int(field(e, "bytes")) for e in events if e["name"] == "allocation"]
        self.assertTrue({1001, 2000, 3001, 4000, 5000} <= set(sizes))
        enters = {e["seq"]: e["function"] for e in events if e["kind"] == "enter"}
        in_keep = [e for e in events if e["name"] == "allocation" and 1001 <= int(field(e, "bytes")) <= 2000
                   and e["call"] is not None and enters.get(e["call"]) == "keep"]
        self.assertEqual(len(in_keep), 1000)

    def test_memory_samples_addresses_in_and_out_alike(self):
        events = self.run_with("memory:4", MEMORY, "app.c")
        allocated = [field(e, "address") for e in events if e["name"] == "allocation"]
        freed = [field(e, "address") for e in events if e["name"] == "free"]
        self.assertTrue(set(freed) <= set(allocated) or not freed)
        self.assertLess(len(allocated), 2001)

    def test_tbb_shows_the_threads_of_the_arena(self):
        events = self.run_with("tbb", TBB, flags=("-ltbb",))
        enters = [e for e in events if e["kind"] == "enter"]
        exits = [e for e in events if e["kind"] == "exit"]
        self.assertGreaterEqual(len(enters), 1)
        self.assertEqual({e["function"] for e in enters}, {"tbb arena"})
        self.assertLessEqual(len(exits), len(enters))
        self.assertIn(0, [e["value"] for e in events if e["name"] == "slot"])

    def test_wrong_options_are_said_and_the_program_goes_on(self):
        source = self.write("app.c", "#include <stdio.h>\nint main(void) { puts(\"ran\"); return 3; }\n")
        harness.run("gcc", source, "-o", self.folder / "app")
        done = self.record(self.folder / "app", options=("--ingest", "memory:none"), check=False)
        self.assertEqual((done.returncode, done.stdout), (3, b"ran\n"))
        self.assertIn(b"scope: ingestor memory: memory:N, where one address in N is recorded", done.stderr)

    def test_all_of_them_together(self):
        source = self.write("app.cc", THREADS)
        harness.run("g++", "-pthread", source, "-o", self.folder / "app")
        options = [word for name in ("tasks", "locks", "memory", "tbb") for word in ("--ingest", name)]
        self.record(self.folder / "app", options=options)
        names = {e["name"] for e in self.events()}
        self.assertTrue({"thread", "allocation", "free"} <= names, names)
        self.assert_balanced()


if __name__ == "__main__":
    unittest.main()
