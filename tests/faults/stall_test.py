"""A collector that stands still, or is gone, while writers block; and signals that come at 20 kHz.

usage: stall_test.py [unittest options]
"""
import json
import os
import unittest

import harness

# A thread waits once, for the timeout, and then drops and counts until the collector moves.
STOPPED = r"""
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>
/* stopped SIGNAL COUNT: the collector is this program's parent. */
int main(int argc, char** argv) {
  if (argc < 3) return 1;
  int how = atoi(argv[1]);
  pid_t collector = getppid();
  long count = atol(argv[2]);
  if (kill(collector, how)) return 1;
  for (long i = 1; i <= count; ++i) {
    long number = i;
    __asm__ volatile("" : : "r"(number));
  }
  if (how == SIGSTOP) kill(collector, SIGCONT);
  return 7;
}
"""
COUNT = 200_000
TIMEOUT_MS = 200

SIGNALS = r"""
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/time.h>

static volatile sig_atomic_t handled;

static void OnTimer(int signal) {
  int tick = handled + 1;
  handled = tick;
  (void)signal;
}

int main(void) {
  struct sigaction action;
  memset(&action, 0, sizeof(action));
  action.sa_handler = OnTimer;
  action.sa_flags = SA_RESTART;
  if (sigaction(SIGALRM, &action, 0)) return 1;
  struct itimerval every = {{0, 50}, {0, 50}};
  setitimer(ITIMER_REAL, &every, 0);
  unsigned long turns = 0;
  while (handled < 20000) {
    unsigned long turn = ++turns;
    __asm__ volatile("" : : "r"(turn));
  }
  struct itimerval never = {{0, 0}, {0, 0}};
  setitimer(ITIMER_REAL, &never, 0);
  printf("%d %lu\n", (int)handled, turns);
  return 0;
}
"""


class StallTest(harness.ScopeTest):
    def start(self, how):
        program = self.compile(self.write("stopped.c", STOPPED), "-O2")
        return harness.run(
            harness.SCOPE, "record", "-q", "-d", self.trace, "-V", "number", "--ring", "16K",
            "--block-timeout", f"{TIMEOUT_MS}ms", "--", program, how, COUNT, check=False)

    def test_a_stopped_collector_costs_one_timeout_and_what_follows_is_counted(self):
        self.assertEqual(self.start(19).returncode, 7)
        info = self.info()
        sums = self.assert_balanced(info)
        self.assertEqual(sums["emitted"], COUNT)
        self.assertGreater(sums["dropped"], 0)
        self.assertEqual(sums["torn"], 0)
        [thread] = [t for t in info["threads"] if t["emitted"]]
        self.assertGreaterEqual(thread["blocked_ns"], TIMEOUT_MS * 1_000_000)
        # Not at each event, nor at each chunk: that would be 1,500 times as long.
        self.assertLess(thread["blocked_ns"], 20 * TIMEOUT_MS * 1_000_000)
        out = harness.run(harness.SCOPE, "vars", "-d", self.trace, "--json", "number").stdout
        [number] = [json.loads(line) for line in out.splitlines()]
        self.assertEqual(number["first"], 1)
        self.assertEqual(number["count"], sums["stored"])
        self.assertEqual(number["lost"], sums["dropped"])

    def test_signals_at_20_khz_lose_nothing(self):
        program = self.compile(self.write("signals.c", SIGNALS), "-O2")
        for on_full, ring in (("block", "1M"), ("block", "16K")):
            with self.subTest(on_full=on_full, ring=ring):
                done = self.record(program, options=(
                    "--on-full", on_full, "--ring", ring, "--block-timeout", "60s", "-V", "tick", "-V", "turn"))
                handled, turns = map(int, done.stdout.split())
                info = self.info()
                sums = self.assert_balanced(info)
                self.assertEqual(sums["emitted"], handled + turns)
                self.assertEqual(sums["stored"], handled + turns)
                out = harness.run(harness.SCOPE, "vars", "-d", self.trace, "--json").stdout
                found = {v["name"]: v for v in map(json.loads, out.splitlines())}
                for name, count in (("tick", handled), ("turn", turns)):
                    # 1, 2, 3, ...: none is missing, none is there twice.
                    self.assertEqual((found[name]["count"], found[name]["first"], found[name]["last"]),
                                     (count, 1, count), name)


if __name__ == "__main__":
    unittest.main()
