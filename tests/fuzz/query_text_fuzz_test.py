"""Runs the fuzzer of SQL and of node arguments: a hundred thousand texts, and ten million when SCOPE_LONG
is set.

usage: query_text_fuzz_test.py FUZZER
"""
import os
import sys

import libfuzzer

RUNS = 10_000_000 if "SCOPE_LONG" in os.environ else 100_000
SEEDS = ("SELECT * FROM values; SELECT 1", "total@app.cc:12", "x@*.cc", "[a-z]*@", "0123456789abcdef", "17", "n1",
         "SELECT values.seq, 'values' FROM values -- values", "/* values */ VALUES (1), (2)", "@:", "a@b:99999999999",
         "WITH v AS (SELECT value FROM history('n')) SELECT `values` FROM [values] v, pyramid(1, 2)",
         "SELECT seq FROM events WHERE node = 1 AND seq BETWEEN 2 AND 3 AND kind IN ('init', 'x') ORDER BY seq",
         "SELECT DISTINCT kind, name FROM events GROUP BY node", "ATTACH 'a' AS b", "PRAGMA table_info(events)")


def main(fuzzer):
    return libfuzzer.fuzz(fuzzer, libfuzzer.texts(*SEEDS), RUNS, "-max_len=256")


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
