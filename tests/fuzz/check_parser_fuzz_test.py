"""Runs the fuzzer of the parser of checks: 1e5 runs, and 1e8 when SCOPE_LONG is set.

usage: check_parser_fuzz_test.py FUZZER
"""
import os
import pathlib
import re
import subprocess
import sys
import tempfile

RUNS = 100_000_000 if "SCOPE_LONG" in os.environ else 100_000
COVERED_MIN = 200
SEEDS = ["x@app.cc:12 never decreases", "x never changes in each call", "calls(f) = calls(ns::g<int>)",
         "max(duration(f)) < 10ms", "always x <= -1.5e3", "'a b'@a.cc eventually != 0x1f", "no losses",
         'color = "kRed"', "losses == 0", "mean(x) > 2 never", "exceptions('operator()') = 0"]


def main(fuzzer):
    with tempfile.TemporaryDirectory(prefix="scope-fuzz-") as folder:
        corpus = pathlib.Path(folder) / "corpus"
        corpus.mkdir()
        for number, seed in enumerate(SEEDS):
            (corpus / str(number)).write_text(seed)
        done = subprocess.run(
            [fuzzer, f"-runs={RUNS}", "-seed=1", "-max_len=256", "-len_control=0", "-timeout=10",
             "-rss_limit_mb=2000", f"-artifact_prefix={folder}/", corpus],
            capture_output=True, text=True, errors="replace", timeout=7000,
            env=os.environ | {"TMPDIR": folder})
        print("\n".join(done.stderr.splitlines()[-25:] if done.returncode else
                        re.findall(r"^(?:#.*DONE.*|Done.*)$", done.stderr, re.M)))
        if done.returncode != 0:
            return "the fuzzer found something"
        covered = int(re.findall(r"DONE +cov: (\d+)", done.stderr)[-1])
        if f"Done {RUNS} runs" not in done.stderr or covered < COVERED_MIN:
            return f"not {RUNS} runs, or no more than {covered} places reached"
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
