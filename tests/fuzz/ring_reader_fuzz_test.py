"""Runs the fuzzer of the ring reader from rings that the real writer made: a million runs, and a hundred
million when SCOPE_LONG is set.

usage: ring_reader_fuzz_test.py FUZZER CORPUS_MAKER
"""
import os
import subprocess
import sys

import libfuzzer

RUNS = 1_000_000
# Each with a seed of its own: 1e8 runs in all.
PARTS = 100 if "SCOPE_LONG" in os.environ else 1
# Of the reader's branches; where no input is let in, it is below 50.
COVERED_MIN = 150


def main(fuzzer, corpus_maker):
    def make_corpus(corpus):
        subprocess.run([corpus_maker, corpus], check=True, timeout=60)

    return libfuzzer.fuzz(fuzzer, make_corpus, RUNS, "-max_len=2048", "-len_control=0", parts=PARTS,
                          covered_min=COVERED_MIN)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
