"""Which turn of its loop an event belongs to; what OpenMP gives to several threads."""
import pathlib
import unittest

from harness import ScopeTest, run

LOOPS = """
static int nested(int n) {
  int sum = 0;
  for (int i = 0; i < n; ++i) {
    for (int j = 0; j < 3; ++j) {
      if (j == 2) break;
      sum += j;
    }
    sum += 100;
  }
  return sum;
}
static int others(int n) {
  int done = 0;
  while (n > 0) n -= 2;
  do {
    for (int k = 0;; ++k) {
      if (k == 1) break;
      done += 1;
    }
    done += 10;
  } while (done < 25);
  return done;
}
int main() {
  int total = nested(2);
  total += nested(1);
  total += others(5);
  return total == 0;
}
"""
PARALLEL = """
int main(void) {
  int sum = 0;
#pragma omp parallel for reduction(+ : sum) num_threads(2) schedule(static)
  for (int i = 0; i < 1000; i++) {
    int twice = i * 2;
    sum += twice;
  }
  return sum != 999000;
}
"""


class IterationsTest(ScopeTest):
    def turns(self, kind, name):
        return [event.get("iteration") for event in self.events()
                if (event["kind"], event["name"]) == (kind, name)]

    def test_events_know_the_turn_of_their_loop(self):
        for optimize in ("-O0", "-O2"):
            self.record(self.compile(self.write("loops.cc", LOOPS), optimize))
            self.assertEqual(self.turns("loop", "i < n"), [0, 1, 2, 0, 1])
            # Left by break: the next turn of the loop around it begins anew.
            self.assertEqual(self.turns("loop", "j < 3"), [0, 1, 2] * 3)
            self.assertEqual(self.turns("branch", "j == 2"), [0, 1, 2] * 3)
            self.assertEqual(self.turns("update", "sum"), [0, 1, 0, 0, 1, 1, 0, 1, 0])
            self.assertEqual(self.turns("step", "i"), [0, 1, 0])
            self.assertEqual(self.turns("loop", "n > 0"), [0, 1, 2, 3])
            self.assertEqual(self.turns("branch", "k == 1"), [0, 1] * 3)
            self.assertEqual(self.turns("loop", "done < 25"), [0, 1, 2])
            self.assertEqual(self.turns("init", "total"), [None])
            run("rm", "-rf", self.trace)

    def test_parallel_loops_report_in_the_thread_that_runs_them(self):
        libraries = sorted(pathlib.Path("/usr/lib").glob("llvm-*/lib/libomp.so"))
        if not libraries:
            self.skipTest("there is no libomp here")
        folder = libraries[-1].parent
        program = self.compile(self.write("parallel.c", PARALLEL), "-fopenmp", "-O1",
                               f"-L{folder}", f"-Wl,-rpath,{folder}")
        self.record(program)
        self.assert_balanced()
        by_thread = {}
        for event in self.events():
            if event["kind"] in ("init", "update") and event["name"] in ("twice", "sum"):
                by_thread.setdefault(event["thread"], []).append((event["name"], event["value"]))
        first = by_thread.pop(min(by_thread))
        self.assertEqual(first.pop(0), ("sum", 0))
        (second,) = by_thread.values()
        for rows, start in ((first, 0), (second, 500)):
            twice = [value for name, value in rows if name == "twice"]
            self.assertEqual(twice, [2 * i for i in range(start, start + 500)])
            sums = [value for name, value in rows if name == "sum"]
            self.assertEqual(sums, [sum(twice[:n + 1]) for n in range(500)])


if __name__ == "__main__":
    unittest.main()
