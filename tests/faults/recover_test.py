"""What a killed collector leaves in memory becomes a trace: nothing is missing unsaid, nothing twice.

usage: recover_test.py [unittest options]
"""
import json
import os
import pathlib
import random
import signal
import subprocess
import time
import unittest

import harness
import kill_test

KILLS = int(os.environ.get("SCOPE_KILLS", "20"))

PHASES = r"""
#include <stdio.h>
int main(void) {
  char line[16];
  int from = 0;
  puts("ready");
  fflush(stdout);
  while (fgets(line, sizeof line, stdin) != NULL) {
    for (int i = 0; i < 1000; ++i) { int committed = ++from; (void)committed; }
    puts("done");
    fflush(stdout);
  }
  return 0;
}
"""


class RecoverTest(harness.ScopeTest):
    def setUp(self):
        super().setUp()
        self.recovered = self.folder / "scope.recovered"
        self.random = random.Random(23)

    def summary(self, trace):
        out = harness.run(harness.SCOPE, "vars", "-d", trace, "--json",
                          "committed", check=False).stdout
        lines = [json.loads(line) for line in out.splitlines()]
        return lines[0] if lines and lines[0]["count"] else None

    def recover(self, pid):
        return harness.run(harness.SCOPE, "recover", "-d", self.recovered, pid, check=False)

    def assert_joined(self, last):
        """The two traces together hold 1 to `last`, but for what the second one says is lost."""
        first, second = self.summary(self.trace), self.summary(self.recovered)
        stored = first["last"] if first else 0
        if second is None:
            self.assertGreaterEqual(stored, last)
            return
        self.assertEqual(second["count"], second["last"] - second["first"] + 1)
        self.assertEqual(second["first"], stored + second["lost"] + 1)
        self.assertGreaterEqual(second["last"], last)
        self.assertLessEqual(second["last"], last + 1)
        self.assert_balanced(json.loads(harness.run(
            harness.SCOPE, "info", "-d", self.recovered, "--json").stdout))

    def test_program_and_collector_are_killed(self):
        program = self.compile(self.write("ledger.c", kill_test.LEDGER), "-O2")
        for attempt in range(KILLS):
            with self.subTest(attempt=attempt):
                ledger = kill_test.Ledger(self.folder / "ledger.map")
                ledger.path.unlink(missing_ok=True)
                recorder = subprocess.Popen(
                    [harness.SCOPE, "record", "-q", "-d", self.trace, "-V", "committed", "--",
                     program, ledger.path, str(10**15)], stderr=subprocess.DEVNULL)
                pid = ledger.wait_for_pid()
                time.sleep(self.random.uniform(0, 0.05))
                os.kill(pid, signal.SIGKILL)
                recorder.kill()
                recorder.wait()
                done = self.recover(pid)
                if b"no recording" in done.stderr or b"took part" in done.stderr:
                    continue  # The collector had ended: the first trace is whole.
                self.assertEqual(done.returncode, 0, done.stderr)
                self.assert_joined(ledger.words()[0])
                self.assertIn(b"left behind", self.recover(pid).stderr)

    def start(self):
        program = self.compile(self.write("phases.c", PHASES), "-O2")
        recorder = subprocess.Popen(
            [harness.SCOPE, "record", "-q", "-d", self.trace, "-V", "committed", "--", program],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.addCleanup(recorder.stdout.close)
        self.assertEqual(recorder.stdout.readline(), b"ready\n")
        return recorder

    def phase(self, recorder):
        recorder.stdin.write(b"w\n")
        recorder.stdin.flush()
        self.assertEqual(recorder.stdout.readline(), b"done\n")

    def test_a_new_collector_takes_over(self):
        recorder = self.start()
        self.phase(recorder)
        recorder.kill()
        recorder.wait()
        said = harness.run(harness.SCOPE, "info", "-d", self.trace, check=False,
                           env=dict(os.environ, SCOPE_LEFT_NOTICE="on")).stderr
        self.assertIn(b"left behind in memory: 'scope recover'", said)
        second = subprocess.Popen(
            [harness.SCOPE, "recover", "-d", self.recovered, str(recorder.pid)],
            stderr=subprocess.PIPE)
        self.assertIn(b"still runs", second.stderr.readline())
        self.phase(recorder)
        refused = self.recover(recorder.pid)
        self.assertNotEqual(refused.returncode, 0)
        recorder.stdin.close()
        _, errors = second.communicate(timeout=60)
        self.assertEqual(second.returncode, 0, errors)
        self.assert_joined(2000)

    def test_what_was_left_can_be_thrown_away(self):
        recorder = self.start()
        recorder.kill()
        recorder.wait()
        pid = str(recorder.pid)
        kept = harness.run(harness.SCOPE, "recover", "--discard", pid, check=False)
        self.assertIn(b"still runs", kept.stderr)
        recorder.stdin.close()
        self.assertEqual(recorder.stdout.read(), b"")
        deadline = time.monotonic() + 30
        while harness.run(harness.SCOPE, "recover", "--discard", pid, check=False).returncode != 0:
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.01)
        self.assertNotIn(pid.encode(), harness.run(harness.SCOPE, "recover", "--list").stdout)

    def test_what_was_left_a_day_ago_goes_with_the_next_recording(self):
        recorder = self.start()
        program, = pathlib.Path(f"/proc/{recorder.pid}/task/{recorder.pid}/children").read_text().split()
        environment = pathlib.Path(f"/proc/{program}/environ").read_bytes().decode().split("\0")
        folder = pathlib.Path(dict(item.split("=", 1) for item in environment if item)["SCOPE_SESSION"])
        recorder.kill()
        recorder.wait()
        recorder.stdin.close()
        self.assertEqual(recorder.stdout.read(), b"")
        self.assertTrue(folder.is_dir())
        program = self.compile(self.write("next.c", "int main(void) { return 0; }\n"))
        for hours, stays in ((23, True), (25, False)):
            then = time.time() - hours * 3600
            os.utime(folder, (then, then))
            self.record(program)
            self.assertEqual(folder.exists(), stays)


if __name__ == "__main__":
    unittest.main()
