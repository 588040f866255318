"""scope diff: the first value that is not the same, in runs of one build and of two."""
import hashlib
import json
import pathlib
import tempfile
import unittest

from harness import SCOPE, ScopeTest, run

PROGRAM = """
#include <cstdlib>
#include <thread>
struct Pair { long one; long* where; };
long step(long k, long odd) {
  long y = k * k;
  if (k == odd) y = y + 1;
  return y;
}
void work(long many) { long sum = 0; for (long i = 0; i < many; ++i) sum += i; }
int main(int argc, char** argv) {
  long odd = argc > 1 ? std::atol(argv[1]) : -1;
  long many = argc > 2 ? std::atol(argv[2]) : 10;
  long total = 0;
  Pair pair = {1, &total};
  pair.one = 2;
  for (long k = 0; k < 100; ++k) total += step(k, odd);
  std::thread first(work, 5);
  first.join();
  std::thread second(work, many);
  second.join();
  return pair.one == total;
}
"""


class Diff(ScopeTest):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="scope-test-")
        cls.addClassCleanup(folder.cleanup)
        cls.builds = pathlib.Path(folder.name)

    def program(self, text):
        folder = self.builds / hashlib.sha256(text.encode()).hexdigest()
        if not folder.exists():
            folder.mkdir()
            path = folder / "program.cc"
            path.write_text(text)
            run(SCOPE, "c++", "-std=c++20", "-pthread", path, "-o", folder / "program")
        return folder / "program"

    def given(self, name, *arguments, text=PROGRAM):
        program = self.program(text)
        trace = self.folder / name
        run(SCOPE, "record", "-q", "-d", trace, "--", program, *arguments, check=False)
        return trace

    def diff(self, a, b, *arguments):
        return run(SCOPE, "diff", a, b, *arguments, check=False)

    def found(self, a, b, *arguments):
        return json.loads(self.diff(a, b, *arguments, "--json").stdout)

    def test_the_same(self):
        a = self.given("a")
        b = self.given("b")
        done = self.diff(a, b)
        self.assertEqual(done.returncode, 0, done.stdout.decode())
        found = self.found(a, b)
        self.assertTrue(found["same"])
        self.assertGreater(found["compared"], 500)
        self.assertEqual(found["threads"], [[0, 0], [1, 1], [2, 2]])

    def test_first_difference(self):
        a = self.given("a", "-1")
        b = self.given("b", "42")
        done = self.diff(a, b)
        self.assertEqual(done.returncode, 1)
        found = self.found(a, b)
        first = found["values"][0]
        # argv itself is the first thing that differs, then what was made of it.
        self.assertEqual((first["name"], first["occurrence"]), ("odd", 0))
        branch = [v for v in found["values"] if v["name"] == "k == odd"][0]
        self.assertEqual((branch["occurrence"], branch["a"]["value"], branch["b"]["value"]),
                         (42, "false", "true"))
        total = [v for v in found["values"] if v["name"] == "total"][0]
        self.assertEqual(total["occurrence"], 42)
        self.assertEqual(int(total["b"]["value"]) - int(total["a"]["value"]), 1)
        self.assertEqual(total["a"]["line"], 17)
        for side, trace in (("a", a), ("b", b)):
            out = run(SCOPE, "replay", "-d", trace, "--json", "--from", total[side]["seq"], "--count",
                      "1").stdout
            event = json.loads(out.splitlines()[0])
            self.assertEqual((event["name"], str(event["value"])), ("total", total[side]["value"]))
        counts = {c["name"]: (c["count_a"], c["count_b"]) for c in found["counts"]}
        self.assertEqual(counts, {"y": (0, 1)})
        self.assertIn("first difference: init odd in main, value 1", done.stdout.decode())

    def test_counts_calls_and_threads(self):
        a = self.given("a", "-1", "10")
        b = self.given("b", "-1", "30")
        found = self.found(a, b)
        self.assertFalse(found["same"])
        counts = {c["name"]: (c["count_a"], c["count_b"]) for c in found["counts"]}
        self.assertEqual(counts["sum"], (15, 35))
        steps, = [f for f in found["functions"] if f["name"] == "step"]
        self.assertEqual((steps["calls_a"], steps["calls_b"]), (100, 100))
        self.assertGreater(steps["total_ns_a"], 0)
        many, = [v for v in found["values"] if v["name"] == "many" and v["function"] == "work"]
        self.assertEqual((many["a"]["thread"], many["b"]["thread"], many["a"]["value"],
                          many["b"]["value"]), (2, 2, "10", "30"))

    def test_another_build(self):
        a = self.given("a")
        moved = "// One line more.\n" + PROGRAM.replace("y = y + 1", "y = y + 2").replace(
            "  Pair pair", "  long extra = 7; (void)extra;\n  Pair pair")
        b = self.given("b", text=moved)
        found = self.found(a, b)
        self.assertGreater(found["moved"], 10)
        self.assertEqual([c["name"] for c in found["only_b"]], ["extra"])
        self.assertEqual(found["values"], [])
        self.assertEqual(self.diff(a, b).returncode, 1)
        self.assertIn("only in B:", self.diff(a, b).stdout.decode())
        self.assertEqual(self.diff(a, b, "-F", "step").returncode, 0)

    def test_trouble(self):
        a = self.given("a")
        self.assertEqual(self.diff(a, self.folder / "none").returncode, 2)
        self.assertEqual(self.diff(a, a, "-F", "nothing").returncode, 2)
        self.assertEqual(run(SCOPE, "diff", a, check=False).returncode, 2)
        self.assertEqual(self.diff(a, a).returncode, 0)


if __name__ == "__main__":
    unittest.main()
