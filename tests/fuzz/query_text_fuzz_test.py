"""Runs the fuzzer of SQL and of node arguments: a hundred thousand texts, and ten million when SCOPE_LONG
is set.

usage: query_text_fuzz_test.py FUZZER
"""
import os
import pathlib
import re
import subprocess
import sys
import tempfile

RUNS = 10_000_000 if "SCOPE_LONG" in os.environ else 100_000
SEEDS = ("SELECT * FROM values; SELECT 1", "total@app.cc:12", "x@*.cc", "[a-z]*@", "0123456789abcdef", "17", "n1",
         "SELECT values.seq, 'values' FROM values -- values", "/* values */ VALUES (1), (2)", "@:", "a@b:99999999999",
         "WITH v AS (SELECT value FROM history('n')) SELECT `values` FROM [values] v, pyramid(1, 2)",
         "SELECT seq FROM events WHERE node = 1 AND seq BETWEEN 2 AND 3 AND kind IN ('init', 'x') ORDER BY seq",
         "SELECT DISTINCT kind, name FROM events GROUP BY node", "ATTACH 'a' AS b", "PRAGMA table_info(events)")


def main(fuzzer):
    with tempfile.TemporaryDirectory(prefix="scope-fuzz-") as folder:
        corpus = pathlib.Path(folder) / "corpus"
        corpus.mkdir()
        for number, seed in enumerate(SEEDS):
            (corpus / str(number)).write_text(seed)
        done = subprocess.run(
            [fuzzer, f"-runs={RUNS}", "-seed=1", "-max_len=256", "-timeout=10", "-rss_limit_mb=2000", "-verbosity=1",
             f"-artifact_prefix={folder}/", corpus],
            capture_output=True, text=True, errors="replace", timeout=7000, env=os.environ | {"TMPDIR": folder})
        print("\n".join(done.stderr.splitlines()[-25:] if done.returncode else
                        re.findall(r"^(?:#.*DONE.*|Done.*)$", done.stderr, re.M)))
        if done.returncode != 0:
            for path in pathlib.Path(folder).iterdir():
                if path.name.startswith(("crash-", "timeout-", "oom-", "leak-")):  # Kept, because it says how.
                    path.rename(pathlib.Path.cwd() / path.name)
            return "the fuzzer found something"
        if f"Done {RUNS} runs" not in done.stderr:
            return f"not {RUNS} runs"
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
