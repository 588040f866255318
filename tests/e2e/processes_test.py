"""Threads, processes, shared libraries, strategies: everything is counted.

usage: processes_test.py [unittest options]
"""
import collections
import pathlib
import unittest

import harness

THREADS = r"""
#include <thread>
#include <vector>
void Work(int id) {
  for (int i = 0; i < 1000; ++i) {
    volatile int sink = 0;
    int value = id * 1000 + i;
    sink = value;
  }
}
int main() {
  for (int round = 0; round < 50; ++round) {
    std::vector<std::thread> threads;
    for (int id = 0; id < 4; ++id) threads.emplace_back(Work, round * 4 + id);
    for (std::thread& thread : threads) thread.join();
  }
}
"""

FORK = r"""
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>
static int work(int from) {
  int last = 0;
  for (int i = 0; i < 100; ++i) last = from + i;
  return last;
}
int main(void) {
  work(0);
  for (int child = 1; child <= 3; ++child) {
    if (fork() == 0) { work(child * 1000); _exit(child); }
  }
  int status, sum = 0;
  while (wait(&status) > 0) sum += WEXITSTATUS(status);
  work(9000);
  return sum;
}
"""

LIBRARY = "extern \"C\" int Triple(int n) { int tripled = n * 3; return tripled; }\n"
LOADER = r"""
#include <dlfcn.h>
int main(int argc, char** argv) {
  int sum = 0;
  for (int i = 0; i < 20; ++i) {
    void* library = dlopen(argv[1], RTLD_NOW);
    if (library == nullptr) return 1;
    auto triple = reinterpret_cast<int (*)(int)>(dlsym(library, "Triple"));
    sum += triple(i);
    dlclose(library);
  }
  return sum == 570 ? 0 : 2;
}
"""

BURST = r"""
int main(void) {
  unsigned value = 0;
  for (unsigned i = 0; i < 2000000; ++i) value = value * 1664525u + 1013904223u;
  return value == 0;
}
"""


class ProcessesTest(harness.ScopeTest):
    def test_threads_come_and_go(self):
        self.record(self.compile(self.write("threads.cc", THREADS), "-O2", "-pthread"),
                    options=["-F", "Work", "-V", "value"])
        per_thread = collections.defaultdict(list)
        for event in self.events():
            if event["name"] == "value":
                per_thread[event["thread"]].append(event["value"])
        self.assertEqual(len(per_thread), 200)
        starts = sorted(values[0] for values in per_thread.values())
        self.assertEqual(starts, [id * 1000 for id in range(200)])
        for values in per_thread.values():
            self.assertEqual(values, list(range(values[0], values[0] + 1000)))
        sums = self.assert_balanced()
        self.assertEqual(sums["dropped"] + sums["torn"], 0)

    def test_a_fork_has_rings_of_its_own(self):
        done = self.record(self.compile(self.write("fork.c", FORK), "-O2"), check=False)
        self.assertEqual(done.returncode, 6)
        per_pid = collections.defaultdict(list)
        threads = {thread["thread"]: thread for thread in self.info()["threads"]}
        for event in self.events():
            if (event["kind"], event["name"]) == ("assign", "last"):
                per_pid[threads[event["thread"]]["pid"]].append(event["value"])
        expected = [[*range(0, 100), *range(9000, 9100)]]
        expected += [list(range(child * 1000, child * 1000 + 100)) for child in (1, 2, 3)]
        self.assertEqual(sorted(per_pid.values()), sorted(expected))
        self.assert_balanced()

    def test_libraries_that_are_loaded_and_unloaded(self):
        library = self.write("triple.cc", LIBRARY)
        harness.run(harness.SCOPE, "c++", "-O2", "-shared", "-fPIC", library, "-o",
                    self.folder / "libtriple.so")
        program = self.compile(self.write("loader.cc", LOADER), "-O2")
        self.record(program, self.folder / "libtriple.so")
        self.assertEqual(self.values("tripled"), [i * 3 for i in range(20)])
        self.assert_balanced()

    def test_programs_that_a_shell_starts_are_recorded(self):
        program = self.compile(self.write("burst.c", BURST), "-O2")
        self.record("sh", "-c", f"{program}; {program}", options=["-V", "i", "--limit", "1G"])
        stored = [thread["stored"] for thread in self.info()["threads"]]
        self.assertEqual(stored, [2000001, 2000001])

    def strategy(self, on_full):
        self.record(self.compile(self.write("burst.c", BURST), "-O2"),
                    options=["--on-full", on_full, "--ring", "16K", "-V", "value"])
        sums = self.assert_balanced()
        self.assertEqual(sums["emitted"], 2000001)
        self.assertEqual(sums["torn"], 0)
        events = self.events()
        gaps = [event for event in events if event["kind"] == "gap"]
        self.assertEqual(sum(gap["count"] for gap in gaps), sums["dropped"])
        # What is left is the true sequence with holes exactly where the gaps are.
        values, value = [0], 0
        for _ in range(2000000):
            value = (value * 1664525 + 1013904223) & 0xffffffff
            values.append(value)
        at = 0
        for event in events:
            if event["kind"] == "gap":
                at += event["count"]
            else:
                self.assertEqual((event["thread_seq"], event["value"]), (at, values[at]))
                at += 1
        return sums

    def test_block_loses_nothing_with_a_small_ring(self):
        self.assertEqual(self.strategy("block")["dropped"], 0)

    def test_drop_newest_counts_exactly(self):
        self.strategy("drop_newest")

    def test_drop_oldest_counts_exactly(self):
        self.strategy("drop_oldest")

    def test_the_collector_stays_small(self):
        program = self.compile(self.write("threads.cc", THREADS.replace(
            "id < 4", "id < 64").replace("round < 50", "round < 4")), "-O2", "-pthread")
        _, peak = harness.run_with_peak(harness.SCOPE, "record", "-q", "-d", self.trace, "--ring", "8M",
                                        "--", program)
        self.assertLess(peak, 256 * 1024, "KiB of the collector")

    def test_nothing_is_left_in_shared_memory(self):
        before = set(pathlib.Path("/dev/shm").glob("scope-*"))
        program = self.compile(self.write("burst.c", BURST), "-O2")
        self.record(program, options=["-V", "i"])
        left = [file for folder in set(pathlib.Path("/dev/shm").glob("scope-*")) - before
                for file in folder.glob("process-*") if str(program).encode() in file.read_bytes()]
        self.assertFalse(left)



if __name__ == "__main__":
    unittest.main()
