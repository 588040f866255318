"""scope why: the chain behind a value is the one that a person would write, and what is not known is said."""
import json
import unittest

from harness import SCOPE, ScopeTest, run

# What a person would write stands below each program, with the values and places it must have.
SUM = """
int main() {
  long total = 0;
  for (long i = 1; i <= 1000; ++i) {
    total += i;
  }
  return total == 0;
}
"""
SUM_CHAIN = """\
total = 500500  program.cc:5 @3001  total += i
├─ total = 499500  program.cc:5 @2998  total += i
│  ├─ ... 998 more turns: total += i, the first: total = 1  program.cc:5 @4
│  │  ├─ total = 0  program.cc:3 @1  total = 0
│  │  └─ i = 1  program.cc:4 @2  i = 1
│  └─ i = 999  program.cc:4 @2996  ++i
│     ├─ i = 998  program.cc:4 @2993  ++i
│     │  └─ ... 996 more turns: ++i, the first: i = 2  program.cc:4 @5
│     │     └─ i = 1  program.cc:4 @2  i = 1  (as told elsewhere)
│     └─ because i <= 1000 is true  program.cc:4 @2994
├─ i = 1000  program.cc:4 @2999  ++i
│  ├─ i = 999  program.cc:4 @2996  ++i  (as told elsewhere)
│  └─ because i <= 1000 is true  program.cc:4 @2997
└─ because i <= 1000 is true  program.cc:4 @3000
"""

CALLS = """
long scaled(long v) { return v * 3; }
long shifted(long k) {
  long t = scaled(k + 1);
  return t - 2;
}
int main() {
  long start = 4;
  long other = scaled(start);
  long result = shifted(start);
  return result == other;
}
"""
CALLS_CHAIN = """\
result = 13  program.cc:10 @16  result = shifted(start)
└─ shifted() returned 13  program.cc:5 @14  t - 2
   └─ t = 15  program.cc:4 @13  t = scaled(k + 1)
      └─ scaled() returned 15  program.cc:2 @11  v * 3
         └─ v = 5  program.cc:2 @10  long scaled(long), called as scaled(k + 1) at program.cc:4
            └─ k = 4  program.cc:3 @8  long shifted(long), called as shifted(start) at program.cc:10
               └─ start = 4  program.cc:8 @1  start = 4
"""

MEMBER = """
struct Point { long x; long y; };
long use(Point p) { return p.x; }
int main() {
  long start = 20;
  Point p;
  p.y = 5;
  p.x = start + 1;
  p.y = 6;
  long used = use(p);
  long own = p.x;
  return used == own;
}
"""
MEMBER_CHAIN = """\
own = 21  program.cc:11 @12  own = p.x
└─ p.x = 21  program.cc:8 @3  p.x = start + 1
   └─ start = 20  program.cc:5 @1  start = 20
"""
PASSED_CHAIN = """\
used = 21  program.cc:10 @11  used = use(p)
└─ use() returned 21  program.cc:3 @9  p.x
   └─ p = {x = 21, y = 6}  program.cc:3 @8  long use(Point), called as use(p) at program.cc:10
      ├─ p.y = 6  program.cc:9 @4  p.y = 6
      └─ p.x = 21  program.cc:8 @3  p.x = start + 1
         └─ start = 20  program.cc:5 @1  start = 20
"""


