"""Threads that end faster than the collector reads their rings fill no memory, and are counted.

usage: ring_files_test.py [unittest options]
"""
import os
import signal
import unittest

import harness

FILES_MAX = 300  # 256 rings of threads that have ended, those that live, and the session's own

# With a collector that does not move: `count` threads, one value each, and one that lives on.
SHORT = harness.SESSION_FILES + r"""
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
static volatile int release = 0, held = 0, step = 1;
static void* work(void* n) { long seen = (long)n; return (void*)seen; }
static void* stay(void* n) {
  for (int i = 0; i < 10; ++i) { long before = i; (void)before; }
  held = 1;
  while (!release) usleep(1000);
  for (int i = 0; i < 10; ++i) { long after = i * step; (void)after; }
  return n;
}
int main(int argc, char** argv) {
  long count = atol(argv[1]);
  int kills = argc > 2;
  pthread_t thread, late;
  if (kill(getppid(), kills ? SIGKILL : SIGSTOP)) return 1;
  for (long i = 0; i < count; ++i) {
    if (pthread_create(&thread, 0, work, (void*)i)) return 2;
    pthread_join(thread, 0);
  }
  if (pthread_create(&late, 0, stay, 0)) return 3;
  while (!held) usleep(1000);
  printf("%ld %s\n", files(), getenv("SCOPE_SESSION"));
  if (!kills) {
    if (kill(getppid(), SIGCONT)) return 4;
    for (int i = 0; i < 10000 && files() > 20; ++i) usleep(1000);
  }
  release = 1;
  pthread_join(late, 0);
  return 0;
}
"""


class RingFilesTest(harness.ScopeTest):
    def setUp(self):
        super().setUp()
        self.program = self.compile(self.write("short.c", SHORT), "-O1", "-pthread")

    def stopped(self, *options):
        """A collector that is stopped for a while. Returns how many values were stored."""
        done = harness.run(harness.SCOPE, "record", "-d", self.trace, "--ring", "16K", "-V", "seen",
                           "-V", "before", "-V", "after", *options, "--", self.program, 1000)
        files, session = done.stdout.decode().split()
        self.assertLess(int(files), FILES_MAX)
        self.assertGreater(int(files), 200)
        self.assertFalse(os.path.exists(session))
        info = self.info()
        sums = self.assert_balanced(info)
        # A thread that was held up is recorded from when there is room.
        self.assertEqual(self.values("after"), list(range(10)))
        self.assertEqual(self.values("before"), [])
        # Every value is stored or counted.
        self.assertEqual(sums["stored"] + info["dropped_without_ring"], 1000 + 10 + 10)
        self.assertEqual(sums["dropped"] + sums["torn"], 0)
        self.assertIn(b" threads of process ", done.stderr)
        self.assertIn(b" are not recorded, or not from their beginning", done.stderr)
        return self.values("seen")

    def test_a_thread_waits_once_for_a_collector_that_does_not_move(self):
        seen = self.stopped("--block-timeout", "300ms")
        self.assertEqual(seen, list(range(len(seen))))

    def test_without_waiting_the_loss_is_counted(self):
        for strategy in ("drop_newest", "drop_oldest"):
            with self.subTest(strategy):
                seen = self.stopped("--on-full", strategy)
                self.assertEqual(seen, list(range(len(seen))))

    def test_a_collector_that_is_gone_leaves_few_files(self):
        for options in ([], ["--on-full", "drop_newest"]):
            with self.subTest(options):
                command = [harness.SCOPE, "record", "-q", "-d", self.trace, "--ring", "16K", *options,
                           "--", self.program, "5000", "kill"]
                done = harness.run(*command, check=False)
                self.assertEqual(done.returncode, -signal.SIGKILL)
                files, session = done.stdout.decode().split()
                self.addCleanup(harness.run, "rm", "-rf", session)
                self.assertLess(int(files), FILES_MAX)
                self.assertLess(len(os.listdir(session)), FILES_MAX)


if __name__ == "__main__":
    unittest.main()
