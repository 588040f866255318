"""What the clock changes is the times, never the order; the adaptive one notices a pause.

usage: clock_test.py [unittest options]
"""
import unittest

import harness

CALLS = r"""
#include <unistd.h>
__attribute__((noinline)) int Work(int n) { int twice = n * 2; return twice; }
__attribute__((noinline)) int After(int n) { int thrice = n * 3; return thrice; }
int main(void) {
  volatile int sum = 0;
  for (int i = 0; i < 20000; ++i) sum += Work(i);
  usleep(400000);
  for (int i = 0; i < 20; ++i) sum += After(i);
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


if __name__ == "__main__":
    unittest.main()
