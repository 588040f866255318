"""Sampling and rates: which events are stored, and what was skipped to the last event.

usage: meters_test.py [unittest options]
"""
import collections
import json
import signal
import unittest

import harness

LOOP = r"""
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
long g_sink;
__attribute__((noinline)) void* Work(void* argument) {
  long sum = 0;
  for (long i = 0; i < TURNS; ++i) { long twice = i * 2; sum += twice; }
  g_sink = sum;
  return argument;
}
int main(int argc, char** argv) {
  pthread_t threads[8];
  int count = atoi(argv[1]);
  for (int i = 0; i < count; ++i) pthread_create(&threads[i], 0, Work, 0);
  for (int i = 0; i < count; ++i) pthread_join(threads[i], 0);
  if (argc > 2) raise(SIGKILL);
  return 0;
}
"""

# Calls end in every way there is; each value says to which call it belongs.
CALLS = r"""
#include <csetjmp>
#include <stdexcept>
#include <thread>
#include <vector>
thread_local std::jmp_buf t_away;
__attribute__((noinline)) int Deep(int n, int how) {
  int mine = n;
  volatile int rest = 0;
  if (n > 0) rest = Deep(n - 1, how);
  if (n == 0 && how == 1) throw std::runtime_error("deep");
  if (n == 0 && how == 2) std::longjmp(t_away, 1);
  int after = mine;
  return rest + after;
}
inline int Small(int n) { int inlined = n + 1; return inlined; }
static void Work() {
  volatile int sink = 0;
  for (int i = 0; i < 600; ++i) {
    try {
      if (setjmp(t_away) == 0) sink = sink + Deep(i % 5, i % 3);
    } catch (const std::exception&) {
    }
    sink = sink + Small(i);
  }
}
int main(int argc, char** argv) {
  std::vector<std::thread> threads;
  for (int i = 0; i < (argc > 1 ? 4 : 1); ++i) threads.emplace_back(Work);
  for (std::thread& thread : threads) thread.join();
}
"""

# One thread on three stacks, and frames that longjmp leaves again and again.
STACKS = r"""
#include <csetjmp>
#include <ucontext.h>
ucontext_t g_main, g_fibers[2];
char g_stacks[2][65536];
int g_left[2] = {100, 100};
std::jmp_buf g_away;
__attribute__((noinline)) int Fiber(int who, int n) {
  int mine = n;
  swapcontext(&g_fibers[who], &g_main);
  int after = mine;
  return after;
}
void Body(int who) { while (g_left[who]-- > 0) Fiber(who, g_left[who]); }
__attribute__((noinline)) void Away(int n) { int gone = n; if (gone >= 0) std::longjmp(g_away, 1); }
__attribute__((noinline)) int Catcher(int turns) {
  for (volatile int i = 0; i < turns; i = i + 1) {
    if (setjmp(g_away) == 0) Away(i);
    int back = i;
    (void)back;
  }
  return turns;
}
int main() {
  for (int i = 0; i < 2; ++i) {
    getcontext(&g_fibers[i]);
    g_fibers[i].uc_stack = {g_stacks[i], 0, sizeof g_stacks[i]};
    g_fibers[i].uc_link = &g_main;
    makecontext(&g_fibers[i], (void (*)())Body, 1, i);
  }
  for (int i = 0; g_left[0] > 0 || g_left[1] > 0; ++i) {
    if (g_left[i % 2] > 0) swapcontext(&g_main, &g_fibers[i % 2]);
  }
  for (int i = 0; i < 3; ++i) Catcher(1000);
}
"""

SHORT_THREADS = r"""
#include <pthread.h>
static void* Work(void* argument) {
  for (int i = 0; i < 10; ++i) { volatile int turn = i; (void)turn; int each = i; (void)each; }
  return argument;
}
int main(void) {
  for (int i = 0; i < 500; ++i) {
    pthread_t thread;
    pthread_create(&thread, 0, Work, 0);
    pthread_join(thread, 0);
  }
  return 0;
}
"""

