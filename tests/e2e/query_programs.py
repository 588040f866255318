"""The program that tests of scope query record once, and what they ask about it."""
import json
import pathlib
import re

import harness

INCLUDE = pathlib.Path(__file__).resolve().parents[2] / "sdk/include"

# What is expected below is written by hand from these lines.
PROGRAM = """\
#include <scope/report.h>
#include <stdexcept>
#include <string>
#include <thread>

enum Color { kRed, kGreen = 5 };
struct Point { int x; double y; };
struct Tick { int32_t number; double load; char label[8]; };
static const scope_field kFields[] = {SCOPE_FIELD(Tick, number, I32, nullptr),
                                      SCOPE_FIELD(Tick, load, F64, "ms"),
                                      SCOPE_FIELD(Tick, label, Text, nullptr)};
static const scope_event_type kTick = {"tick", kFields, 3, sizeof(Tick)};

static int Square(int n) {
  int y = n * n;
  return y;
}

static int Fact(int n) {
  if (n < 2) return 1;
  int rest = Fact(n - 1);
  return n * rest;
}

static void Throws(int v) {
  if (v == 1) throw std::runtime_error("one");
}

int main() {
  long total = 0;
  for (int i = 0; i < 4; ++i) {
    total += Square(i);
  }
  int f = Fact(3);
  double half = 0.5;
  bool yes = true;
  char letter = 'q';
  Color color = kGreen;
  unsigned long huge = ~0ul;
  Point point = {1, 2.5};
  std::string text = "a\\x1b[31mb";
  const int* pointer = &f;
  for (int v = 0; v < 2; ++v) {
    try {
      Throws(v);
    } catch (const std::exception&) {
      half *= 2;
    }
  }
  std::thread([] { int other = Square(9); (void)other; }).join();
  SCOPE_PLOT("speed", 2.25);
  for (int k = 0; k < 3; ++k) {
    Tick tick = {k, k * 0.5, "ab"};
    SCOPE_EVENT(kTick, &tick);
  }
  return yes && pointer && letter && color && huge && point.x && !text.empty() ? 0 : 1;
}
"""


class RecordedTest(harness.ScopeTest):
    @classmethod
    def setUpClass(cls):
        """One recording for all: `cls.trace_folder`."""
        super().setUpClass()
        maker = harness.ScopeTest()
        maker.setUp()
        cls.addClassCleanup(maker.doCleanups)
        program = maker.compile(maker.write("app.cc", PROGRAM), "-O1", "-g", "-std=c++20",
                                f"-I{INCLUDE}")
        maker.record(program)
        cls.trace_folder = maker.trace
        cls.recorded = maker.events()

    def query(self, sql, *options, trace=None):
        """Rows as dictionaries, of all statements."""
        done = harness.run(harness.SCOPE, "query", "-d", trace or self.trace_folder, "--json",
                           *options, sql)
        return [json.loads(line) for line in done.stdout.splitlines()]

    def rows(self, sql, **options):
        return [tuple(row.values()) for row in self.query(sql, **options)]

    def events_read(self, sql, trace=None):
        done = harness.run(harness.SCOPE, "query", "-d", trace or self.trace_folder, "--stats", sql)
        read, = re.findall(r"^scope: rows: \d+, events read: (\d+) of \d+$", done.stderr.decode(),
                           re.MULTILINE)
        return int(read)

    def fails(self, sql, code=2, options=()):
        """The line that is said."""
        done = harness.run(harness.SCOPE, "query", "-d", self.trace_folder, *options, sql,
                           check=False)
        self.assertEqual(done.returncode, code, done)
        line, = done.stderr.decode().splitlines()
        self.assertEqual(done.stdout, b"")
        return line
