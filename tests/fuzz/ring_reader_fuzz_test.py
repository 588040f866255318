"""Runs the fuzzer of the ring reader from rings that the real writer made: a million runs, and a hundred
million when SCOPE_LONG is set.

usage: ring_reader_fuzz_test.py FUZZER CORPUS_MAKER
"""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

RUNS = 1_000_000
# Each with a seed of its own: 1e8 runs in all.
PARTS = 100 if "SCOPE_LONG" in os.environ else 1
# Of the reader's branches; where no input is let in, it is below 50.
COVERED_MIN = 150


def fuzz(fuzzer, folder, corpus, seed):
    """Returns what is wrong, or nothing."""
    found = folder / f"found-{seed}"
    found.mkdir()
    done = subprocess.run(
        [fuzzer, f"-runs={RUNS}", f"-seed={seed}", "-max_len=2048", "-len_control=0", "-timeout=10",
         "-rss_limit_mb=2000", "-verbosity=1", f"-artifact_prefix={folder}/", found, corpus],
        capture_output=True, text=True, errors="replace", timeout=3000, env=os.environ | {"TMPDIR": str(folder)})
    tail = "\n".join(done.stderr.splitlines()[-25:] if done.returncode else
                     re.findall(r"^(?:#.*DONE.*|Done.*)$", done.stderr, re.M))
    print(f"part {seed} of {PARTS}: {tail}", flush=True)
    if done.returncode != 0:
        bad = [path for path in folder.iterdir() if path.name.startswith(("crash-", "timeout-", "oom-"))]
        for path in bad:  # Kept, because it says how.
            shutil.move(path, pathlib.Path.cwd() / path.name)
        return f"the fuzzer found something: {[path.name for path in bad]}"
    if f"Done {RUNS} runs" not in done.stderr:
        return f"not {RUNS} runs"
    covered = int(re.findall(r"DONE +cov: (\d+)", done.stderr)[-1])
    if covered < COVERED_MIN:
        return f"the inputs reach {covered} places, which is the door and not the rooms"
    return None


def main(fuzzer, corpus_maker):
    with tempfile.TemporaryDirectory(prefix="scope-fuzz-") as name:
        folder = pathlib.Path(name)
        corpus = folder / "corpus"
        corpus.mkdir()
        subprocess.run([corpus_maker, corpus], check=True, timeout=60)
        if len(list(corpus.iterdir())) < 20:
            return "there are hardly any seeds"
        for seed in range(1, PARTS + 1):
            wrong = fuzz(fuzzer, folder, corpus, seed)
            if wrong:
                return wrong
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
