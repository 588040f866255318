"""What questions in SQL cost on a large trace, as `scope query` answers them, opening included: seconds,
those of a processor (which another load does not lengthen much), events of the trace for each of these, how many
events were read, and peak memory.

usage: query_bench.py [MILLIONS_OF_EVENTS]     SCOPE names the command; 20 by default
"""
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
SCOPE = os.environ.get("SCOPE", str(ROOT / "build/release/bin/scope"))
# About four events a turn, and a million values of `rare` in a hundred million events.
PROGRAM = """
static long Step(long k) { long y = k * 3; return y; }
int main(void) {
  long total = 0;
  long rare = 0;
  for (long i = 0; i < %d; ++i) {
    total += i;
    if (i %% 25 == 0) rare = Step(i);
  }
  return total == rare;
}
"""
RARE = "(SELECT node FROM nodes WHERE name = 'rare' AND kind = 'assign')"
QUERIES = (
    ("open", "SELECT 1"),
    ("count(*)", "SELECT count(*) FROM events"),
    ("count(*) of a node", f"SELECT count(*) FROM events WHERE node = {RARE}"),
    ("events by kind, from nodes", "SELECT kind, sum(events) FROM nodes GROUP BY kind"),
    ("GROUP BY node", "SELECT node, count(*) FROM events GROUP BY node"),
    ("GROUP BY kind", "SELECT kind, count(*) FROM events GROUP BY kind"),
    ("DISTINCT name", "SELECT DISTINCT name FROM events"),
    ("filter: values of a node", f"SELECT count(*) FROM history({RARE}) WHERE value > 1000"),
    ("filter: a range of seq", "SELECT count(*) FROM values WHERE seq BETWEEN 1000000 AND 1010000 AND value > 5"),
    ("filter: every value, most meet", "SELECT count(*) FROM values WHERE value > 1000"),
    ("filter: every value, few meet", "SELECT count(*) FROM values WHERE value < 0"),
    ("history of a node", f"SELECT total(value) FROM history({RARE})"),
    ("pyramid of a node", f"SELECT count(*) FROM pyramid({RARE}, 1000)"),
    ("calls of a function", "SELECT f.name, count(*), sum(duration_ns) FROM calls JOIN functions f USING (function) "
                            "GROUP BY f.function"),
    ("the events of one call", "SELECT count(*) FROM events WHERE call = (SELECT max(call) FROM events "
                               "WHERE kind = 'enter')"),
    ("state_at", "SELECT count(*) FROM state_at(900000)"),
    ("callers", f"SELECT count(*) FROM callers((SELECT seq FROM events WHERE kind = 'enter' AND seq > 900000 LIMIT 1))"),
)


def measure(command):
    """Seconds, those of a processor, peak memory in MB, what was said on stderr."""
    begin = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    said = process.stderr.read().decode()
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        raise SystemExit(f"{command}: {said}")
    return time.monotonic() - begin, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, said


def main(millions):
    with tempfile.TemporaryDirectory(prefix="scope-bench-") as folder:
        folder = pathlib.Path(folder)
        source = folder / "made.c"
        source.write_text(PROGRAM % (millions * 1_000_000 // 4.2))
        trace = folder / "scope.data"
        subprocess.run([SCOPE, "cc", "-O2", "-g", source, "-o", folder / "made"], check=True)
        subprocess.run([SCOPE, "record", "-q", "-d", trace, "--", folder / "made"], check=True)
        size = sum(path.stat().st_size for path in trace.rglob("*") if path.is_file())
        for number, (what, sql) in enumerate(QUERIES):
            seconds, cpu_s, memory, said = measure([SCOPE, "query", "-d", trace, "--stats", sql])
            read, events = (int(n) for n in re.search(r"events read: (\d+) of (\d+)", said).groups())
            if number == 0:
                print(f"{events:,} events, {size / events:.2f} bytes each")
                print(f"{'':32}{'seconds':>9}{'CPU s':>9}{'M events/CPU s':>16}{'read':>14}{'MB':>7}")
            print(f"{what:32}{seconds:9.3f}{cpu_s:9.3f}{events / cpu_s / 1e6:16.1f}{read:14,}{memory:7.0f}", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20)
