"""The options of a recording hold for a program that runs already, compiled nodes and events by hand alike.

usage: attach_options_test.py [unittest options]
"""
import json
import pathlib
import time
import unittest

import harness
from attach_harness import AttachedTest

INCLUDE = pathlib.Path(__file__).resolve().parents[2] / "sdk/include"

# Commands on stdin: a number of steps; "hN" keeps a processor busy with steps for N ms.
STEPS = r"""
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <scope/report.h>
#ifdef BY_HAND
#define FUNCTION() SCOPE_FUNCTION()
#define REPORT(x) SCOPE_VALUE(x)
#else
#define FUNCTION()
#define REPORT(x)
#endif
__attribute__((noinline)) static int Step(int n) { FUNCTION(); int twice = n * 2; REPORT(twice); return twice; }
static double NowMs(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1e3 + now.tv_nsec * 1e-6;
}
int main(void) {
  char line[64];
  puts("ready");
  fflush(stdout);
  while (fgets(line, sizeof line, stdin) != NULL) {
    volatile int got = 0;
    if (line[0] == 'h') {
      for (double end = NowMs() + atoi(line + 1); NowMs() < end;)
        for (int i = 0; i < 100000; ++i) got = Step(i);
    }
    for (int i = 0; i < atoi(line); ++i) got = Step(i);
    puts("done");
    fflush(stdout);
  }
  return 7;
}
"""


class AttachOptionsTest(AttachedTest):
    by_hand = False
    value = "init"

    def setUp(self):
        super().setUp()
        source = self.write("steps.c", STEPS)
        command = ["gcc", "-DBY_HAND"] if self.by_hand else [harness.SCOPE, "cc"]
        harness.run(*command, "-O2", "-I", INCLUDE, source, "-o", self.folder / "steps")
        self.begin(self.folder / "steps")

    def switch(self, *options):
        done = harness.run(harness.SCOPE, "switch", "--json", *options, str(self.running.pid),
                           check=False)
        self.assertEqual(done.returncode, 0, done)
        return [json.loads(line) for line in done.stdout.splitlines()]

    def count(self, kind, name):
        return len([event for event in self.events()
                    if (event["kind"], event["name"]) == (kind, name)])

    def meters(self, kind, name):
        return [(meter["passed"], meter["skipped"]) for meter in self.info()["meters"]
                if (meter["kind"], meter["name"]) == (kind, name)]

    def test_sampling_and_rates_once_and_again(self):
        for sampled in (10, 100):
            self.attach("--sample", f"Step={sampled}", "--rate", "twice=1000000/s")
            self.do("1000")
            self.detach()
            self.do("100")
            [(passed, skipped)] = self.meters("enter", "Step")
            # Compiled, the event that loads the runtime comes before the rule.
            self.assertIn(passed + skipped, (1000,) if self.by_hand else (999, 1000))
            self.assertIn(passed, (1000 // sampled, 1000 // sampled + 1))
            entered = self.count("enter", "Step")
            self.assertIn(entered - passed, (0, 1))
            self.assertEqual(self.count("exit", "Step"), entered)
            [(passed, skipped)] = self.meters(self.value, "twice")
            self.assertEqual(self.count(self.value, "twice"), entered)
            self.assertIn(passed + skipped, (999, 1000))
            self.assert_balanced()

    def test_switches(self):
        self.attach()
        self.do("10")
        [off] = self.switch("--off", "-F", "Step")
        self.assertEqual((off["changed"], off["processes"]), (off["nodes"], 1))
        self.do("100")
        self.switch("--on", "-F", "Step")
        self.do("10")
        self.switch("--sample", "Step=5")
        self.do("10")
        self.detach()
        self.assertEqual(self.count("enter", "Step"), 22)
        # What was switched by the last recording is not by the next.
        self.attach()
        self.do("10")
        self.detach()
        self.assertEqual(self.count("enter", "Step"), 10)

    def test_a_window(self):
        self.attach("--keep", "16M", "--trigger", "node:Step", "--snapshots", "1")
        self.do("10")
        for _ in range(200):
            if self.trace.with_suffix(".data.1").exists():
                break
            time.sleep(0.05)
        self.do("10")
        self.detach()
        self.trace = self.trace.with_suffix(".data.1")
        self.assertIn(self.count("enter", "Step"), range(1, 21))

    def test_a_budget(self):
        self.attach("--budget", "3%")
        self.do("h1500")
        said = self.detach()
        self.assertIn("the budget of 3% was exceeded", said)
        self.assert_balanced()

    def test_a_sink(self):
        out = self.folder / "out.csv"
        self.attach("--sink", f"csv:{out}")
        self.do("100")
        self.detach()
        info = self.info()
        self.assertEqual(len(out.read_text().splitlines()), 1 + info["events"])

    def test_a_sink_that_is_not_there(self):
        done = harness.run(harness.SCOPE, "attach", "--sink", "csw:x", str(self.running.pid),
                           check=False)
        self.assertEqual((done.returncode, len(done.stderr.splitlines())), (1, 1))
        self.assertIn(b"did you mean 'csv'", done.stderr)


class AttachOptionsByHandTest(AttachOptionsTest):
    by_hand = True
    value = "value"


if __name__ == "__main__":
    unittest.main()
