"""scope index and scope doctor: the same ids without compiling, and how much is instrumented."""
import json
import re
import subprocess
import unittest

from harness import SCOPE, ScopeTest, run

UNIT = """#include "shared.h"
static int helper(int a) { int b = a * 3; return b; }
template <typename T> T twice(T v) { T r = v + v; return r; }
int work(int n) {
  int total = 0;
  for (int i = 0; i < n; ++i) total += helper(i);
  auto one = [](int x) { int y = x + 1; return y; };
  return one(total) + twice(n) + shared(n);
}
int main(int argc, char**) { return work(argc) == 0; }
"""
SHARED = "inline int shared(int q) { int s = q ? 1 : 2; s += q; return s; }\n"
ID = re.compile(rb"  ([0-9a-f]{16}) ")
# Each: a place, and what stands there afterwards. What is not named keeps its id.
EDITS = [
    ("", "// A comment in front.\n"), ("", "#include <cstdio>\n"), ("", "static int first = 1;\n"),
    ("", "int new_function(int z) { int w = z; return w; }\n"),
    ("int main(", "\n\n\nint main("), ("  int total = 0;\n", "  int total = 0;  // the sum\n"),
    ("  int total = 0;", "  int more = n;\n  more = 7;\n  int total = 0;"),
    ("{ int b = a * 3;", "{\n  int b = a * 3;\n"), ("return b; }", "return b;\n}"),
    ("int work(int n) {\n", "int work(int n) {\n  if (n < 0) return 5;\n"),
    ("  auto one", "  // why\n  auto one"), ("template <typename T>", "template <class T>"),
    ("int work(", "namespace empty {}\nint work("), ("int main(", "struct New { int m; };\nint main("),
    ("  return one", "  n += 0;\n  return one"), ("  return one", "  { int inner = 9; (void)inner; }\n  return one"),
    ("  return one", "  while (n > 100000) n /= 2;\n  return one"),
    ("int main(", "int last(int p) { return p; }\nint main("),
    ("auto one = [](int x) { int y", "auto one = [](int x) {\n    int y"),
    ("  return one", "  auto two = [](int other) { return other; };\n  (void)two;\n  return one"),
]


