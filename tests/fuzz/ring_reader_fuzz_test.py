"""Runs the fuzzer of the ring reader from rings that the real writer made: a million runs, and a hundred
million when SCOPE_LONG is set.

usage: ring_reader_fuzz_test.py FUZZER CORPUS_MAKER
"""
import os
import pathlib
import re
import subprocess
import sys
import tempfile

RUNS = 100_000_000 if "SCOPE_LONG" in os.environ else 1_000_000
# Of the reader's branches; where no input is let in, it is below 50.
COVERED_MIN = 150


def main(fuzzer, corpus_maker):
    with tempfile.TemporaryDirectory(prefix="scope-fuzz-") as folder:
        corpus = pathlib.Path(folder) / "corpus"
        corpus.mkdir()
        subprocess.run([corpus_maker, corpus], check=True, timeout=60)
        seeds = len(list(corpus.iterdir()))
        done = subprocess.run(
            [fuzzer, f"-runs={RUNS}", "-seed=1", "-max_len=2048", "-len_control=0", "-timeout=10",
             "-rss_limit_mb=2000", "-verbosity=1", f"-artifact_prefix={folder}/", corpus],
            capture_output=True, text=True, errors="replace", timeout=7000,
            env=os.environ | {"TMPDIR": folder})
        tail = "\n".join(done.stderr.splitlines()[-25:] if done.returncode else
                         re.findall(r"^(?:#.*DONE.*|Done.*)$", done.stderr, re.M))
        print(tail)
        if done.returncode != 0:
            found = [path for path in pathlib.Path(folder).iterdir() if path.name.startswith(("crash-", "timeout-", "oom-"))]
            for path in found:  # Kept, because it says how.
                path.rename(pathlib.Path.cwd() / path.name)
            return f"the fuzzer found something: {[path.name for path in found]}"
        if seeds < 20 or f"Done {RUNS} runs" not in done.stderr:
            return f"{seeds} seeds, and not {RUNS} runs"
        covered = int(re.findall(r"DONE +cov: (\d+)", done.stderr)[-1])
        if covered < COVERED_MIN:
            return f"the inputs reach {covered} places, which is the door and not the rooms"
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
