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
#include <tbb/flow_graph.h>
#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>
#include <tbb/task_group.h>
#include <atomic>
#include <cstdio>
#include <thread>
static long Sum(int n) {
  std::atomic<long> sum{0};
  tbb::parallel_for(tbb::blocked_range<int>(0, n, 10), [&](const auto& part) {
    for (int i = part.begin(); i < part.end(); ++i) sum += i;
  }, tbb::simple_partitioner());
  return sum;
}
int main() {
  if (Sum(1000) != 499500) return 1;
  long inside = 0;
  { tbb::task_arena arena(2); arena.execute([&] { inside = Sum(2000); }); }
  if (inside != 1999000) return 2;
  std::atomic<int> ran{0};
  tbb::task_arena late(2);
  tbb::task_group group;
  late.execute([&] { for (int i = 0; i < 20; ++i) group.run([&] { ++ran; }); });
  late.execute([&] { group.wait(); });
  if (ran != 20) return 3;
  tbb::flow::graph graph;
  tbb::flow::function_node<int, int> twice(graph, tbb::flow::unlimited,
                                           [](int v) { return 2 * v; });
  std::atomic<int> total{0};
  tbb::flow::function_node<int> add(graph, 1, [&](int v) { total += v; });
  tbb::flow::make_edge(twice, add);
  for (int i = 0; i < 10; ++i) twice.try_put(i);
  graph.wait_for_all();
  if (total != 90) return 4;
  std::thread([] { if (Sum(500) != 124750) std::puts("wrong"); }).join();
  return 0;
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

    def test_tbb_shows_arenas_and_tasks(self):
        events = self.run_with("tbb", TBB, flags=("-std=c++20", "-ltbb",))
        enters = {e["seq"]: e for e in events if e["kind"] == "enter"}
        exits = [e for e in events if e["kind"] == "exit"]
        self.assertEqual({e["function"] for e in enters.values()}, {"tbb arena"})
        self.assertLessEqual(len(exits), len(enters))
        self.assertIn(0, [e["value"] for e in events if e["name"] == "slot"])
        # main's own, the two that it made, and the one of its thread
        arenas = {e["call"]: e["value"] for e in events if e["name"] == "arena"}
        self.assertEqual(set(arenas), set(enters))
        self.assertEqual(set(arenas.values()), {1, 2, 3, 4})
        # Each task is done once, by a thread that is in an arena then.
        spawned = [e["value"] for e in events if e["kind"] == "spawn"]
        done = [e for e in events if e["name"] == "task done"]
        self.assertEqual(sorted(spawned), sorted(int(field(e, "task"), 16) for e in done))
        self.assertGreater(len(done), 300)
        self.assertEqual(sum(arenas[e["call"]] == 3 for e in done), 20)

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
