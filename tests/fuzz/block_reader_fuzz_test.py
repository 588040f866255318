"""Runs the fuzzer of the block reader from traces that the command recorded: a hundred thousand runs, and ten
million when SCOPE_LONG is set.

usage: block_reader_fuzz_test.py FUZZER SCOPE
"""
import os
import pathlib
import struct
import subprocess
import sys
import tempfile

import libfuzzer

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


def make_corpus(scope, corpus):
    with tempfile.TemporaryDirectory(prefix="scope-fuzz-") as name:
        folder = pathlib.Path(name)
        for turns in (0, 3, 60):
            (folder / "p.cc").write_text(PROGRAM.replace("TURNS", str(turns)))
            subprocess.run([scope, "c++", "-O1", "-pthread", "p.cc", "-o", "p"], cwd=folder, check=True)
            subprocess.run([scope, "record", "-q", "-d", folder / "t", "--", "./p"], cwd=folder, timeout=60)
            (corpus / str(turns)).write_bytes(blocks_as_input((folder / "t/events.scope").read_bytes()))


def main(fuzzer, scope):
    return libfuzzer.fuzz(fuzzer, lambda corpus: make_corpus(scope, corpus), RUNS, "-max_len=65536",
                          "-len_control=0", covered_min=COVERED_MIN)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
