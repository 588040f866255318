"""What the clock changes is the times, never the order; the adaptive one notices a pause.

usage: clock_test.py [unittest options]
"""
import json
import os
import unittest

import harness

CALLS = r"""
#include <unistd.h>
__attribute__((noinline)) int Work(int n) { int twice = n * 2; return twice; }
__attribute__((noinline)) int After(int n) { int thrice = n * 3; return thrice; }
int main(void) {
  volatile int sum = 0;
  for (int i = 0; i < 6000; ++i) sum += Work(i);
  usleep(400000);
  for (int i = 0; i < 20; ++i) sum += After(i);
  return 0;
}
"""

# Two threads take turns: each turn is a call, so that each has its own stamp.
TURNS = r"""
#include <pthread.h>
#include <semaphore.h>
static sem_t mine[2];
__attribute__((noinline)) static int Note(int n) { int turn = n; return turn; }
static void* Work(void* which) {
  long me = (long)which;
  for (int i = 0; i < 100; ++i) {
    sem_wait(&mine[me]);
    if (Note(2 * i + (int)me) < 0) return &mine;
    sem_post(&mine[1 - me]);
  }
  return 0;
}
int main(void) {
  pthread_t threads[2];
  sem_init(&mine[0], 0, 1);
  sem_init(&mine[1], 0, 0);
  for (long i = 0; i < 2; ++i) pthread_create(&threads[i], 0, Work, (void*)i);
  for (int i = 0; i < 2; ++i) pthread_join(threads[i], 0);
  return 0;
}
"""


class ClockTest(harness.ScopeTest):
    def record_with(self, clock, program):
        self.record(program, options=["--clock", clock])
        self.assert_balanced()
        self.assertEqual(self.info()["clock"], clock)
        return self.events()

    def test_the_order_is_the_same_with_every_clock(self):
        for flags in (["-O2"], ["-O0", "--scope-lower=calls"]):
            program = self.compile(self.write("calls.c", CALLS), *flags)
            key = ("seq", "thread_seq", "kind", "node", "value", "call")
            runs = [[tuple(event[word] for word in key) for event in self.record_with(clock, program)]
                    for clock in ("exact", "adaptive", "off")]
            self.assertEqual(runs[0], runs[1])
            self.assertEqual(runs[0], runs[2])

    def test_adaptive_times_are_few_in_a_burst_and_right_after_a_pause(self):
        program = self.compile(self.write("calls.c", CALLS), "-O2")
        events = self.record_with("adaptive", program)
        times = [event["time_ns"] for event in events]
        self.assertEqual(times, sorted(times))
        calls = [event for event in events if event["kind"] in ("enter", "exit")]
        self.assertGreater(len({event["time_ns"] for event in calls}), 20)
        self.assertLess(len({event["time_ns"] for event in calls}), len(calls) // 4)
        before = [event["time_ns"] for event in events if event["function"].startswith("Work")]
        after = [event["time_ns"] for event in events if event["function"].startswith("After")]
        # The program slept 400 ms; the collector looks far more often than every 300.
        self.assertGreater(min(after) - max(before), 100_000_000)

    def assert_monotonic_fallback(self, program, clock, **run_options):
        self.record(program, options=["--clock", clock], **run_options)
        info = self.info()
        self.assertEqual(info["clock_source"], "monotonic")
        self.assert_balanced(info)
        events = self.events()
        times = [event["time_ns"] for event in events]
        self.assertEqual(times, sorted(times))
        # Nanoseconds: the program slept 400 ms, and a nanosecond is no tick of another clock.
        before = max(e["time_ns"] for e in events if e["function"].startswith("Work"))
        after = min(e["time_ns"] for e in events if e["function"].startswith("After"))
        self.assertGreater(after - before, 100_000_000)
        self.assertLess(info["recorded_ns"], 300_000_000_000)
        return info, events

    def test_the_systems_clock_gives_the_same_events_in_the_same_order(self):
        for flags in (["-O2"], ["-O0", "--scope-lower=calls"]):
            program = self.compile(self.write("calls.c", CALLS), *flags)
            key = ("seq", "thread_seq", "kind", "node", "value", "call")
            exact = [tuple(event[word] for word in key) for event in self.record_with("exact", program)]
            self.assertEqual(self.info()["clock_source"], "counter")
            info, events = self.assert_monotonic_fallback(program, "monotonic")
            self.assertEqual(info["clock"], "exact")
            self.assertEqual([tuple(event[word] for word in key) for event in events], exact)
            # Each entry and exit has a stamp of its own.
            calls = [e["time_ns"] for e in events if e["kind"] in ("enter", "exit")]
            self.assertGreater(len(set(calls)), len(calls) * 9 // 10)

    def test_what_the_machine_cannot_give_is_taken_from_the_system(self):
        program = self.compile(self.write("calls.c", CALLS), "-O2")
        environment = {**os.environ, "SCOPE_CLOCK": "monotonic"}
        for clock in ("exact", "adaptive"):
            info, _ = self.assert_monotonic_fallback(program, clock, env=environment)
            self.assertEqual(info["clock"], clock)
        text = harness.run(harness.SCOPE, "info", "-d", self.trace).stdout
        self.assertIn(b"times from the system's clock", text)
        doctor = harness.run(harness.SCOPE, "doctor", "--json", env=environment, check=False)
        [clock] = [c for c in json.loads(doctor.stdout)["checks"] if c["what"] == "clock"]
        self.assertTrue(clock["ok"])
        self.assertIn("the system's clock", clock["found"])

    def test_threads_keep_the_order_of_what_caused_what(self):
        program = self.compile(self.write("turns.c", TURNS), "-O1", "-pthread")
        for clock in ("exact", "monotonic"):
            self.record(program, options=["--clock", clock])
            self.assert_balanced()
            turns = self.values("turn")
            self.assertEqual(turns, sorted(turns), clock)
            self.assertEqual(len(turns), 200)

    def test_a_clock_that_nobody_knows_is_refused(self):
        program = self.compile(self.write("calls.c", CALLS), "-O2")
        done = harness.run(harness.SCOPE, "record", "--", program, check=False,
                           env={**os.environ, "SCOPE_CLOCK": "sundial"}, cwd=self.folder)
        self.assertEqual(done.returncode, 125)
        self.assertEqual(done.stderr, b"scope: SCOPE_CLOCK is 'sundial', and must be counter or monotonic\n")


if __name__ == "__main__":
    unittest.main()
