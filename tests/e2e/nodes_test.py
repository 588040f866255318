"""scope nodes: what is compiled in, how it hangs together, and what became of it."""
import json
import unittest

from harness import SCOPE, ScopeTest, run

PROGRAM = """#include <cstdio>
#define SQUARE(x) ((x) * (x))
struct Point { int x = 1; int y = 2; };
static int twice(int v) { int r = v + v; return r; }
static int sum(int* at, int count) {
  int total = 0;
  for (int i = 0; i < count; ++i) {
    total += at[i];
  }
  return total;
}
int work(int n, int* out) {
  int base = n;
  int chosen = 0;
  if (base > 3) {
    chosen = twice(base);
  } else {
    chosen = SQUARE(n);
  }
  Point p;
  p.x = chosen;
  p.y = n;
  int last = p.x;
  *out = last;
  int again = *out;
  return again;
}
int main(int argc, char**) {
  int out = 0;
  int values[3] = {argc, 2, 3};
  int result = work(argc + 4, &out);
  std::printf("%d\\n", result + sum(values, 3));
  return 0;
}
"""


class NodesTest(ScopeTest):
    def build(self, text=PROGRAM, *flags, name="work.cc"):
        return self.compile(self.write(name, text), *flags)

    def lines(self, *arguments):
        return [json.loads(line) for line in run(SCOPE, "nodes", *arguments).stdout.splitlines()]

    def graph(self, *flags):
        lines = self.lines(self.build(PROGRAM, *flags), "--graph", "--json")
        self.functions = {line["name"]: line for line in lines if line["what"] == "function"}
        self.nodes = {line["id"]: line for line in lines if line["what"] == "node"}
        self.sources = [line for line in lines if line["what"] == "source"]

    def node(self, kind, name, line):
        found = [node for node in self.nodes.values()
                 if (node["kind"], node["name"], node["line"]) == (kind, name, line)]
        self.assertEqual(len(found), 1, (kind, name, line, found))
        return found[0]

    def origins(self, kind, name, line, how="value"):
        """{(kind, name, line)} of what flows into a node; None: a place that is not known."""
        origins = set()
        for flow in self.node(kind, name, line)["from"]:
            if flow["how"] == how:
                node = self.nodes.get(flow["id"])
                origins.add((node["kind"], node["name"], node["line"]) if node else None)
        return origins

    def test_values_come_from_what_was_stored_last(self):
        self.graph()
        self.assertEqual(self.origins("init", "base", 13), {("param", "n", 12)})
        self.assertEqual(self.origins("branch", "base > 3", 15), {("init", "base", 13)})
        # Both ways of the branch, and not the value that each of them replaced.
        self.assertEqual(self.origins("assign", "p.x", 21),
                         {("assign", "chosen", 16), ("assign", "chosen", 18)})
        self.assertEqual(self.origins("assign", "chosen", 18), {("param", "n", 12)})

    def test_members_are_told_apart(self):
        self.graph()
        self.assertIn(("assign", "p.x", 21), self.origins("init", "last", 23))
        self.assertNotIn(("assign", "p.y", 22), self.origins("init", "last", 23))

    def test_loops_carry_values(self):
        self.graph()
        self.assertLessEqual({("init", "total", 6), ("update", "total", 8)},
                             self.origins("update", "total", 8))
        self.assertEqual(self.origins("return", "total", 10),
                         {("init", "total", 6), ("update", "total", 8)})
        self.assertEqual(self.origins("step", "i", 7), {("init", "i", 7), ("step", "i", 7)})

    def test_what_a_pointer_hides_is_said_to_be_unknown(self):
        self.graph()
        self.assertEqual(self.origins("init", "again", 25), {("assign", "*out", 24), ("param", "out", 12), None})
        self.assertIn(None, self.origins("update", "total", 8))  # at[i] was written elsewhere
        self.assertNotIn(None, self.origins("init", "base", 13))

    def test_arguments_and_results_cross_functions(self):
        self.graph()
        self.assertEqual(self.origins("param", "v", 4, "argument"), {("init", "base", 13)})
        self.assertEqual(self.origins("assign", "chosen", 16, "returned"), {("return", "r", 4)})
        self.assertEqual(self.origins("param", "n", 12, "argument"), {("param", "argc", 28)})
        self.assertEqual(self.origins("init", "result", 31, "returned"),
                         {("return", "again", 26)})

    def test_reads_and_results_stand_between(self):
        self.graph("--scope-level=all")
        self.assertEqual(self.origins("init", "base", 13), {("read", "n", 13)})
        self.assertEqual(self.origins("read", "n", 13), {("param", "n", 12)})
        self.assertEqual(self.origins("assign", "chosen", 16), {("result", "twice", 16)})
        self.assertEqual(self.origins("result", "twice", 16, "returned"), {("return", "r", 4)})

    def test_control(self):
        self.graph()
        for line in (16, 18):
            self.assertEqual(self.origins("assign", "chosen", line, "control"),
                             {("branch", "base > 3", 15)})
        self.assertEqual(self.origins("update", "total", 8, "control"),
                         {("loop", "i < count", 7)})
        self.assertEqual(self.origins("assign", "p.x", 21, "control"), set())

    def test_blocks_hold_each_node_once_and_lead_to_the_exit(self):
        self.graph()
        for name in ("work", "sum", "twice"):
            blocks = self.functions[name]["blocks"]
            held = [node for block in blocks for node in block["nodes"]]
            own = [n["id"] for n in self.nodes.values() if n["function"] == name]
            self.assertEqual(sorted(held), sorted(own), name)
            reached, open_blocks = set(), [len(blocks) - 1]
            while open_blocks:
                block = open_blocks.pop()
                if block is not None and block not in reached:
                    reached.add(block)
                    open_blocks += blocks[block]["next"]
            self.assertIn(0, reached)
            self.assertEqual(len(reached), len(blocks))

    def test_calls(self):
        self.graph()
        calls = {(call["name"], call["line"]) for call in self.functions["main"]["calls"]}
        self.assertEqual(calls, {("work", 31), ("printf", 32), ("sum", 32)})
        (call,) = [call for call in self.functions["work"]["calls"] if call["name"] == "twice"]
        self.assertEqual(call["callee"], self.functions["twice"]["id"])

    def test_macros_have_a_name_and_a_spelling(self):
        self.graph("--scope-level=all")
        inside = [n for n in self.nodes.values() if n["macro"] == "SQUARE"]
        self.assertFalse(inside)  # n is the macro's argument: it stands where it is written
        program = self.build("#define NEXT(x) (x + one)\nint one = 1;\n"
                             "int main() { int y = NEXT(2); return y - 3; }\n",
                             "--scope-level=all", name="macro.cc")
        reads = [n for n in self.lines(program, "--graph", "--json")
                 if n["what"] == "node" and n["name"] == "one" or n.get("macro")]
        self.assertEqual([(n["macro"], n["macro_line"], n["line"]) for n in reads],
                         [("NEXT", 1, 3)])

    def test_source_travels_once(self):
        self.graph()
        self.assertEqual([source["file"] for source in self.sources],
                         [str(self.folder / "work.cc")])
        program = self.build()
        self.assertEqual(run(SCOPE, "nodes", program, "--source", "work.cc").stdout.decode(),
                         PROGRAM)

    def test_a_shared_header_is_there_once(self):
        text = "".join(f"// line {i} of a header that several files include\n" for i in range(500))
        self.write("shared.h", text + "inline int one(int a) { int b = a; return b; }\n")
        objects = []
        for name in ("a", "b"):
            source = self.write(name + ".cc", f'#include "shared.h"\n'
                                f'int {name}(int x) {{ int y = one(x); return y; }}\n')
            objects.append(self.folder / (name + ".o"))
            run(SCOPE, "c++", "-c", "-ffunction-sections", source, "-o", objects[-1])
        main = self.write("main.cc", "int a(int); int b(int); int main() { return a(1) - b(1); }\n")
        for flags in ([], ["-fuse-ld=lld"], ["-Wl,--gc-sections"],
                      ["-fuse-ld=lld", "-Wl,--gc-sections"]):
            program = self.folder / "program"
            run(SCOPE, "c++", *flags, main, *objects, "-o", program)
            sections = run("readelf", "-SW", program).stdout.decode().split()
            size = int(sections[sections.index("scope_source") + 4], 16)
            lines = self.lines(program, "--graph", "--json")
            sources = {n["file"]: n for n in lines if n["what"] == "source"}
            self.assertEqual({pathname.split("/")[-1] for pathname in sources},
                             {"a.cc", "b.cc", "shared.h", "main.cc"}, flags)
            self.assertTrue(all(source["text"] for source in sources.values()), flags)
            self.assertEqual(run(SCOPE, "nodes", program, "--source", "shared.h").stdout.decode(),
                             (self.folder / "shared.h").read_text())
            alone = run("readelf", "-SW", objects[0]).stdout.decode()
            self.assertEqual(alone.count("scope_source"), 2)
            self.assertLess(size, 3000, flags)

    def test_source_off_and_hash(self):
        for choice, expected in (("off", []), ("hash", [False]), ("text", [True])):
            program = self.build(PROGRAM, f"--scope-source={choice}")
            lines = self.lines(program, "--graph", "--json")
            self.assertEqual([n["text"] for n in lines if n["what"] == "source"], expected)

    def test_graph_off(self):
        lines = self.lines(self.build(PROGRAM, "--scope-graph=off"), "--graph", "--json")
        self.assertFalse(any(n["from"] for n in lines if n["what"] == "node"))
        self.assertFalse(any(n["blocks"] or n["calls"] for n in lines if n["what"] == "function"))

    def test_objects_and_libraries_list_the_same(self):
        source = self.write("work.cc", PROGRAM)
        program = self.build()
        obj, archive, shared = (self.folder / name for name in ("w.o", "libw.a", "libw.so"))
        run(SCOPE, "c++", "-c", source, "-o", obj)
        run("ar", "rcs", archive, obj)
        run(SCOPE, "c++", "-shared", "-fPIC", source, "-o", shared)
        ids = {node["id"] for node in self.lines(program, "--json")}
        self.assertGreater(len(ids), 30)
        for other in (obj, archive, shared):
            self.assertEqual({node["id"] for node in self.lines(other, "--json")}, ids, other)
        thin = self.folder / "libthin.a"
        run("ar", "rcsT", thin, obj)
        self.assertEqual({node["id"] for node in self.lines(thin, "--json")}, ids)

    def test_filters(self):
        program = self.build()
        names = {node["function"] for node in self.lines(program, "--json", "-F", "tw*")}
        self.assertEqual(names, {"twice"})
        names = {node["name"] for node in self.lines(program, "--json", "-V", "total")}
        self.assertEqual(names, {"total"})

    def test_wrong_input_is_one_line(self):
        plain = self.compile(self.write("plain.cc", "int main() {}\n"), plain=True)
        for arguments, code, text in (
                ((plain,), 1, "has no instrumented code"),
                ((self.folder / "nothing",), 1, "No such file"),
                ((self.write("text", "hello"),), 1, "is no 64-bit ELF file"),
                ((), 2, "needs one binary"),
                (("--diff", plain), 2, "needs two binaries")):
            done = run(SCOPE, "nodes", *arguments, check=False)
            self.assertEqual(done.returncode, code)
            self.assertIn(text, done.stderr.decode())
            self.assertEqual(done.stderr.decode().count("\n"), 1)

    def test_diff(self):
        before = self.build(PROGRAM, name="work.cc").rename(self.folder / "before")
        edited = PROGRAM.replace("int r = v + v;", "int r = v + v + 1;")
        edited = edited.replace("int work(int n", "\nint work(int n")
        edited = edited.replace("  return 0;\n", "  int more = out;\n  return 0;\n")
        after = self.build(edited, name="work.cc")
        changes = self.lines("--diff", before, after, "--json")
        by_kind = {}
        for change in changes:
            node = change["after"] or change["before"]
            by_kind.setdefault(change["change"], set()).add((node["kind"], node["name"]))
        self.assertEqual(by_kind["changed"], {("init", "r")})
        self.assertEqual(by_kind["came"], {("init", "more")})
        self.assertNotIn("went", by_kind)
        self.assertIn(("init", "total"), by_kind["stayed"])
        self.assertIn(("init", "base"), by_kind["moved"])
        (changed,) = [change for change in changes if change["change"] == "changed"]
        self.assertGreater(changed["confidence"], 0.8)
        self.assertLessEqual(changed["confidence"], 1)
        ids = [change["before"]["id"] for change in changes if change["before"]]
        self.assertEqual(sorted(ids), sorted({n["id"] for n in self.lines(before, "--json")}))

    def test_collisions_are_said(self):
        objects = []
        for folder in ("one", "two"):
            (self.folder / folder).mkdir()
            source = self.write(f"{folder}/same.cc", "\n" * len(objects) + f"""
static int helper(int a) {{ int b = a; return b; }}
int call_{folder}(int x) {{ return helper(x); }}
""")
            objects.append(source)
        main = self.write("main.cc", "int call_one(int); int call_two(int);\n"
                          "int main() { return call_one(1) - call_two(1); }\n")
        program = self.folder / "program"
        run(SCOPE, "c++", *objects, main, "-o", program)
        done = run(SCOPE, "nodes", program)
        self.assertIn("two nodes have the id", done.stderr.decode())
        self.assertIn("helper at", done.stderr.decode())
        self.assertEqual(done.stderr.decode().count("\n"), 1)
        doctor = run(SCOPE, "doctor", program, check=False)
        self.assertIn("two nodes have the id", doctor.stdout.decode())
        self.record(program)
        self.assertIn("two nodes have the id", self.info()["modules"][0]["note"])
        run(SCOPE, "c++", f"--scope-root={self.folder}", *objects, main, "-o", program)
        self.assertEqual(run(SCOPE, "nodes", program).stderr, b"")


if __name__ == "__main__":
    unittest.main()
