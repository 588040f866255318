"""Runs the fuzzer of the parser of checks: 1e5 runs, and 1e8 when SCOPE_LONG is set.

usage: check_parser_fuzz_test.py FUZZER
"""
import os
import sys

import libfuzzer

RUNS = 100_000_000 if "SCOPE_LONG" in os.environ else 100_000
COVERED_MIN = 200
SEEDS = ["x@app.cc:12 never decreases", "x never changes in each call", "calls(f) = calls(ns::g<int>)",
         "max(duration(f)) < 10ms", "always x <= -1.5e3", "'a b'@a.cc eventually != 0x1f", "no losses",
         'color = "kRed"', "losses == 0", "mean(x) > 2 never", "exceptions('operator()') = 0"]


def main(fuzzer):
    return libfuzzer.fuzz(fuzzer, libfuzzer.texts(*SEEDS), RUNS, "-max_len=256", "-len_control=0",
                          covered_min=COVERED_MIN)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