class Why(ScopeTest):
    maxDiff = None

    def given(self, text, *flags, options=()):
        program = self.compile(self.write("program.cc", text), "-std=c++20", *flags)
        self.record(program, options=options, check=False)  # It ends as it likes.

    def why(self, *arguments, check=True):
        return run(SCOPE, "why", "-d", self.trace, *arguments, check=check)

    def text(self, *arguments):
        return self.why(*arguments).stdout.decode()

    def hops(self, *arguments):
        lines = self.why(*arguments, "--json").stdout.decode().splitlines()
        return [json.loads(line) for line in lines]

    def below(self, hops, hop=0):
        """(how, name, value) of what explains a hop."""
        return [(h["how"], h.get("name"), h.get("value")) for h in hops if h["parent"] == hop]

    def test_sum_in_a_loop(self):
        self.given(SUM)
        self.assertEqual(self.text("total"), SUM_CHAIN)

    def test_through_two_calls(self):
        self.given(CALLS)
        self.assertEqual(self.text("result"), CALLS_CHAIN)

    def test_member_of_a_struct(self):
        self.given(MEMBER)
        self.assertEqual(self.text("own"), MEMBER_CHAIN)
        self.assertEqual(self.text("used"), PASSED_CHAIN)

    def test_which_of_several_calls(self):
        self.given("""
long twice(long v) { return v * 2; }
void take(long q) { long kept = q; (void)kept; }
int main() {
  long a = 1, b = 10, c = 100;
  long both = twice(a) + twice(b);
  long nested = twice(twice(c));
  take(a);
  take(b);
  take(c);
  return both == nested;
}
""")
        hops = self.hops("both")
        self.assertEqual(sorted(h["value"] for h in hops if h["how"] == "argument" and
                                h["name"] != "v"), [1, 10])
        values = {h["name"]: h["value"] for h in hops if h["how"] == "argument" and h["name"] != "v"}
        self.assertEqual(values, {"a": 1, "b": 10})
        nested = [(h["how"], h["name"], h["value"]) for h in self.hops("nested")]
        self.assertEqual(nested, [("asked", "nested", 400), ("returned", "v * 2", 400),
                                  ("value", "v", 200), ("returned", "v * 2", 200),
                                  ("value", "v", 100), ("argument", "c", 100)])
        for value, name in ((1, "a"), (10, "b"), (100, "c")):
            seq = [e["seq"] for e in self.events() if e["name"] == "kept" and e["value"] == value][0]
            chain = [(h["name"], h["value"]) for h in self.hops(f"kept@{seq}")]
            self.assertEqual(chain, [("kept", value), ("q", value), (name, value)])

    def test_recursion(self):
        self.given("""
long fact(long n) {
  if (n <= 1) return 1;
  return n * fact(n - 1);
}
int main() { long f = fact(6); return f == 0; }
""")
        hops = self.hops("f")
        fold, = [h for h in hops if h.get("more") and h["how"] == "returned"]
        self.assertEqual((fold["more"], fold["more_are_calls"], fold["value"]), (3, True, 2))
        returned = [h["value"] for h in hops if h["how"] == "returned"]
        self.assertEqual(returned, [720, 120, 2, 1])

    def test_references_members_and_globals(self):
        self.given("""
struct Acc { long sum = 0; void add(long k) { sum += k; } };
long counter = 3;
void put(Acc& acc, long v) { acc.sum = v; }
void set(long z) { counter = z; }
int main() {
  Acc acc;
  put(acc, 8);
  acc.add(2);
  long sum = acc.sum;
  set(sum);
  long last = counter;
  long& alias = last;
  alias = alias + 1;
  long aliased = last;
  return aliased == sum;
}
""")
        chain = [(h["how"], h["name"], h["value"], h.get("perhaps", False))
                 for h in self.hops("last@program.cc:12")]
        self.assertEqual(chain[:4], [("asked", "last", 10, False), ("object", "counter", 10, False),
                                     ("value", "z", 10, False), ("argument", "sum", 10, False)])
        # Of which object a member was stored is not recorded: it is said.
        self.assertEqual(chain[4], ("object", "sum", 10, True))
        self.assertIn(("argument", "v", 8), self.below_all("last@program.cc:12", "acc.sum"))
        self.assertEqual(self.below(self.hops("aliased"))[0][1:], ("alias", 11))

    def below_all(self, asked, name):
        hops = self.hops(asked)
        found = [h["hop"] for h in hops if h.get("name") == name]
        self.assertTrue(found, hops)
        return [("argument" if h["kind"] == "param" else h["how"], h["name"], h["value"])
                for h in hops if h["parent"] in found and h["known"]]

    def test_conditional_operator_takes_one_arm(self):
        self.given("""
int main(int argc, char**) {
  long yes = 1, no = 2;
  long chosen = argc > 5 ? yes : no;
  long nested = argc > 0 ? (argc > 7 ? yes : chosen) : no;
  return chosen == nested;
}
""")
        self.assertEqual(self.below(self.hops("chosen")),
                         [("value", "no", 2), ("decided", "argc > 5", False)])
        self.assertEqual(sorted(b[1] for b in self.below(self.hops("nested"))),
                         ["argc > 0", "argc > 7", "chosen"])

    def test_exceptions_lambdas_and_default_arguments(self):
        self.given("""
long fails(long v) { if (v > 3) throw v * 2; return v; }
long added(long a, long b = 7) { return a + b; }
int main() {
  long got = 0;
  long start = 5;
  try { got = fails(start); } catch (long m) { got = m; }
  long base = 100;
  auto copied = [base](long q) { return q + base; };
  base = 200;
  auto referred = [&base](long q) { return q + base; };
  base = 300;
  long one = copied(got);
  long two = referred(got);
  long three = added(two);
  return one == three;
}
""")
        chain = [(h["how"], h["kind"], h["value"]) for h in self.hops("got")
                 if h["how"] != "decided"]
        self.assertEqual(chain[:5], [("asked", "assign", 10), ("value", "catch", 10),
                                     ("thrown", "throw", 10), ("value", "param", 5),
                                     ("argument", "init", 5)])
        captured = {name: [h["value"] for h in self.hops(name) if h.get("name") == "base"]
                    for name in ("one", "two")}
        self.assertEqual(captured, {"one": [100], "two": [300]})
        self.assertEqual(sorted(h["value"] for h in self.hops("three") if h.get("function") ==
                                "added" and h["kind"] == "param"), [7, 310])

    def test_virtual_calls(self):
        self.given("""
struct Shape { virtual ~Shape() = default; virtual long area(long k) const { return k; } };
struct Square : Shape { long area(long k) const override { return k * 9; } };
long of(const Shape& shape, long k) { return shape.area(k); }
int main() { Square s; long start = 2; long area = of(s, start); return area == 0; }
""")
        hops = [h for h in self.hops("area") if h["known"]]
        self.assertIn(("returned", "Square::area", 18), [(h["how"], h["function"], h["value"])
                                                          for h in hops])
        self.assertEqual((hops[-1]["name"], hops[-1]["value"]), ("start", 2))

    def test_array_elements(self):
        self.given("""
int main(int argc, char**) {
  long a[4] = {0, 0, 0, 0};
  a[1] = 5;
  long same = a[1];
  a[argc] = 6;
  long other = a[2];
  return same == other;
}
""")
        same = self.hops("same")[1]
        self.assertEqual((same["name"], same["value"], same.get("perhaps")), ("a[1]", 5, None))
        other = self.hops("other")[1]
        self.assertEqual((other["name"], other["perhaps"]), ("a[argc]", True))

    def test_bindings_and_initial_values(self):
        self.given("""
struct Both { long one; long two; };
static long calls = 5;
long next() { ++calls; return calls; }
int main() {
  long start = 3;
  Both both = {start, 4};
  auto [one, two] = both;
  long sum = one + two;
  long after = next();
  return sum == after;
}
""")
        hops = self.hops("sum")
        self.assertEqual([b[1:] for b in self.below(hops)], [("one", 3), ("two", 4)])
        self.assertIn(("both", {"one": 3, "two": 4}), [(h.get("name"), h.get("value")) for h in hops])
        self.assertIn(("start", 3), [(h.get("name"), h.get("value")) for h in hops])
        unknown, = [h for h in self.hops("after") if not h["known"]]
        self.assertIn("calls has no recorded value before: it is what it was initialised with",
                      unknown["remark"])

    def test_threads(self):
        self.given("""
#include <thread>
long shared = 1;
void work(long given) { shared = given + 1; }
int main() {
  long start = 40;
  std::thread thread(work, start);
  thread.join();
  long got = shared;
  return got == 0;
}
""", "-pthread")
        hops = self.hops("got")
        stored = [h for h in hops if h.get("name") == "shared" and h["thread"] != hops[0]["thread"]]
        self.assertEqual([h["value"] for h in stored], [41])
        # A thread's own values, up to where it began.
        chain = self.hops("shared")
        self.assertEqual([(h.get("name"), h.get("value")) for h in chain[:2]],
                         [("shared", 41), ("given", 40)])
        self.assertFalse(chain[2]["known"])
        self.assertIn("thread 1", chain[2]["remark"])

    def test_what_is_not_recorded_is_said(self):
        self.given("""
#include <cstdlib>
long secret(long v) { return v + 1; }
int main() {
  long start = 4;
  long via = secret(start);
  long text = std::labs(std::strtol("-12", nullptr, 10));
  return via == text;
}
""", options=("-F", "main"))
        via = self.hops("via")[1]
        self.assertFalse(via["known"])
        self.assertIn("-F 'secret'", via["remark"])
        self.assertIn("labs() returned is not recorded", self.text("text"))

    def test_gaps(self):
        self.given("""
int main() {
  long total = 0;
  for (long i = 0; i < 3000000; ++i) total += i & 3;
  return total == 0;
}
""", options=("--on-full", "drop_newest", "--ring", "16K"))
        hops = self.hops("total")
        lost = self.assert_balanced()["dropped"]
        if lost:  # A collector that keeps up loses nothing.
            self.assertIn("are missing", self.text("total"))
        else:
            self.assertTrue(any(h.get("more", 0) > 1000 for h in hops))

    def test_depth_and_sequence(self):
        self.given(SUM)
        self.assertEqual(self.hops("total@8")[0]["value"], 3)
        shallow = self.hops("total", "--depth", "1")
        self.assertTrue(all(h["parent"] in (None, 0) for h in shallow))
        self.assertTrue(any(h.get("cut") for h in shallow))
        self.assertIn("--depth", self.text("total", "--depth", "1"))

    def test_errors(self):
        self.given(SUM)
        wrong = self.why("totla", check=False)
        self.assertEqual(wrong.returncode, 1)
        self.assertIn("did you mean 'total'", wrong.stderr.decode())
        self.assertEqual(self.why(check=False).returncode, 2)
        early = self.why("total@0", check=False)
        self.assertEqual(early.returncode, 1)
        self.assertIn("has no value up to 0", early.stderr.decode())

    def test_graph_off(self):
        self.given(SUM, "--scope-graph=off")
        self.assertIn("--scope-graph=off", self.text("total"))


if __name__ == "__main__":
    unittest.main()
