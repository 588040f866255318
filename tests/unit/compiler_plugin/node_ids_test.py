"""docs/node_ids.md: what keeps an id and what changes it."""
import argparse
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "golden/compiler_plugin"))
from instrumented import Toolchain  # noqa: E402

PROGRAM = """
static int helper(int a) { int b = a * 2; return b; }
template <typename T> T twice(T v) { T r = v + v; return r; }
inline int shared(int q) { int s = q ? 1 : 2; s += q; return s; }
struct Box { int v; Box(int x) : v(x) { v++; } int get() const { return v; } };
int work(int n) {
  int total = 0;
  for (int i = 0; i < n; ++i) total += helper(i);
  total++;
  total++;
  auto one = [](int x) { return x; };
  auto two = [](int x) { return x; };
  return one(total) + two(3) + twice(n) + shared(n) + Box(n).get();
}
"""


class NodeIdsTest(unittest.TestCase):
    toolchain = None

    def nodes(self, text, name="work.cc", flags=(), folder="one"):
        path = self.toolchain.work / folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
        obj = self.toolchain.work / "ids.o"
        self.toolchain.compile(path, obj, list(flags), "values")
        return self.toolchain.ast_map(obj)

    def ids(self, *arguments, **keywords):
        return {node["id"] for node in self.nodes(*arguments, **keywords)["nodes"]}

    def ids_of(self, function, *arguments, **keywords):
        found = self.nodes(*arguments, **keywords)
        indices = [i for i, f in enumerate(found["functions"]) if f["name"] == function]
        return [n["id"] for n in found["nodes"] if n["function"] in indices]

    def test_rebuild_flags_and_folder_keep_ids(self):
        before = self.ids(PROGRAM)
        self.assertGreater(len(before), 30)
        for flags in (["-O2"], ["-g"], ["-std=c++17"], ["-std=c++20", "-O1"], ["-fno-exceptions"]):
            self.assertEqual(before, self.ids(PROGRAM, flags=flags))
        self.assertEqual(before, self.ids(PROGRAM, folder="another"))

    def test_edits_elsewhere_keep_ids(self):
        before = self.ids(PROGRAM)
        moved = "\n\n// A comment.\nint added(int z) { int y = z; return y; }\n" + PROGRAM
        self.assertLessEqual(before, self.ids(moved))
        grown = PROGRAM.replace("  total++;\n", "  int more = total;\n  total++;\n  more = n;\n", 1)
        self.assertLessEqual(before, self.ids(grown))

    def test_edit_of_an_expression_changes_its_id_alone(self):
        before = self.ids(PROGRAM)
        after = self.ids(PROGRAM.replace("int b = a * 2", "int b = a * 3"))
        self.assertEqual(len(before - after), 1)

    def test_ids_are_unique(self):
        found = self.nodes(PROGRAM)["nodes"]
        self.assertEqual(len(found), len({node["id"] for node in found}))

    def test_equal_lambdas_differ(self):
        found = self.nodes(PROGRAM)
        lambdas = [f for f in found["functions"] if f["name"] == "work::<lambda>"]
        self.assertEqual(len(lambdas), 2)
        self.assertNotEqual(lambdas[0]["id"], lambdas[1]["id"])

    def test_static_functions_of_two_files_differ(self):
        one = set(self.ids_of("helper", PROGRAM, name="one.cc"))
        two = set(self.ids_of("helper", PROGRAM, name="two.cc"))
        self.assertEqual(len(one), 5)
        self.assertFalse(one & two)

    def test_inline_functions_and_templates_agree_in_two_files(self):
        for function in ("shared", "twice", "Box::get"):
            one = self.ids_of(function, PROGRAM, name="one.cc")
            self.assertTrue(one)
            self.assertEqual(one, self.ids_of(function, PROGRAM, name="two.cc"))

    def test_instantiations_share_ids(self):
        more = PROGRAM + "double other() { return twice(1.5); }\n"
        self.assertEqual(self.ids_of("twice", PROGRAM), self.ids_of("twice", more))

    def test_line_macro_does_not_count(self):
        text = "int f(int); int g() { int x = f(__LINE__); return x; }\n"
        self.assertEqual(self.ids(text), self.ids("\n\n" + text))


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    Toolchain.add_arguments(parser)
    NodeIdsTest.toolchain = Toolchain(parser.parse_args())
    unittest.main(argv=[sys.argv[0]])
