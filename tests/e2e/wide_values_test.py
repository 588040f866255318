"""Objects of all lengths come through, whole, in order and counted, whatever the ring does.

usage: wide_values_test.py [unittest options]
"""
import unittest

import harness

# Each struct's bytes are its own: 1, 2, 3, ... from `first` on.
LENGTHS = r"""
template <int N>
struct Bytes {
  unsigned char at[N];
};
template <int N>
int Fill(int first) {
  Bytes<N> value;
  for (int i = 0; i < N; ++i) value.at[i] = static_cast<unsigned char>(first + i);
  Bytes<N> copy = value;
  return copy.at[N / 2];
}
int main() {
  Fill<1>(7);
  Fill<7>(7);
  Fill<8>(7);
  Fill<9>(7);
  Fill<247>(7);
  Fill<248>(7);
  Fill<249>(7);
  Fill<496>(7);
  Fill<497>(7);
  Fill<10000>(7);
}
"""
SIZES = [1, 7, 8, 9, 247, 248, 249, 496, 497, 10000]

MANY = r"""
#include <cstdlib>
struct Numbers {
  long at[40];
};
int main(int, char** argv) {
  const long count = std::atol(argv[1]);
  long sum = 0;
  for (long i = 0; i < count; ++i) {
    Numbers numbers = {};
    for (long& number : numbers.at) number = i;
    Numbers copy = numbers;
    sum += copy.at[39];
  }
  return sum == count * (count - 1) / 2 ? 0 : 1;
}
"""

# A handler that writes wide values of the same node, and of another, into what it interrupts.
SIGNALS = r"""
#include <csignal>
#include <sys/time.h>
struct Numbers {
  long at[70];
};
volatile std::sig_atomic_t g_signals = 0;
static long Report(long number) {
  Numbers zero = {};
  for (long& at : zero.at) at = number;
  Numbers seen = zero;
  return seen.at[69];
}
static void OnSignal(int) {
  g_signals = g_signals + 1;
  Report(-g_signals);
}
int main() {
  struct sigaction action = {};
  action.sa_handler = OnSignal;
  sigaction(SIGALRM, &action, nullptr);
  const itimerval every = {{0, 50}, {0, 50}};
  setitimer(ITIMER_REAL, &every, nullptr);
  long count = 0;
  for (; count < 10000; ++count) Report(count);
  const itimerval never = {};
  setitimer(ITIMER_REAL, &never, nullptr);
  return 0;
}
"""


class WideValuesTest(harness.ScopeTest):
    def build(self, text, *flags):
        return self.compile(self.write("program.cc", text), "-O1", "--scope-bytes=16384", *flags)

    def lists(self, name):
        """The numbers of each value of the variable; one that is not whole is checked apart."""
        return [event["value"]["at"] for event in self.events("-V", name)
                if event["kind"] == "init" and not event.get("truncated")]

    def assert_dense(self):
        """Every record belongs to an event, and every event is numbered by its last record."""
        seqs = [event["seq"] for event in self.events()]
        self.assertEqual(seqs, sorted(set(seqs)))
        self.assertEqual(len(seqs), self.info()["events"])
        return self.assert_balanced()

    def test_every_length_is_whole(self):
        for flags in ([], ["--scope-lower=calls"]):
            self.record(self.build(LENGTHS, *flags))
            copies = self.lists("copy")
            self.assertEqual([len(copy) for copy in copies], SIZES)
            for copy in copies:
                self.assertEqual(copy, [(7 + i) % 256 for i in range(len(copy))])
            self.assertEqual(self.assert_dense()["dropped"], 0)

    def test_the_limit_is_said(self):
        program = self.compile(self.write("program.cc", LENGTHS), "--scope-bytes=248")
        self.record(program)
        copies = [event for event in self.events("-V", "copy") if event["kind"] == "init"]
        self.assertEqual([len(event["value"]["at"]) for event in copies],
                         [min(size, 248) for size in SIZES])
        self.assertEqual([event.get("whole_bytes") for event in copies],
                         [size if size > 248 else None for size in SIZES])

    def test_nothing_is_lost_in_the_smallest_ring(self):
        self.record(self.build(MANY), 5000, options=("--ring", "16K", "-V", "copy"))
        self.assertEqual(self.lists("copy"), [[i] * 40 for i in range(5000)])
        self.assertEqual(self.assert_dense()["dropped"], 0)

    def test_what_is_dropped_tears_no_value(self):
        for strategy in ("drop_newest", "drop_oldest"):
            self.record(self.build(MANY), 20000,
                        options=("--ring", "16K", "--on-full", strategy, "-V", "copy"))
            copies = self.lists("copy")
            for copy in copies:
                self.assertEqual(copy, [copy[0]] * 40)
            firsts = [copy[0] for copy in copies]
            self.assertEqual(firsts, sorted(set(firsts)))
            self.assert_balanced()

    def test_signals_write_values_between_pieces(self):
        self.record(self.build(SIGNALS), options=("-V", "seen"))
        sums = self.assert_dense()
        self.assertEqual(sums["dropped"] + sums["torn"], 0)
        values = self.lists("seen")
        for value in values:
            self.assertEqual(value, [value[0]] * 70)
        firsts = [value[0] for value in values]
        main = [first for first in firsts if first >= 0]
        handler = [-first for first in firsts if first < 0]
        self.assertEqual(sorted(main), list(range(len(main))))
        self.assertEqual(handler, list(range(1, len(handler) + 1)))
        self.assertEqual(len(main), 10000)
        self.assertGreater(len(handler), 0)


if __name__ == "__main__":
    unittest.main()