HANDLERS = r"""
#include <signal.h>
#include <stdio.h>
#include <sys/time.h>
static volatile long g_ticks;
__attribute__((noinline)) void Tick(long n) { long tick = n; g_ticks = tick; }
static void OnSignal(int number) { (void)number; Tick(g_ticks + 1); }
__attribute__((noinline)) long Step(long n) { long one = n; return one; }
int main(void) {
  struct itimerval every = {{0, 200}, {0, 200}};
  signal(SIGALRM, OnSignal);
  setitimer(ITIMER_REAL, &every, 0);
  long sum = 0;
  for (long i = 0; i < 300000 || g_ticks < 20; ++i) sum += Step(i);
  signal(SIGALRM, SIG_IGN);
  printf("%ld %ld\n", (long)g_ticks, sum);
  return 0;
}
"""

COROUTINE = r"""
#include <coroutine>
struct Task {
  struct promise_type {
    Task get_return_object() { return {std::coroutine_handle<promise_type>::from_promise(*this)}; }
    std::suspend_always initial_suspend() { return {}; }
    std::suspend_always final_suspend() noexcept { return {}; }
    std::suspend_always yield_value(int) { return {}; }
    void return_void() {}
    void unhandled_exception() {}
  };
  std::coroutine_handle<promise_type> handle;
};
Task Numbers(int count) {
  for (int i = 0; i < count; ++i) { int number = i; co_yield number; }
}
int main() {
  Task task = Numbers(100);
  while (!task.handle.done()) task.handle.resume();
  task.handle.destroy();
}
"""


LIBRARY = r"""
int Count(int n) { int counted = n; return counted + 1; }
"""

LOADER = r"""
#include <dlfcn.h>
int main(int argc, char** argv) {
  for (int turn = 0; turn < 20; ++turn) {
    void* library = dlopen(argv[1], RTLD_NOW);
    int (*count)(int) = (int (*)(int))dlsym(library, "Count");
    for (int i = 0; i < 100; ++i) count(i);
    dlclose(library);
  }
  return 0;
}
"""

OBJECTS = r"""
#include <string>
struct Pair { long first; long second; long third; };
int main() {
  for (int i = 0; i < 100; ++i) {
    Pair pair = {i, i + 1, i + 2};
    std::string text(static_cast<size_t>(i) * 7, 'x');
    long double wide = i;
    volatile long sink = pair.third + static_cast<long>(text.size() + wide);
    (void)sink;
  }
}
"""


