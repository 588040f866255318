"""Nodes are switched on and off while the program runs, exactly and for later processes too.

usage: switch_test.py [unittest options]
"""
import collections
import json
import unittest

import harness
from phased import PHASES, PhasedTest

STEPS = r"""
__attribute__((noinline)) int Step(int n) { volatile int sink = n; int twice = n * 2; return sink + twice; }
__attribute__((noinline)) int Other(int n) { volatile int sink = n; return sink; }
static void Work(void) {
  for (int i = 0; i < 1000; ++i) { Step(i); Other(i); }
}
""" + PHASES


class SwitchTest(PhasedTest):
    def start(self, *options):
        self.start_phases(self.compile(self.write("steps.c", STEPS), "-O2"), *options)

    def switch(self, *options, check=True):
        return harness.run(harness.SCOPE, "switch", *options, str(self.running.pid), check=check)

    def answer(self, *options):
        return json.loads(self.switch("--json", *options).stdout)

    def finish(self):
        self.end_phases()
        self.assert_balanced()
        entered = collections.Counter()
        for event in self.events():
            if event["kind"] == "enter":
                entered[event["function"].split("(")[0]] += 1
        return entered

    def test_a_function_is_left_out_for_a_while(self):
        self.start()
        self.phase(b"w")
        off = self.answer("--off", "-F", "Step")
        self.assertEqual((off["version"], off["processes"]), (1, 1))
        self.assertGreater(off["nodes"], 2)
        self.assertEqual(off["changed"], off["nodes"])
        self.phase(b"w")
        on = self.answer("--on", "-F", "Step")
        self.assertEqual((on["version"], on["nodes"], on["changed"]), (2, off["nodes"], off["nodes"]))
        self.assertEqual(self.answer("--on", "-F", "Step")["changed"], 0)
        self.phase(b"w")
        entered = self.finish()
        self.assertEqual((entered["Step"], entered["Other"]), (2000, 3000))

    def test_nothing_until_it_is_switched_on(self):
        self.start("--start-off")
        self.phase(b"w")
        self.switch("--on", "-V", "twice")
        self.phase(b"w")
        self.switch("--off")
        self.phase(b"w")
        self.assertEqual(sum(self.finish().values()), 0)
        self.assertEqual(self.values("twice"), [n * 2 for n in range(1000)])

    def test_a_change_holds_for_processes_that_come_later(self):
        self.start()
        self.switch("--off", "-F", "Other")
        self.phase(b"f")
        self.phase(b"e")
        entered = self.finish()
        self.assertEqual((entered["Step"], entered["Other"]), (2000, 0))

    def test_a_node_is_named_by_its_id(self):
        self.start()
        self.phase(b"w")
        self.phase(b"w")
        self.finish()
        ids = {event["node"] for event in self.events() if event["name"] == "twice"}
        self.start()
        answer = self.answer("--off", *[word for node in ids for word in ("-N", node)])
        self.assertEqual(answer["nodes"], len(ids))
        self.phase(b"w")
        self.assertEqual(self.finish()["Step"], 1000)
        self.assertEqual(self.values("twice"), [])

    def test_what_cannot_be_done_is_said(self):
        self.start()
        wrong = self.switch("--off", "-F", "NoSuchFunction", check=False)
        self.assertEqual(wrong.returncode, 1)
        self.assertIn(b"0 of 0 nodes", wrong.stdout)
        for words, said in ((["--off", "-N", "zz"], b"no node id"), ([], b"--on or --off")):
            wrong = self.switch(*words, check=False)
            self.assertEqual(wrong.returncode, 2)
            self.assertIn(said, wrong.stderr)
        wrong = harness.run(harness.SCOPE, "switch", "--off", "1", check=False)
        self.assertEqual(wrong.returncode, 1)
        self.assertIn(b"process 1 is not being recorded", wrong.stderr)
        self.finish()


if __name__ == "__main__":
    unittest.main()
