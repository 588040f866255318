"""What `scope why`, `check` and `diff` cost on a long trace: seconds (wall and CPU) and the most memory.

usage: analysis_cost.py [TURNS]     SCOPE names the command; 1,250,000 turns by default: 12.5 million events
"""
import os
import pathlib
import resource
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
SCOPE = os.environ.get("SCOPE", str(ROOT / "build/release/bin/scope"))
PROGRAM = """
#include <cstdlib>
long mix(long a, long b) { return a * 31 + b; }
int main(int, char** argv) {
  long total = 0, mixed = 0;
  const long turns = std::atol(argv[1]);
  for (long i = 0; i < turns; ++i) {
    total += i;
    mixed = mix(mixed, i);
  }
  return total == mixed;
}
"""


def measure(*words):
    begin = time.monotonic()
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    process = subprocess.Popen([SCOPE, *map(str, words)], stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    if process.returncode != 0:
        raise SystemExit(f"{words} ended with {process.returncode}")
    return f"{time.monotonic() - begin:6.2f} s  {cpu:6.2f} s CPU  {usage.ru_maxrss / 1024:6.0f} MB"


def main(turns):
    with tempfile.TemporaryDirectory(prefix="scope-bench-") as name:
        folder = pathlib.Path(name)
        (folder / "program.cc").write_text(PROGRAM)
        subprocess.run([SCOPE, "c++", "-O1", folder / "program.cc", "-o", folder / "program"], check=True)
        traces = [folder / "a.data", folder / "b.data"]
        for trace in traces:
            subprocess.run([SCOPE, "record", "-q", "-d", trace, "--", folder / "program", str(turns)],
                           check=True)
        print(f"a trace of {turns} turns, {10 * turns} events:")
        print(f"  why total            {measure('why', 'total', '-d', traces[0])}")
        print(f"  why mixed            {measure('why', 'mixed', '-d', traces[0])}")
        checks = ("total never decreases", f"calls(mix) = {turns}", "max(duration(mix)) < 1h")
        print(f"  check, three         {measure('check', *checks, '-d', traces[0])}")
        print(f"  diff with another    {measure('diff', *traces)}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_250_000)
