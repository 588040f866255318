"""Orders and counts that must be exact.

usage: sequences_test.py [unittest options]
"""
import unittest

import harness

SUM = """
int main(int argc, char**) {
  int a = argc + 1, b = argc + 2, x = 0;
  x = a + b;
  return x - 5;
}
"""

MILLION = """
int main() {
  unsigned last = 0;
  for (unsigned i = 0; i < 1000000; ++i) last = i * 3;
  return last == 2999997 ? 0 : 1;
}
"""

RECURSION = """
int Depth(int n) { return n == 0 ? 0 : 1 + Depth(n - 1); }
int main() { return Depth(5) - 5; }
"""

JUMP = """
#include <setjmp.h>
static jmp_buf env;
static void deep(int n) { if (n == 0) longjmp(env, 1); deep(n - 1); }
int main(void) { if (setjmp(env) == 0) deep(3); int after = 1; return after - 1; }
"""


class SequencesTest(harness.ScopeTest):
    def test_operands_come_before_the_sum_with_one_stamp(self):
        self.record(self.compile(self.write("sum.cc", SUM), "--scope-level=all"))
        events = [event for event in self.events() if event["line"] == 4]
        self.assertEqual([(event["kind"], event["name"], event["value"]) for event in events],
                         [("read", "a", 2), ("read", "b", 3), ("assign", "x", 5)])
        self.assertEqual([event["order"] for event in events], [0, 1, 2])
        self.assertEqual(len({event["time_ns"] for event in events}), 1)

    def test_a_million_iterations_are_a_million_events(self):
        self.record(self.compile(self.write("million.cc", MILLION), "-O2"), options=["-V", "last"])
        sums = self.assert_balanced()
        self.assertEqual(sums["dropped"] + sums["torn"], 0)
        values = self.values("last", kinds=("assign",))
        self.assertEqual(values, [i * 3 for i in range(1000000)])

    def test_calls_nest_and_returns_belong_to_their_call(self):
        self.record(self.compile(self.write("recursion.cc", RECURSION), "-O1"))
        events = self.events()
        enters = {event["seq"]: event for event in events if event["kind"] == "enter"}
        self.assertEqual(len(enters), 7)
        returned = [event["value"] for event in events
                    if event["kind"] == "return" and event["function"] == "Depth"]
        self.assertEqual(returned, [0, 1, 2, 3, 4, 5])
        for event in events:
            self.assertIn(event["call"], enters)
            self.assertEqual(enters[event["call"]]["function"], event["function"])
        times = [event["time_ns"] for event in events]
        self.assertEqual(times, sorted(times))

    def test_a_longjmp_over_calls_leaves_the_rest_right(self):
        self.record(self.compile(self.write("jump.c", JUMP), "-O0"))
        events = self.events()
        self.assertEqual(self.values("after"), [1])
        main = next(event for event in events if event["kind"] == "enter")
        leave = next(event for event in events if event["kind"] == "exit" and
                     event["function"] == "main")
        self.assertEqual(leave["call"], main["seq"])

    def test_the_clock_may_be_off(self):
        self.record(self.compile(self.write("sum.cc", SUM)), options=["--clock", "off"])
        self.assertEqual(self.values("x"), [0, 5])


if __name__ == "__main__":
    unittest.main()
