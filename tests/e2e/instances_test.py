"""Instances of a template have one node id and are told apart by name, in every view."""
import json
import unittest

from harness import SCOPE, ScopeTest, run

PROGRAM = """#include <vector>
struct Point { int x; short y; };
struct Real { double d; };
template <typename T> T add(T a, T b) { T sum = a + b; int k = 3; return k > 0 ? sum : a; }
template <> char add<char>(char a, char) { return a; }
template <typename T> struct Box {
  T value;
  explicit Box(T v) : value(v) {}
  template <typename U> U as(U u) const { U made = u; return made; }
};
template <typename T> int probe(const T& t) { T copy = t; return sizeof(copy); }
template <typename F> int apply(F f) { int result = f(2); return result; }
int main() {
  add(1, 2); add(1.5, 2.5); add(2, 3); add<char>('a', 'b');
  Box<int> one(4); Box<double> two(4.5);
  one.as(1.5f); two.as(7);
  probe(Point{1, 2}); probe(Real{2.5}); probe(std::vector<int>{1, 2});
  auto twice = [](auto v) { auto w = v + v; return (int)w; };
  twice(1); twice(2.5);
  apply([](int x) { return x; }); apply([](int x) { return x + 1; });
  return 0;
}
"""


class InstancesTest(ScopeTest):
    def setUp(self):
        super().setUp()
        self.source = self.write("instances.cc", PROGRAM)

    def functions(self, *options):
        out = run(SCOPE, "report", "-d", self.trace, "--json", *options).stdout
        return {one["name"]: one for one in json.loads(out)["functions"]}

    def test_each_has_its_name(self):
        for flags in ((), ("-O2",), ("-O2", "-flto=thin", "-fuse-ld=lld")):
            with self.subTest(flags=flags):
                self.record(self.compile(self.source, *flags))
                functions = self.functions()
                calls = {name: one["calls"] for name, one in functions.items()}
                self.assertEqual(calls, {
                    "main": 1, "add<int>": 2, "add<double>": 1, "add<char>": 1, "Box<int>::Box": 1,
                    "Box<double>::Box": 1, "Box<int>::as<float>": 1, "Box<double>::as<int>": 1,
                    "probe<Point>": 1, "probe<Real>": 1, "probe<std::vector<int>>": 1,
                    "main::<lambda><int>": 1, "main::<lambda><double>": 1, "main::<lambda>": 1,
                    "apply<(lambda at instances.cc:20:9)>": 1,
                    "apply<(lambda at instances.cc:20:41)>": 1})
                self.assertEqual(functions["add<int>"]["id"], functions["add<double>"]["id"])
                # Each value by its own instance's type.
                copies = {e["function"]: e["value"] for e in self.events()
                          if e["name"] == "copy" and e["kind"] == "init"}
                self.assertEqual(copies, {"probe<Point>": {"x": 1, "y": 2},
                                          "probe<Real>": {"d": 2.5},
                                          "probe<std::vector<int>>": "{1, 2}"})
                replay = run(SCOPE, "replay", "-d", self.trace).stdout.decode()
                self.assertIn("add<int>(a = 1, b = 2)", replay)
                self.assertIn("add<double>(a = 1.5, b = 2.5)", replay)
                variables = run(SCOPE, "vars", "sum", "-d", self.trace).stdout.decode()
                self.assertIn("add<int>", variables)
                self.assertIn("add<double>", variables)
                # What does not depend on the arguments is told apart, too.
                steps = run(SCOPE, "vars", "k", "-d", self.trace, "--json").stdout.splitlines()
                self.assertEqual(sorted(json.loads(line)["function"] for line in steps),
                                 ["add<double>", "add<int>"])

    def test_globs_choose_one_or_all(self):
        program = self.compile(self.source)
        for glob, wanted in (("add<int>", {"add<int>"}), ("add<*>", {"add<int>", "add<double>", "add<char>"}),
                             ("add", {"add<int>", "add<double>", "add<char>"}),
                             ("Box<double>*", {"Box<double>::Box", "Box<double>::as<int>"})):
            with self.subTest(glob=glob):
                self.record(program, options=("-F", glob))
                self.assertEqual(set(self.functions()), wanted)
        self.record(program)
        self.assertEqual(set(self.functions("-F", "add<double>")), {"add<double>"})

    def test_the_binary_names_them(self):
        out = run(SCOPE, "nodes", self.compile(self.source), "--json").stdout
        nodes = [json.loads(line) for line in out.splitlines()]
        sums = {n["function"]: n for n in nodes if n["name"] == "sum" and n["kind"] == "init"}
        self.assertEqual({name: n["type"] for name, n in sums.items()},
                         {"add<int>": "int", "add<double>": "double"})
        self.assertEqual(len({n["id"] for n in sums.values()}), 1)
        self.assertEqual({n["template"] for n in sums.values()}, {"add"})


if __name__ == "__main__":
    unittest.main()
