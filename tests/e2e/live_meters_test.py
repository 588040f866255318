"""Sampling and rates are changed while the program runs; nodes by hand are switched as compiled ones are.

usage: live_meters_test.py [unittest options]
"""
import collections
import json
import os
import unittest

import harness
from phased import PHASES, PhasedTest

SDK = os.path.join(os.path.dirname(__file__), "../../sdk/include")

STEPS = r"""
#ifdef BY_HAND
#include "scope/report_macros.h"
#define FUNCTION(name) SCOPE_ZONE(name)
#define REPORT(x) SCOPE_VALUE(x)
#else
#define FUNCTION(name)
#define REPORT(x)
#endif
__attribute__((noinline)) int Step(int n) { FUNCTION("Step"); int twice = n * 2; REPORT(twice); return twice; }
static void Work(void) {
  for (int i = 0; i < 1000; ++i) { volatile int got = Step(i); (void)got; }
}
""" + PHASES


class LiveMetersTest(PhasedTest):
    def meters(self):
        """By (function, kind, name): passed and skipped."""
        return {(meter["function"].split("(")[0], meter["kind"], meter["name"]):
                (meter["passed"], meter["skipped"]) for meter in self.info()["meters"]}

    def start(self, *options, by_hand=False):
        source = self.write("steps.c", STEPS)
        if by_hand:
            program = self.folder / "steps"
            harness.run("gcc", "-O1", "-DBY_HAND", "-I", SDK, source, "-o", program)
        else:
            program = self.compile(source, "-O2")
        self.start_phases(program, *options)

    def switch(self, *options):
        done = harness.run(harness.SCOPE, "switch", "--json", *options, str(self.running.pid),
                           check=False)
        self.assertEqual(done.returncode, 0, done)
        return [json.loads(line) for line in done.stdout.splitlines()]

    def finish(self):
        self.end_phases()
        counts = collections.Counter((event["kind"], event["function"].split("(")[0], event["name"])
                                     for event in self.events())
        return counts

    def test_a_running_program_is_sampled_and_then_not(self):
        self.start()
        self.phase()
        sample, rate = self.switch("--sample", "Step=10", "--rate", "Step=1000000/s")
        self.assertEqual((sample["version"], sample["sample"], sample["processes"]),
                         (1, "Step=10", 1))
        self.assertEqual((rate["version"], rate["rate"]), (2, "Step=1000000/s"))
        self.assertEqual(sample["changed"], sample["nodes"])
        self.phase()
        [off] = self.switch("--off", "-F", "Step")
        self.phase()
        [on] = self.switch("--on", "-F", "Step")
        self.assertEqual((off["version"], on["version"], on["changed"]), (3, 4, off["nodes"]))
        self.phase()
        self.switch("--sample", "Step=off", "--rate", "Step=off")
        self.phase()
        counts = self.finish()
        self.assertEqual(counts["enter", "Step", "Step"], 1000 + 100 + 0 + 100 + 1000)
        self.assertEqual(counts["exit", "Step", "Step"], counts["enter", "Step", "Step"])
        self.assertEqual(counts["init", "Step", "twice"], counts["enter", "Step", "Step"])
        self.assertEqual(self.meters()["Step", "enter", "Step"], (200, 1800))

    def test_a_rule_holds_for_processes_that_come_later(self):
        self.start()
        self.switch("--sample", "Step=100")
        self.phase(b"f")
        self.phase(b"e")
        self.assertEqual(self.finish()["enter", "Step", "Step"], 20)
        self.assertEqual(self.meters()["Step", "enter", "Step"], (20, 1980))

    def test_what_is_reported_by_hand_is_switched_and_sampled(self):
        for started_off in (False, True):
            self.start(*["--start-off"] * started_off, by_hand=True)
            self.phase()
            if started_off:
                self.switch("--on")
            [off] = self.switch("--off", "-F", "Step")
            self.assertEqual(off["processes"], 1)
            self.assertEqual(off["changed"], off["nodes"])
            self.phase()
            self.switch("--on", "-F", "Step")
            self.phase()
            [sample] = self.switch("--sample", "Step=50")
            self.assertEqual(sample["changed"], sample["nodes"])
            self.phase()
            self.phase(b"f")
            self.switch("--sample", "Step=off", "--rate", "twice=5/s")
            self.phase()
            counts = self.finish()
            stored = (0 if started_off else 1000) + 1000 + 20 + 20 + 1000
            self.assertEqual(counts["enter", "Step", "Step"], stored)
            self.assertEqual(counts["exit", "Step", "Step"], stored)
            meters = self.meters()
            self.assertEqual(meters["Step", "enter", "Step"], (40, 1960))
            passed, skipped = meters["Step", "value", "twice"]
            self.assertEqual(passed + skipped, 3000)
            self.assertEqual(counts["value", "Step", "twice"], stored - 40 - 1000 + passed)

    def test_the_counts_survive_the_collector(self):
        self.start("--sample", "Step=10")
        self.phase()
        self.running.kill()
        self.running.wait()
        self.phase()
        self.running.stdin.close()
        harness.run(harness.SCOPE, "recover", "-d", self.trace, str(self.pid))
        self.assertEqual(self.meters()["Step", "enter", "Step"], (200, 1800))

    def test_usage(self):
        self.start()
        for words in (("--sample", "Step=10", "-F", "Step"), ("--sample", "Step"), ()):
            done = harness.run(harness.SCOPE, "switch", *words, str(self.running.pid), check=False)
            self.assertEqual(done.returncode, 2, done)
        done = harness.run(harness.SCOPE, "switch", "--sample", "Nothing=3", str(self.running.pid),
                           check=False)
        self.assertEqual((done.returncode, done.stdout.split(b",")[0]),
                         (1, b"change 1: 0 of 0 nodes given the sampling Nothing=3"))
        self.finish()


if __name__ == "__main__":
    unittest.main()
