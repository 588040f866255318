"""SIGKILL of the program, and of the collector, at random moments.

Committed means that the report had returned: the program then writes the value into a file-mapped
ledger, which survives SIGKILL. SCOPE_KILLS sets how often (default 50 each).

usage: kill_test.py [unittest options]
"""
import json
import os
import pathlib
import random
import shutil
import signal
import subprocess
import time
import unittest

import harness

KILLS = int(os.environ.get("SCOPE_KILLS", "50"))

LEDGER = r"""
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

/* ledger PATH COUNT: ledger[0] is the last committed value, [1] the pid, [2] 1 at the end. */
int main(int argc, char** argv) {
  int fd = open(argv[1], O_RDWR | O_CREAT, 0600);
  if (argc < 3 || fd < 0 || ftruncate(fd, 4096)) return 1;
  volatile uint64_t* ledger = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  ledger[1] = (uint64_t)getpid();
  uint64_t count = strtoull(argv[2], 0, 10);
  for (uint64_t i = 1; i <= count; ++i) {
    uint64_t committed = i;
    ledger[0] = committed;
  }
  ledger[2] = 1;
  return 7;
}
"""


class Ledger:
    def __init__(self, path):
        self.path = path

    def words(self):
        data = self.path.read_bytes() if self.path.exists() else b""
        if len(data) < 24:
            return 0, 0, 0
        return tuple(int.from_bytes(data[8 * i:8 * i + 8], "little") for i in range(3))

    def wait_for_pid(self):
        deadline = time.monotonic() + 30
        while self.words()[0] == 0:
            if time.monotonic() > deadline:
                raise AssertionError("the program did not start")
            time.sleep(0.001)
        return self.words()[1]


class KillTest(harness.ScopeTest):
    def setUp(self):
        super().setUp()
        self.program = self.compile(self.write("ledger.c", LEDGER), "-O2")
        self.random = random.Random(19)

    def start(self, count, *options):
        ledger = Ledger(self.folder / "ledger.map")
        ledger.path.unlink(missing_ok=True)
        recorder = subprocess.Popen(
            [harness.SCOPE, "record", "-q", "-d", self.trace, "-V", "committed", *options, "--",
             self.program, ledger.path, str(count)],
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        return recorder, ledger

    def last_values(self):
        out = harness.run(harness.SCOPE, "vars", "-d", self.trace, "--json", "committed").stdout
        [summary] = map(json.loads, out.splitlines())
        return summary

    def assert_counts_from_one(self, summary):
        """The values are 1, 2, 3, ...: none is missing or there twice if the last is the count."""
        if summary["count"] == 0:
            return  # Killed before anything was stored.
        self.assertEqual((summary["first"], summary["min"]), (1, 1))
        self.assertEqual((summary["last"], summary["max"]), (summary["count"],) * 2)

    def test_every_committed_event_of_a_killed_program_is_there(self):
        for attempt in range(KILLS):
            with self.subTest(attempt=attempt):
                recorder, ledger = self.start(10**15)
                pid = ledger.wait_for_pid()
                time.sleep(self.random.uniform(0, 0.05))
                os.kill(pid, signal.SIGKILL)
                _, errors = recorder.communicate(timeout=60)
                self.assertEqual(recorder.returncode, 128 + signal.SIGKILL, errors)
                committed = ledger.words()[0]
                summary = self.last_values()
                self.assertEqual(summary["lost"], 0)
                self.assertGreaterEqual(summary["count"], committed)
                self.assertLessEqual(summary["count"], committed + 1)
                self.assert_counts_from_one(summary)
                sums = self.assert_balanced()
                self.assertEqual(sums["dropped"], 0)

    def test_a_killed_collector_harms_neither_program_nor_trace(self):
        for attempt in range(KILLS):
            with self.subTest(attempt=attempt):
                recorder, ledger = self.start(50_000_000, "--block-timeout", "100ms")
                ledger.wait_for_pid()
                time.sleep(self.random.uniform(0, 0.05))
                recorder.kill()
                recorder.communicate(timeout=60)
                deadline = time.monotonic() + 60
                while ledger.words()[2] != 1:
                    self.assertLess(time.monotonic(), deadline, "the program did not end")
                    time.sleep(0.002)
                done = harness.run(harness.SCOPE, "info", "-d", self.trace, check=False)
                self.assertEqual(done.returncode, 0, done.stderr)
                self.assert_counts_from_one(self.last_values())
                self.remove_session_of(recorder.pid)

    def remove_session_of(self, collector_pid):
        """A collector that was killed leaves its session behind; its control file names it."""
        for session in pathlib.Path("/dev/shm").glob("scope-*"):
            try:
                control = (session / "control").read_bytes()[:64]
            except OSError:  # Somebody else's, and gone by now.
                continue
            if int.from_bytes(control[44:48], "little") == collector_pid:
                shutil.rmtree(session)


if __name__ == "__main__":
    unittest.main()
