"""Runs the fuzzer of the block reader from traces that the command recorded: a hundred thousand runs, and ten
million when SCOPE_LONG is set.

usage: block_reader_fuzz_test.py FUZZER SCOPE
"""
import os
import pathlib
import re
import struct
import subprocess
import sys
import tempfile

RUNS = 10_000_000 if "SCOPE_LONG" in os.environ else 100_000
# Of the reader's branches; where no block is let in, it is below 1000.
COVERED_MIN = 3000
PROGRAM = r"""
#include <complex>
#include <string>
#include <thread>
static int twice(int x) { double half = x / 2.0; std::string text(x % 9, 'a'); return x * 2 + (half > 3) + (int)text.size(); }
int main() {
  long sum = 0;
  std::thread other([] { for (int i = 0; i < 5; ++i) twice(i); });
  for (int i = 0; i < TURNS; ++i) { try { if (i % 3 == 2) throw i; sum += twice(i); } catch (int) { sum--; } }
  other.join();
  __int128 wide = sum; wide *= wide;
  return (int)wide & 1;
}
"""


def blocks_as_input(data):
    """The envelope becomes a kind and a length: see block_reader_fuzz.cc."""
    at, made = 16, b""
    while at < len(data):
        _, kind, _, size, _ = struct.unpack_from("<IIQQQ", data, at)
        payload = data[at + 32:at + 32 + size]
        made += bytes([kind]) + len(payload).to_bytes(3, "little") + payload
        at += 32 + (size + 7) // 8 * 8
    return made


def make_corpus(scope, folder, corpus):
    for turns in (0, 3, 60):
        (folder / "p.cc").write_text(PROGRAM.replace("TURNS", str(turns)))
        subprocess.run([scope, "c++", "-O1", "-pthread", "p.cc", "-o", "p"], cwd=folder, check=True)
        subprocess.run([scope, "record", "-q", "-d", folder / "t", "--", "./p"], cwd=folder, timeout=60)
        (corpus / str(turns)).write_bytes(blocks_as_input((folder / "t/events.scope").read_bytes()))


def main(fuzzer, scope):
    with tempfile.TemporaryDirectory(prefix="scope-fuzz-") as name:
        folder = pathlib.Path(name)
        corpus = folder / "corpus"
        corpus.mkdir()
        make_corpus(scope, folder, corpus)
        done = subprocess.run(
            [fuzzer, f"-runs={RUNS}", "-seed=1", "-max_len=65536", "-len_control=0", "-timeout=20",
             "-rss_limit_mb=4000", f"-artifact_prefix={folder}/", corpus],
            capture_output=True, text=True, errors="replace", timeout=7000, env=os.environ | {"TMPDIR": name})
        tail = "\n".join(done.stderr.splitlines()[-25:] if done.returncode else
                         re.findall(r"^(?:#.*DONE.*|Done.*)$", done.stderr, re.M))
        print(tail)
        if done.returncode != 0:
            found = [path for path in folder.iterdir() if path.name.startswith(("crash-", "timeout-", "oom-"))]
            for path in found:  # Kept, because it says how.
                path.rename(pathlib.Path.cwd() / path.name)
            return f"the fuzzer found something: {[path.name for path in found]}"
        if f"Done {RUNS} runs" not in done.stderr:
            return f"not {RUNS} runs"
        covered = int(re.findall(r"DONE +cov: (\d+)", done.stderr)[-1])
        if covered < COVERED_MIN:
            return f"the inputs reach {covered} places, which is the door and not the rooms"
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