class IndexTest(ScopeTest):
    def setUp(self):
        super().setUp()
        self.write("shared.h", SHARED)
        self.unit = self.write("unit.cc", UNIT)
        self.database("unit.cc")

    def database(self, *names, flags=()):
        commands = [{"directory": str(self.folder), "file": name,
                     "arguments": ["clang++-19", *flags, "-c", name, "-o", name + ".o"]}
                    for name in names]
        self.write("compile_commands.json", json.dumps(commands))

    def index(self, *arguments, check=True):
        return run(SCOPE, "index", "-p", self.folder, *arguments, check=check)

    def ids(self, what):
        out = run(SCOPE, "nodes", what, "--json").stdout
        return {json.loads(line)["id"] for line in out.splitlines()}

    def test_the_same_nodes_as_the_compiler_makes(self):
        self.index()
        program = self.compile(self.unit)
        self.assertEqual(self.ids(self.folder / "scope-index"), self.ids(program))

    def test_options_of_the_commands_count(self):
        self.database("unit.cc", flags=["-fplugin=scope", "-fplugin-arg-scope-level=functions"])
        self.index()
        program = self.compile(self.unit, "--scope-level=functions")
        self.assertEqual(self.ids(self.folder / "scope-index"), self.ids(program))

    def test_only_what_changed_is_made_again(self):
        self.write("other.cc", "int other(int a) { int b = a; return b; }\n")
        self.database("unit.cc", "other.cc")
        for change, said in ((None, "2 files indexed, 0 unchanged"), (None, "0 files indexed, 2 un"),
                             ("shared.h", "1 files indexed, 1 unchanged"),
                             ("other.cc", "1 files indexed, 1 unchanged")):
            if change:
                path = self.folder / change
                path.write_text(path.read_text() + "\n")
            self.assertIn(said, self.index("-j", "2").stderr.decode())

    def test_files_that_cannot_be_read_cost_themselves_alone(self):
        self.write("broken.cc", "int f( {\n")
        self.database("unit.cc", "broken.cc")
        done = self.index(check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn("broken.cc cannot be read; it is not in the index", done.stderr.decode())
        self.assertTrue(self.ids(self.folder / "scope-index"))

    def test_matchers_answer_from_sources(self):
        match = 'binaryOperator(hasOperatorName("*"))'
        done = run(SCOPE, "nodes", "--match", match, "-p", self.folder, "--json")
        (node,) = [json.loads(line) for line in done.stdout.splitlines()]
        self.assertEqual((node["name"], node["line"]), ("a * 3", 2))
        wrong = run(SCOPE, "nodes", "--match", "binaryOperato()", "-p", self.folder, check=False)
        self.assertIn("1:1: Matcher not found: binaryOperato", wrong.stderr.decode())
        self.assertEqual(wrong.returncode, 1)

    def test_wrong_input_is_one_line(self):
        for arguments, code, text in (((), 2, "needs -p DIR"),
                                      (("-p", "/nowhere"), 1, "compile_commands.json")):
            done = run(SCOPE, "index", *arguments, check=False)
            self.assertEqual((done.returncode, done.stderr.decode().count("\n")), (code, 1))
            self.assertIn(text, done.stderr.decode())

    def test_twenty_edits_keep_the_ids_of_what_they_do_not_touch(self):
        self.assertEqual(len(EDITS), 20)
        self.index()
        index = self.folder / "scope-index"
        before = self.ids(index)
        self.assertGreater(len(before), 30)
        text = UNIT
        for place, instead in EDITS:
            self.assertIn(place, text)
            text = text.replace(place, instead, 1) if place else instead + text
            self.unit.write_text(text)
            self.index()
            self.assertLessEqual(before, self.ids(index), instead)

    def test_a_million_nodes_have_as_many_ids(self):
        names = [f"many{part}.cc" for part in range(10)]
        for part, name in enumerate(names):
            self.write(name, "".join(
                f"int f{part}_{i}(int a) {{\n" + "".join(f"  int v{n} = a + {n};\n  a += v{n};\n"
                                                        for n in range(48)) + "  return a;\n}\n"
                for i in range(1000)))
        self.database(*names)
        self.index("-j", "2", "--option", "graph=off", "--option", "source=off")
        listed = self.folder / "listed"
        with listed.open("wb") as out:
            done = subprocess.run([SCOPE, "nodes", self.folder / "scope-index"], stdout=out,
                                  stderr=subprocess.PIPE, check=True, timeout=300)
        self.assertEqual(done.stderr, b"")  # no collision is said
        ids = set()
        with listed.open("rb") as lines:
            for line in lines:
                if found := ID.match(line):
                    ids.add(int(found[1], 16))
        self.assertEqual(len(ids), 1_000_000)


class CoverageTest(ScopeTest):
    def doctor(self, program):
        out = run(SCOPE, "doctor", program, "--json", check=False).stdout
        (check,) = [check for check in json.loads(out)["checks"] if check["what"] == "binary"]
        return check["detail"]

    def test_half_instrumented_programs_in_both_link_orders(self):
        plain = self.write("plain.cc", "int plain(int a) { return a + 1; }\n")
        main = self.write("main.cc", "int plain(int); int main() { int x = plain(1); return x - 2; }\n")
        objects = [self.folder / "plain.o", self.folder / "main.o"]
        run("clang++-19", "-c", plain, "-o", objects[0])
        run(SCOPE, "c++", "-c", main, "-o", objects[1])
        program = self.folder / "program"
        for order in (objects, objects[::-1]):
            run("clang++-19", *order, "-o", program)
            self.assertIn("1 of 2 functions not: plain(int)", self.doctor(program))
            self.record(program)
            self.assertEqual([event["kind"] for event in self.events()],
                             ["enter", "init", "return", "exit"])
            run("rm", "-rf", self.trace)

    def test_tables_of_live_code_survive_garbage_collection(self):
        library = self.write("library.cc", "int used(int a) { int b = a; return b; }\n"
                             "int unused(int a) { int c = a; return c; }\n")
        main = self.write("main.cc", "int used(int); int main() { return used(0); }\n")
        run(SCOPE, "c++", "-c", "-ffunction-sections", library, "-o", self.folder / "library.o")
        run("ar", "rcs", self.folder / "library.a", self.folder / "library.o")
        for linker in ([], ["-fuse-ld=lld"]):
            program = self.folder / "program"
            run(SCOPE, "c++", *linker, "-Wl,--gc-sections", main, self.folder / "library.a", "-o",
                program)
            self.assertIn("all 2 functions instrumented", self.doctor(program))
            self.record(program)
            self.assertIn("b", {event["name"] for event in self.events()})
            run("rm", "-rf", self.trace)

    def test_half_instrumented_archives_keep_the_tables_of_live_code(self):
        parts = {"used": "int plain(int); int used(int a) { int b = plain(a); return b; }\n"
                         "int unused(int a) { int c = a; return c; }\n",
                 "plain": "int plain(int a) { return a; }\nint unused_too(int a) { return a; }\n",
                 "main": "int used(int); int main() { return used(0); }\n"}
        for name, text in parts.items():
            compiler = ["clang++-19"] if name == "plain" else [SCOPE, "c++"]
            run(*compiler, "-c", "-ffunction-sections", self.write(name + ".cc", text), "-o",
                self.folder / (name + ".o"))
        main, archive, program = (self.folder / n for n in ("main.o", "both.a", "program"))
        for members in (("used", "plain"), ("plain", "used")):
            archive.unlink(missing_ok=True)
            run("ar", "rcs", archive, *[self.folder / (name + ".o") for name in members])
            for linker in ([], ["-fuse-ld=lld"]):
                for order in ([main, archive], [archive, main, archive]):
                    run("clang++-19", *linker, "-Wl,--gc-sections", *order, "-o", program)
                    self.assertIn("1 of 3 functions not: plain(int)", self.doctor(program))
                    self.record(program)
                    self.assertEqual([(event["kind"], event["function"])
                                      for event in self.events()],
                                     [("enter", "main"), ("enter", "used"), ("param", "used"),
                                      ("init", "used"), ("return", "used"), ("exit", "used"),
                                      ("return", "main"), ("exit", "main")])
                    run("rm", "-rf", self.trace)


if __name__ == "__main__":
    unittest.main()