class MetersTest(harness.ScopeTest):
    def meters(self):
        """By (function, kind, name): passed and skipped."""
        return {(meter["function"].split("(")[0], meter["kind"], meter["name"]):
                (meter["passed"], meter["skipped"]) for meter in self.info()["meters"]}

    def counts(self):
        counts = collections.Counter()
        report = harness.run(harness.SCOPE, "report", "-d", self.trace, "--json", "--top", 1000)
        for node in json.loads(report.stdout)["nodes"]:
            counts[node["function"].split("(")[0], node["kind"], node["name"]] += node["events"]
        return counts

    def loop(self, *options, turns=100_000):
        program = self.compile(self.write("loop.c", LOOP), "-O2", "-pthread", f"-DTURNS={turns}")
        return lambda *arguments, **run: self.record(program, *arguments, options=options, **run)

    def test_one_value_in_a_thousand(self):
        self.loop("-V", "twice", "--sample", "twice=1000", turns=1_000_000)("1")
        node = ("Work", "init", "twice")
        self.assertEqual(self.meters(), {node: (1000, 999_000)})
        self.assertEqual(self.counts()[node], 1000)
        self.assertEqual(self.values("twice"), [i * 2 for i in range(0, 1_000_000, 1000)])
        self.assert_balanced()
        shown = harness.run(harness.SCOPE, "vars", "-d", self.trace, "twice").stdout.decode()
        self.assertIn("1,000 values, 999,000 skipped, 0 lost", shown)
        for verb in ("info", "report"):
            shown = harness.run(harness.SCOPE, verb, "-d", self.trace).stdout.decode()
            self.assertRegex(shown, r"1,000 +1,000,000 +1 in 1,000 +init +twice +Work")

    def test_threads_count_each_their_own(self):
        self.loop("-V", "twice", "--sample", "twice=1000")("4")
        self.assertEqual(self.meters(), {("Work", "init", "twice"): (400, 399_600)})
        self.assertEqual(len(self.values("twice")), 400)

    def test_the_counts_survive_the_program(self):
        for threads in (1, 4):
            self.loop("--sample", "Work=999983", "--sample", "twice=7")(
                threads, "die", check=False)
            info = self.info()
            counts = self.counts()
            self.assertEqual(info["exit_code"], 128 + signal.SIGKILL)
            for meter in info["meters"]:
                key = (meter["function"].split("(")[0], meter["kind"], meter["name"])
                self.assertEqual(counts[key], meter["passed"], meter)
            sums = {key: sum(pair) for key, pair in self.meters().items()}
            self.assertEqual(sums["Work", "init", "twice"], threads * 100_000)
            self.assertEqual(sums["Work", "loop", "i < TURNS"], threads * 100_001)

    def test_a_rate_is_kept_and_the_rest_counted(self):
        self.loop("-V", "twice", "--rate", "twice=100/s")("4")
        passed, skipped = self.meters()["Work", "init", "twice"]
        self.assertEqual(passed + skipped, 400_000)
        self.assertEqual(len(self.values("twice")), passed)
        seconds = self.info()["recorded_ns"] * 1e-9
        self.assertGreaterEqual(passed, 100)
        self.assertLessEqual(passed, 100 * (seconds + 1) + 1)

    def test_a_rate_of_samples(self):
        self.loop("-V", "twice", "--sample", "twice=1000", "--rate", "twice=50/s")("1")
        passed, skipped = self.meters()["Work", "init", "twice"]
        self.assertEqual(passed + skipped, 100_000)
        self.assertLessEqual(passed, 100)
        self.assertTrue(all(value % 2000 == 0 for value in self.values("twice")))

    def test_a_call_is_stored_whole_or_not_at_all(self):
        source = self.write("calls.cc", CALLS)
        for flags, arguments, threads in ((["-O2"], (), 1), (["-O2"], ("4",), 4), (["-O0"], (), 1),
                                          (["-O2", "--scope-lower=calls"], (), 1)):
            program = self.compile(source, "-pthread", *flags)
            self.record(program, *arguments, options=("--sample", "Deep=7", "--sample", "Small=10"))
            calls = threads * 3 * 600
            sums = {key: sum(pair) for key, pair in self.meters().items()}
            self.assertEqual(sums["Deep", "enter", "Deep"], calls)
            self.assertEqual(sums["Deep", "init", "mine"], calls)
            self.assertEqual(sums["Small", "enter", "Small"], threads * 600)
            stored = self.counts()
            for key, (passed, _) in self.meters().items():
                self.assertEqual(stored[key], passed, key)
            self.assertGreaterEqual(stored["Deep", "enter", "Deep"], calls // 7)
            self.assertLessEqual(stored["Deep", "enter", "Deep"], calls // 7 + threads)
            self.check_calls()

    # Each call has one `mine`, of its own n, and at most one exit, its own.
    def check_calls(self):
        open_calls = {}
        for event in self.events():
            function = event["function"].split("(")[0]
            if function not in ("Deep", "Small"):
                continue
            if event["kind"] == "enter":
                open_calls[event["call"]] = collections.Counter()
            self.assertIn(event["call"], open_calls, event)
            seen = open_calls[event["call"]]
            seen[event["kind"], event["name"]] += 1
            if event["name"] == "n":
                seen["n"] = event["value"]
            if event["name"] in ("mine", "after"):
                self.assertEqual(event["value"], seen["n"], event)
            if event["kind"] == "exit":
                names = ("mine",) if function == "Deep" else ("inlined",)
                self.assertTrue(all(seen["init", name] == 1 for name in names), seen)
                del open_calls[event["call"]]
        # What is left was left by longjmp.
        self.assertTrue(all(seen["init", "mine"] == 1 for seen in open_calls.values()))

    def test_calls_on_other_stacks_and_those_that_longjmp_left(self):
        program = self.compile(self.write("stacks.cc", STACKS), "-O2")
        self.record(program, options=("--sample", "Fiber=3", "--sample", "Catcher=2",
                                      "--sample", "Away=7"))
        meters, stored = self.meters(), self.counts()
        for key, (passed, _) in meters.items():
            self.assertEqual(stored[key], passed, key)
        self.assertEqual(meters["Fiber", "enter", "Fiber"], meters["Fiber", "init", "mine"])
        self.assertEqual(meters["Fiber", "exit", "Fiber"], meters["Fiber", "init", "after"])
        self.assertEqual(sum(meters["Fiber", "enter", "Fiber"]), 200)
        self.assertEqual(meters["Catcher", "enter", "Catcher"], (2, 1))
        self.assertEqual(meters["Catcher", "init", "back"], (2000, 1000))
        self.assertEqual(meters["Away", "init", "gone"], (429, 2571))

    def test_short_threads_are_sampled_together(self):
        program = self.compile(self.write("short.c", SHORT_THREADS), "-O1", "-pthread")
        self.record(program, options=("--sample", "each=100"))
        self.assertEqual(self.meters()["Work", "init", "each"], (50, 4950))
        self.assertEqual(len(self.values("each")), 50)

    def test_signal_handlers_are_counted_to_the_last(self):
        program = self.compile(self.write("handlers.c", HANDLERS), "-O1")
        done = self.record(program, options=("--sample", "Tick=3", "--sample", "Step=5"))
        ticks = int(done.stdout.split()[0])
        meters = self.meters()
        self.assertEqual(sum(meters["Tick", "init", "tick"]), ticks)
        self.assertEqual(sum(meters["Step", "enter", "Step"]), sum(meters["Step", "exit", "Step"]))
        self.assertGreaterEqual(sum(meters["Step", "enter", "Step"]), 300_000)
        stored = self.counts()
        for key, (passed, _) in meters.items():
            self.assertEqual(stored[key], passed, key)

    def test_a_library_that_comes_again_goes_on(self):
        library = self.compile(self.write("library.c", LIBRARY), "-O2", "-shared", "-fPIC")
        program = self.compile(self.write("loader.c", LOADER), "-O2", plain=True)
        self.record(program, library, options=("--sample", "Count=30"))
        self.assertEqual(self.meters()["Count", "enter", "Count"], (67, 1933))
        self.assertEqual(self.counts()["Count", "exit", "Count"], 67)

    def test_an_object_is_one_event(self):
        program = self.compile(self.write("objects.cc", OBJECTS), "-O2")
        self.record(program, options=[word for name in ("pair", "text", "wide")
                                      for word in ("--sample", name + "=10")])
        for name in ("pair", "text", "wide"):
            self.assertEqual(self.meters()["main", "init", name], (10, 90))
            self.assertEqual(len(self.values(name)), 10)
        self.assertEqual([value["third"] for value in self.values("pair")],
                         [turn + 2 for turn in range(0, 100, 10)])

    def test_a_coroutine_stores_every_call(self):
        program = self.compile(self.write("numbers.cc", COROUTINE), "-O2", "-std=c++20")
        done = harness.run(harness.SCOPE, "record", "-d", self.trace, "--sample", "Numbers=10",
                           "--sample", "number=10", "--sample", "numbr=3", "--", program)
        self.assertIn(b"calls of coroutines", done.stderr)
        self.assertIn(b", 90 skipped by rule", done.stderr)
        self.assertIn(b"--sample numbr=3: no function or variable is called so; did you mean 'number'", done.stderr)
        self.assertEqual(self.meters()["Numbers", "init", "number"], (10, 90))
        kinds = collections.Counter(event["kind"] for event in self.events("-F", "Numbers"))
        self.assertEqual((kinds["enter"], kinds["exit"], kinds["resume"]), (1, 1, 101))

    def test_words_that_make_no_sense(self):
        for option, words in (("--sample", ("x", "=3", "x=0", "x=-1", "x=1/s", "x=many")),
                              ("--rate", ("x", "=3/s", "x=0/s", "x=5", "x=-5/s", "x=2000000000/s"))):
            for word in words:
                done = harness.run(harness.SCOPE, "record", option, word, "--", "true", check=False)
                self.assertEqual(done.returncode, 125, word)
                self.assertIn(b"is not GLOB=N", done.stderr)


if __name__ == "__main__":
    unittest.main()
