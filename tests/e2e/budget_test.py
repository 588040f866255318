"""A budget: what costs too much is switched off, is said, and can be switched on again.

usage: budget_test.py [unittest options]
"""
import collections
import json
import subprocess
import time
import unittest

import harness

HOT = r"""
#include <stdio.h>
#include <time.h>
static double Now(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec + now.tv_nsec * 1e-9;
}
__attribute__((noinline)) int Hot(int n) { volatile int sink = n; return sink + 1; }
__attribute__((noinline)) int Rare(int n) { volatile int sink = n; return sink + 1; }
int main(void) {
  long hot = 0, rare = 0;
  for (double end = Now() + 2; Now() < end; ++rare) {
    for (int i = 0; i < 200000; ++i, ++hot) Hot(i);
    Rare(0);
  }
  printf("%ld %ld\n", hot, rare);
  return 0;
}
"""


class BudgetTest(harness.ScopeTest):
    def entered(self, out):
        self.assert_balanced()
        counts = collections.Counter()
        report = harness.run(harness.SCOPE, "report", "-d", self.trace, "--json").stdout
        for node in json.loads(report)["nodes"]:
            counts[node["function"], node["kind"]] += node["events"]
        return counts, *map(int, out.split())

    def test_the_hottest_function_is_culled_and_the_others_stay(self):
        program = self.compile(self.write("hot.c", HOT), "-O2", "--scope-level=functions")
        done = harness.run(harness.SCOPE, "record", "-d", self.trace, "--budget", "3%", "--",
                           program)
        counts, hot, rare = self.entered(done.stdout)
        self.assertRegex(done.stderr.decode(),
                         r"the budget of 3% was exceeded \(\S+%\): switched off Hot(\(int\))? hot.c:9\n")
        self.assertLess(counts["Hot", "enter"], hot // 2)
        self.assertEqual((counts["Rare", "enter"], counts["Rare", "exit"]), (rare, rare))

    def test_what_was_culled_can_be_switched_on_again(self):
        program = self.compile(self.write("hot.c", HOT.replace("+ 2;", "+ 60;")), "-O2",
                               "--scope-level=functions")
        running = subprocess.Popen([harness.SCOPE, "record", "-q", "-d", self.trace, "--budget",
                                    "3%", "--limit", "1M", "--", program], stdout=subprocess.DEVNULL)
        self.addCleanup(running.wait)
        self.addCleanup(running.terminate)
        # Nothing stands the other way until it was culled.
        for turn in range(600):
            done = harness.run(harness.SCOPE, "switch", "--on", "-F", "Hot", "--json",
                               str(running.pid), check=False)
            if done.returncode == 0 and json.loads(done.stdout)["changed"] > 0:
                break
            time.sleep(0.05)
        answer = json.loads(done.stdout)
        self.assertEqual((answer["nodes"], answer["changed"]), (2, 2))
        self.assertGreater(answer["version"], 0)

    def test_a_cheap_program_keeps_everything(self):
        program = self.compile(self.write("cheap.c", HOT.replace("200000", "2").replace(
            "Rare(0);", "Rare(0); nanosleep(&(struct timespec){0, 1000000}, 0);")), "-O2")
        done = harness.run(harness.SCOPE, "record", "-d", self.trace, "--budget", "50%", "--",
                           program)
        counts, hot, rare = self.entered(done.stdout)
        self.assertNotIn(b"budget", done.stderr)
        self.assertEqual((counts["Hot", "enter"], counts["Rare", "enter"]), (hot, rare))

    def test_a_budget_that_makes_no_sense_is_refused(self):
        for word in ("3", "0%", "-1%", "200%", "x%"):
            done = harness.run(harness.SCOPE, "record", "--budget", word, "--", "true", check=False)
            self.assertEqual(done.returncode, 125)
            self.assertIn(b"no share of the time", done.stderr)


if __name__ == "__main__":
    unittest.main()
