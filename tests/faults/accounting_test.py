"""Every record is stored, or it is counted as dropped or torn: per thread, for each strategy, for 1 to
16 threads, with small and large rings. How many there are to be is known from the source.

1e8 records in all; SCOPE_LONG makes it 1e9.

usage: accounting_test.py [unittest options]
"""
import os
import unittest

import harness

STRATEGIES = ("block", "drop_newest", "drop_oldest")
THREADS = (1, 2, 4, 16)
RINGS = ("16K", "1M")
CASES = len(STRATEGIES) * len(THREADS) * len(RINGS)
RECORDS = (1_000_000_000 if "SCOPE_LONG" in os.environ else 100_000_000) // CASES

# Each turn of the loop is two records, its condition and its step. The rest of Work is six: entry,
# parameter, i = 0, the last condition, the value returned, exit.
PROGRAM = r"""
#include <pthread.h>
#include <stdlib.h>

static unsigned long turns;

static void* Work(void* unused) {
  for (unsigned long i = 0; i < turns; ++i) {
  }
  return unused;
}

/* accounting THREADS TURNS */
int main(int argc, char** argv) {
  pthread_t threads[16];
  if (argc < 3) return 1;
  const int count = atoi(argv[1]);
  turns = strtoul(argv[2], 0, 10);
  for (int t = 0; t < count; ++t) pthread_create(&threads[t], 0, Work, 0);
  for (int t = 0; t < count; ++t) pthread_join(threads[t], 0);
  return 0;
}
"""
RECORDS_BESIDE_TURNS = 6


class AccountingTest(harness.ScopeTest):
    def check(self, program, strategy, threads, ring):
        turns = RECORDS // threads // 2
        self.record(program, threads, turns, options=(
            "--on-full", strategy, "--ring", ring, "--block-timeout", "60s", "--limit", "4G"))
        info = self.info()
        sums = self.assert_balanced(info)
        workers = info["threads"][1:]
        self.assertEqual(len(workers), threads)
        for worker in workers:
            self.assertEqual(worker["emitted"], 2 * turns + RECORDS_BESIDE_TURNS, worker)
        # Nobody was killed and nothing but the ring was full.
        self.assertEqual(sums["torn"], 0)
        self.assertEqual(info["dropped_without_ring"], 0)
        self.assertFalse(info["limit_reached"])
        self.assertEqual(info["events"], sums["stored"])
        self.assertEqual(info["lost"], sums["dropped"])
        return sums

    def test_stored_dropped_and_torn_are_what_was_emitted(self):
        program = self.compile(self.write("accounting.c", PROGRAM), "-O2")
        dropped = dict.fromkeys(STRATEGIES, 0)
        for strategy in STRATEGIES:
            for threads in THREADS:
                for ring in RINGS:
                    with self.subTest(strategy=strategy, threads=threads, ring=ring):
                        sums = self.check(program, strategy, threads, ring)
                        dropped[strategy] += sums["dropped"]
        self.assertEqual(dropped["block"], 0)
        # Otherwise the sums would hold because nothing was ever dropped.
        self.assertGreater(dropped["drop_newest"], 0)
        self.assertGreater(dropped["drop_oldest"], 0)


if __name__ == "__main__":
    unittest.main()
