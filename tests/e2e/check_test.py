"""scope check: what must hold in a trace, the first event where it does not, and the exit codes."""
import json
import pathlib
import tempfile
import unittest

from harness import SCOPE, ScopeTest, run

PROGRAM = """
#include <stdexcept>
enum Color { kRed, kGreen };
long open_it(long n) { return n + 1; }
long close_it(long n) { return n - 1; }
void fails(long n) { if (n == 3) throw std::runtime_error("three"); }
long level(long n) {
  long height = 0;
  for (long i = 0; i < n; ++i) height = height + 2;
  return height;
}
int main() {
  long total = 0, falling = 10, jumps = 0;
  double ratio = 0.5;
  bool done = false;
  Color color = kRed;
  const char* name = "abc";
  for (long i = 0; i < 5; ++i) {
    total += i;
    falling -= 1;
    jumps = i == 3 ? 1 : i * 10;
    ratio *= 2;
    open_it(i);
    close_it(i);
    level(i);
    try { fails(i); } catch (const std::exception&) { done = true; }
  }
  color = kGreen;
  open_it(9);
  return name[0] == 'a' && color == kRed ? done : 0;
}
"""

HOLDS = ["total never decreases", "total@program.cc:19 never decreases", "falling never increases",
         "falling <= 10", "total < 11", "always total < 11", "total < 11 always", "total >= 0",
         "never total = 5", "total never = 5", "eventually total = 10", "total eventually > 9",
         "eventually done = true", "done != true eventually", "calls(open_it) = 6",
         "calls(close_it) < calls(open_it)", "calls('*_it') = 11", "exceptions(fails) = 1",
         "exceptions(main) == 0", "max(total) = 10", "min(falling) = 5", "last(total) = 10",
         "first(falling) = 10", "count(total@program.cc:19) = 5", "sum(total@program.cc:19) = 20",
         "mean(total@program.cc:19) = 4", "changes(falling) = 5", "max(ratio) = 16",
         "ratio < 1.65e1", "max(duration(level)) < 10min", "duration(main) < 1h",
         "count(duration(level)) = 5", "no losses", "losses = 0", "height never decreases in each call",
         "eventually color = \"kGreen\"", "color != \"kBlue\"", "'total' < 11", "calls(level) = count(duration(level))"]
# What fails, and the value, line and value before of the first event that shows it.
FAILS = [("jumps never decreases", "1", 21, "20"), ("total < 6", "6", 19, "3"),
         ("height never decreases", "0", 8, "2"), ("falling never decreases", "9", 20, "10"),
         ("falling never changes", "9", 20, "10"), ("never total = 3", "3", 19, "1"),
         ("color = \"kRed\"", "kGreen", 28, "kRed"), ("done = false", "true", 26, "false")]


class Check(ScopeTest):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="scope-test-")
        cls.addClassCleanup(folder.cleanup)
        place = pathlib.Path(folder.name)
        (place / "program.cc").write_text(PROGRAM)
        run(SCOPE, "c++", "-std=c++20", place / "program.cc", "-o", place / "program")
        cls.recorded = place / "scope.data"
        run(SCOPE, "record", "-q", "-d", cls.recorded, "--", place / "program", check=False)

    def setUp(self):
        super().setUp()
        self.trace = self.recorded

    def check(self, *arguments):
        return run(SCOPE, "check", "-d", self.trace, *arguments, check=False)

    def objects(self, *arguments):
        return [json.loads(line) for line in self.check(*arguments, "--json").stdout.splitlines()]

    def test_what_holds(self):
        found = {o["check"]: o["holds"] for o in self.objects(*HOLDS)}
        self.assertEqual([text for text in HOLDS if not found.get(text)], [])
        self.assertEqual(self.check(*HOLDS).returncode, 0)

    def test_first_counter_example(self):
        for text, value, line, before in FAILS:
            done = self.check(text)
            self.assertEqual(done.returncode, 1, text)
            one, = self.objects(text)
            self.assertFalse(one["holds"], text)
            shown = one["value"].split(" ")[0]
            self.assertEqual((shown, one["line"], one["other"].split(" ")[0]),
                             (value, line, before), one)
            event, = [e for e in self.events() if e["seq"] == one["seq"]]
            self.assertEqual((event["line"], event["name"]), (line, one["name"]))
            self.assertIn(f"@{one['seq']}", done.stdout.decode())
            self.assertIn(f"program.cc:{line}", done.stdout.decode())

    def test_whole_trace_says_both_sides(self):
        done = self.check("calls(open_it) = calls(close_it)")
        self.assertEqual(done.returncode, 1)
        self.assertIn("(6 and 5)", done.stdout.decode())
        self.assertEqual(self.check("eventually total = 11").returncode, 1)
        self.assertEqual(self.check("max(duration(level)) < 0ns").returncode, 1)

    def test_two_variables(self):
        self.assertEqual(self.check("never total > 10").returncode, 0)
        one, = self.objects("total < falling")
        self.assertEqual((one["value"], one["other"]), ("6", "6"))

    def test_several_and_a_file(self):
        checks = self.write("ci.checks", "# what must hold\n\ntotal never decreases\n  no losses\n")
        self.assertEqual(self.check("--file", checks).returncode, 0)
        done = self.check("total < 6", "--file", checks)
        self.assertEqual(done.returncode, 1)
        self.assertEqual([l.split()[0] for l in done.stdout.decode().splitlines()],
                         ["FAILS", "holds", "holds"])
        wrong = self.write("wrong.checks", "no losses\ntotal < \n")
        done = self.check("--file", wrong)
        self.assertEqual(done.returncode, 2)
        self.assertIn("wrong.checks:2: column 9:", done.stderr.decode())

    def test_errors_name_the_column(self):
        for text, column in (("total <", 8), ("total", 6), ("total < 5 x", 11), ("total ~ 5", 7),
                             ("nothing(total) = 1", 1), ("max(3) = 1", 1), ("total < 5 parsecs", 11),
                             ("max(total < 5", 11), ("calls(f", 8), ("no fish", 4),
                             ("total never decreases in", 25), ("name < \"abc\"", 1),
                             ("total < max(total)", 1), ("5 never decreases", 3), ("total = \"a", 9),
                             ("", 1)):
            done = self.check(text)
            self.assertEqual(done.returncode, 2, text)
            self.assertIn(f"column {column}:", done.stderr.decode(), text)
        done = self.check("totla < 5")
        self.assertEqual(done.returncode, 2)
        self.assertIn("no variable matches 'totla'", done.stderr.decode())
        self.assertIn("no function matches 'f'", self.check("calls(f) = 1").stderr.decode())
        self.assertEqual(self.check().returncode, 2)

    def test_losses(self):
        text = """
int main() {
  long total = 0;
  for (long i = 0; i < 400000; ++i) total += i;
  return total == 0;
}
"""
        self.trace = self.folder / "sampled.data"
        program = self.compile(self.write("sampled.cc", text))
        self.record(program, options=("--sample", "total=100"), check=False)
        done = self.check("total never decreases")
        self.assertEqual(done.returncode, 0)
        self.assertIn("the answer holds for what was recorded", done.stderr.decode())
        self.assertEqual(self.check("total never decreases", "--strict-loss").returncode, 3)
        self.assertEqual(self.check("no losses").returncode, 1)


if __name__ == "__main__":
    unittest.main()
