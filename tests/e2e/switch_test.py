"""Nodes are switched on and off while the program runs, exactly and for later processes too.

usage: switch_test.py [unittest options]
"""
import collections
import json
import subprocess
import unittest

import harness

PHASES = r"""
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
__attribute__((noinline)) int Step(int n) { volatile int sink = n; int twice = n * 2; return sink + twice; }
__attribute__((noinline)) int Other(int n) { volatile int sink = n; return sink; }
static void Work(void) {
  for (int i = 0; i < 1000; ++i) { Step(i); Other(i); }
}
int main(int argc, char** argv) {
  if (argc > 1) { Work(); return 0; }
  char line[16];
  puts("ready");
  fflush(stdout);
  while (fgets(line, sizeof line, stdin) != NULL) {
    if (line[0] == 'f' && fork() == 0) { Work(); _exit(0); }
    if (line[0] == 'e' && fork() == 0) { execl(argv[0], argv[0], "again", (char*)0); _exit(1); }
    if (line[0] == 'w') Work();
    while (wait(NULL) > 0) {}
    puts("done");
    fflush(stdout);
  }
  return 0;
}
"""


class SwitchTest(harness.ScopeTest):
    def start(self, *options):
        program = self.compile(self.write("phases.c", PHASES), "-O2")
        self.running = subprocess.Popen(
            [harness.SCOPE, "record", "-q", "-d", self.trace, *options, "--", program],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.addCleanup(self.running.wait)
        self.addCleanup(self.running.stdout.close)
        self.addCleanup(self.running.stdin.close)
        self.assertEqual(self.running.stdout.readline(), b"ready\n")

    def phase(self, letter):
        self.running.stdin.write(letter + b"\n")
        self.running.stdin.flush()
        self.assertEqual(self.running.stdout.readline(), b"done\n")

    def switch(self, *options, check=True):
        return harness.run(harness.SCOPE, "switch", *options, str(self.running.pid), check=check)

    def answer(self, *options):
        return json.loads(self.switch("--json", *options).stdout)

    def finish(self):
        self.running.stdin.close()
        self.assertEqual(self.running.wait(), 0)
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
