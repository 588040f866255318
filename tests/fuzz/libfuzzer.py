"""Runs a libFuzzer program, and looks at what it says.

Threads: one. Fails: a sentence in place of None; what the fuzzer found is kept in the current folder.
"""
import os
import pathlib
import re
import shutil
import subprocess
import tempfile


def fuzz(fuzzer, make_corpus, runs, *options, parts=1, covered_min=0):
    """Returns None, or what is wrong. `make_corpus(folder)` puts the first inputs there.

    Each of the `parts` has a seed of its own and so many `runs`. Fewer places reached than
    `covered_min` mean that no input gets past the door.
    """
    with tempfile.TemporaryDirectory(prefix="scope-fuzz-") as name:
        folder = pathlib.Path(name)
        corpus = folder / "corpus"
        corpus.mkdir()
        make_corpus(corpus)
        for seed in range(1, parts + 1):
            wrong = _part(fuzzer, folder, corpus, runs, seed, options, covered_min)
            if wrong:
                return f"part {seed} of {parts}: {wrong}"
    return None


def _part(fuzzer, folder, corpus, runs, seed, options, covered_min):
    found = folder / f"found-{seed}"
    found.mkdir()
    done = subprocess.run(
        [fuzzer, f"-runs={runs}", f"-seed={seed}", "-timeout=20", "-rss_limit_mb=4000", "-verbosity=1",
         *options, f"-artifact_prefix={folder}/", found, corpus],
        capture_output=True, text=True, errors="replace", timeout=7000, env=os.environ | {"TMPDIR": str(folder)})
    print("\n".join(done.stderr.splitlines()[-25:] if done.returncode else
                    re.findall(r"^(?:#.*DONE.*|Done.*)$", done.stderr, re.M)), flush=True)
    if done.returncode != 0:
        bad = [path for path in folder.iterdir() if path.name.startswith(("crash-", "timeout-", "oom-", "leak-"))]
        for path in bad:  # Kept, because it says how.
            shutil.move(path, pathlib.Path.cwd() / path.name)
        return f"the fuzzer found something: {[path.name for path in bad]}"
    if f"Done {runs} runs" not in done.stderr:
        return f"not {runs} runs"
    covered = int(re.findall(r"DONE +cov: (\d+)", done.stderr)[-1])
    return f"only {covered} places are reached" if covered < covered_min else None


def texts(*seeds):
    """A corpus of these texts."""
    def make(corpus):
        for number, seed in enumerate(seeds):
            (corpus / str(number)).write_text(seed)
    return make
