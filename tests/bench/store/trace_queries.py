"""What a trace of a hundred million events costs to record and to ask: records a program of which one
variable has a million values among all others, then runs scope_bench_trace on it.

usage: trace_queries.py [TURNS] [FOLDER]     a million turns by default, of about a hundred events
       SCOPE names the command; FOLDER keeps the trace, and a trace that is there is used again
"""
import os
import pathlib
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[3]
SCOPE = os.environ.get("SCOPE", str(ROOT / "build/release/bin/scope"))
BENCH = pathlib.Path(SCOPE).resolve().parent.parent / "tests/scope_bench_trace"
PROGRAM = r"""
#include <cstdio>
#include <cstdlib>
#include <vector>

struct Particle { double place, speed; };

static double Force(double place, double other) {
  double distance = place - other;
  if (distance < 0) distance = -distance;
  return distance < 1e-3 ? 0 : 1 / (distance * distance);
}

static void Step(std::vector<Particle>& all, unsigned turn) {
  Particle& moved = all[turn % all.size()];
  double force = 0;
  for (unsigned i = 0; i < 8; ++i) force += Force(moved.place, all[(turn + i) % all.size()].place);
  moved.speed += force * 1e-6;
  moved.place += moved.speed * 1e-3;
}

int main(int argc, char** argv) {
  const unsigned turns = argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 1000000;
  std::vector<Particle> all(101);
  for (unsigned i = 0; i < all.size(); ++i) all[i].place = i * 7 % 101;
  unsigned random = 1;
  double energy = 0;
  for (unsigned turn = 0; turn < turns; ++turn) {
    random = random * 1664525u + 1013904223u;
    Step(all, turn);
    if (random >> 28 == 3) energy += 1;
    energy = energy * 0.999 + all[random % all.size()].speed;
  }
  std::printf("%f\n", energy);
}
"""


def main(turns="1000000", folder=None):
    with tempfile.TemporaryDirectory(prefix="scope-bench-") as own:
        folder = pathlib.Path(folder or own)
        folder.mkdir(parents=True, exist_ok=True)
        trace = folder / f"trace-{turns}"
        if not trace.exists():
            (folder / "particles.cc").write_text(PROGRAM)
            subprocess.run([SCOPE, "c++", "-O2", "-g", "particles.cc", "-o", "particles"], cwd=folder,
                           check=True)
            begin = time.monotonic()
            subprocess.run([SCOPE, "record", "-q", "-d", trace, "--limit", "20G", "--", "./particles",
                            turns], cwd=folder, check=True, stdout=subprocess.DEVNULL)
            print(f"recorded in {time.monotonic() - begin:.1f} s")
        return subprocess.run([BENCH, trace, "random"]).returncode


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
