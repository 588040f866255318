"""What is compiled in and what is armed: levels, globs, marks, sizes, matchers, the report."""
import concurrent.futures
import json
import os
import subprocess
import unittest

from harness import SCOPE, ScopeTest, run

PROGRAM = """#include <cstdio>
struct Account { long balance; };
static long divide(long a, long b) { long ratio = a / b; return ratio; }
static int tiny(int a) { return a; }
int work(int n) {
  int password = n * 7;
  double share = n / 3.0;
  int total = 0;
  for (int i = 0; i < n; ++i) total += i;
  return total + password % 2 + (int)share + (int)divide(n, 2) + tiny(1);
}
int main(int argc, char**) { int result = work(argc + 2); return result == 0; }
"""


class SelectionTest(ScopeTest):
    def nodes(self, *flags, text=PROGRAM, name="work.cc"):
        self.program = self.compile(self.write(name, text), *flags)
        out = run(SCOPE, "nodes", self.program, "--json").stdout
        return [json.loads(line) for line in out.splitlines()]

    def named(self, *flags, **keywords):
        return {node["name"] for node in self.nodes(*flags, **keywords)}

    def configured(self, config, *flags, **keywords):
        path = self.write("scope.toml", config)
        return self.nodes(f"--scope-config={path}", *flags, **keywords)

    def test_variables_and_types_by_pattern(self):
        names = self.named("--scope-variables=tot*")
        self.assertIn("total", names)
        self.assertNotIn("password", names)
        self.assertIn("i < n", names)  # a condition is no variable
        self.assertNotIn("password", self.named("--scope-variables=!pass*"))
        types = {node["type"] for node in self.nodes("--scope-types=double")
                 if node["value_type"] != "none"}
        self.assertEqual(types, {"double"})
        config = {node["name"] for node in
                  self.configured("[variables]\nexclude = ['p*']\n[types]\nexclude = ['double']\n")}
        self.assertNotIn("password", config)
        self.assertNotIn("share", config)
        self.assertIn("total", config)

    def test_the_command_line_wins_over_the_file(self):
        names = {node["name"] for node in
                 self.configured("[variables]\ninclude = ['password']\n", "--scope-variables=share")}
        self.assertIn("share", names)
        self.assertNotIn("password", names)

    def test_small_functions_get_nothing(self):
        for least, expected in ((0, {"divide", "tiny", "work", "main"}),
                                (2, {"divide", "work", "main"}), (3, {"work"})):
            functions = {n["function"] for n in self.nodes(f"--scope-min-statements={least}")}
            self.assertEqual(functions, expected)

    def test_marks(self):
        text = PROGRAM.replace("int password", '[[clang::annotate("scope:ignore")]] int password')
        names = self.named(text=text)
        self.assertNotIn("password", names)
        self.assertIn("total", names)
        text = PROGRAM.replace("static int tiny", '[[clang::annotate("scope:only")]] static int tiny')
        self.assertEqual({n["function"] for n in self.nodes(text=text)}, {"tiny"})
        text = 'struct [[clang::annotate("scope:ignore")]] Quiet {\n' \
               '  int get(int a) { return a; }\n};\n' + PROGRAM.replace(
                   "int total = 0;", "int total = Quiet().get(0);")
        self.assertEqual({n["function"] for n in self.nodes(text=text)},
                         {"divide", "tiny", "work", "main"})

    def test_a_matcher_instruments_what_it_binds_and_nothing_else(self):
        match = 'binaryOperator(hasOperatorName("/")).bind("node")'
        nodes = self.nodes(f"--scope-match={match}")
        self.assertEqual([(n["kind"], n["name"], n["line"]) for n in nodes],
                         [("value", "a / b", 3), ("value", "n / 3.0", 7)])
        self.record(self.program)
        self.assertEqual(sorted(str(e["value"]) for e in self.events()), ["1", "1.0"])

    def test_matchers_bind_variables_functions_and_statements(self):
        for match, expected in (
                ('varDecl(hasName("total"))', {("init", "total")}),
                ('functionDecl(hasName("tiny"))', {("enter", "tiny"), ("exit", "tiny")}),
                ('parmVarDecl(hasType(isInteger()), hasAncestor(functionDecl(hasName("work"))))',
                 {("param", "n")}),
                ('returnStmt(hasAncestor(functionDecl(hasName("divide"))))', {("return", "ratio")}),
                ('forStmt()', {("loop", "i < n")}),
                ('binaryOperator(isAssignmentOperator())', {("update", "total")}),
                ('declRefExpr(to(varDecl(hasName("ratio"))))', {("read", "ratio")}),
                ('binaryOperator(hasRHS(expr().bind("node")), hasOperatorName("%"))', set())):
            found = set()
            try:
                found = {(n["kind"], n["name"]) for n in self.nodes(f"--scope-match={match}")}
            except AssertionError as error:  # nothing is instrumented
                self.assertIn("no instrumented code", str(error))
            self.assertEqual(found, expected, match)

    def test_matchers_in_the_file(self):
        nodes = self.configured("""match = ['varDecl(hasName("total"))', 'forStmt()']\n""")
        self.assertEqual({n["kind"] for n in nodes}, {"init", "loop"})

    def test_a_wrong_matcher_is_said_with_its_column(self):
        source = self.write("work.cc", PROGRAM)
        done = run(SCOPE, "c++", "-c", "--scope-match=binaryOperator(hasOperatorNam(\"/\"))", source,
                   "-o", self.folder / "x.o", check=False)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("1:16: Matcher not found: hasOperatorNam", done.stderr.decode())
        self.assertEqual(done.stderr.decode().count("error:"), 1)

    def test_armed_nodes_wait_for_a_choice(self):
        nodes = self.nodes("--scope-default=armed")
        self.assertTrue(all(node["armed"] for node in nodes))
        self.record(self.program)
        self.assertEqual(self.events(), [])
        run("rm", "-rf", self.trace)
        self.record(self.program, options=("-V", "total"))
        self.assertEqual({event["name"] for event in self.events()}, {"total"})

    def test_a_matcher_arms(self):
        nodes = self.nodes('--scope-arm=varDecl(hasName("total"))')
        self.assertEqual({n["name"] for n in nodes if n["armed"]}, {"total"})
        self.record(self.program)
        kinds = {(event["kind"], event["name"]) for event in self.events()}
        self.assertNotIn(("init", "total"), kinds)
        self.assertIn(("update", "total"), kinds)

    def report(self, *flags, text=PROGRAM):
        path = self.folder / "report.jsonl"
        path.unlink(missing_ok=True)
        self.compile(self.write("work.cc", text), f"--scope-report={path}", *flags)
        return [json.loads(line) for line in path.read_text().splitlines()]

    def test_report(self):
        text = PROGRAM + "int skipped(int a) { return a; }\n" \
                         "void odd() { Account account = {1}; (void)account; }\n"
        lines = self.report("--scope-functions=!skipped", "--scope-variables=!password", text=text)
        functions = {line["name"]: line for line in lines if line["what"] == "function"}
        self.assertEqual(functions["skipped"]["reason"], "its name is not selected")
        self.assertTrue(functions["work"]["instrumented"])
        ids = {n["function_id"] for n in self.nodes(text=text) if n["function"] == "work"}
        self.assertEqual({functions["work"]["id"]}, ids)
        (skipped,) = [line for line in lines if line["name"] == "password"]
        self.assertEqual((skipped["what"], skipped["line"], skipped["reason"]),
                         ("init", 6, "its name is not selected"))
        self.assertFalse(any("stdio" in line["file"] for line in lines))

    def test_the_report_tells_what_tail_calls_and_coroutines_leave_out(self):
        text = """#include <coroutine>
struct Task {
  struct promise_type {
    Task get_return_object() { return {}; }
    std::suspend_never initial_suspend() noexcept { return {}; }
    std::suspend_never final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() {}
  };
};
struct Place {
  int& place;
  bool await_ready() { return true; }
  void await_suspend(std::coroutine_handle<>) {}
  int& await_resume() { return place; }
};
Task Raise(int& n, int by) {
  co_await Place{n} += by;
}
int Down(int n) {
  if (n == 0) return 0;
  [[clang::musttail]] return Down(n - 1);
}
void Wait(int n) {
  if (n > 0) [[clang::musttail]] return Wait(n - 1);
}
int main() { int n = 2; Raise(n, -1); Wait(n); return Down(n); }
"""
        def skipped(*flags):
            return {(line["what"], line["name"], line["line"]): line["reason"]
                    for line in self.report("-std=c++20", *flags, text=text)
                    if not line["instrumented"]}
        tail, reasons = "a tail call, which must stay one", skipped()
        self.assertEqual({place: why for place, why in reasons.items() if 17 <= place[2] < 28}, {
            ("param", "n", 17): "a reference, which may not outlive a coroutine's start",
            ("return", "Raise", 17): "a coroutine's object, which its promise makes",
            ("await", "Place{n}", 18): "a reference",
            ("return", "Down(n - 1)", 22): tail})
        self.assertEqual(skipped("--scope-level=all")[("result", "Down", 22)], tail)
        self.assertNotIn(("return", "Raise", 17), skipped("--scope-level=functions"))

    def test_reports_of_many_compilations_have_whole_lines(self):
        path = self.folder / "report.jsonl"
        text = "".join(f"int function_{i}(int a) {{ int b = a + {i}; return b; }}\n"
                       for i in range(300))
        sources = [self.write(f"unit_{i}.cc", text.replace("function", f"unit_{i}"))
                   for i in range(8)]
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda source: run(
                SCOPE, "c++", "-c", f"--scope-report={path}", source, "-o",
                source.with_suffix(".o")), sources))
        lines = [json.loads(line) for line in path.read_text().splitlines()]
        self.assertEqual(len(lines), 8 * 300)
        self.assertEqual(len({line["name"] for line in lines}), 8 * 300)

    def test_a_report_that_cannot_be_written_is_an_error(self):
        source = self.write("work.cc", PROGRAM)
        done = run(SCOPE, "c++", "-c", "--scope-report=/nowhere/report", source, "-o",
                   self.folder / "x.o", check=False)
        self.assertIn("scope: cannot write report '/nowhere/report': No such file",
                      done.stderr.decode())
        self.assertNotEqual(done.returncode, 0)

    def test_the_config_file_is_a_dependency(self):
        config = self.write("scope.toml", "level = 'functions'\n")
        source = self.write("work.cc", PROGRAM)
        run(SCOPE, "c++", "-c", f"--scope-config={config}", "-MD", "-MF", self.folder / "deps",
            source, "-o", self.folder / "x.o")
        self.assertIn(str(config), (self.folder / "deps").read_text())

    def test_ccache_never_gives_a_stale_object(self):
        config = self.write("scope.toml", "level = 'functions'\n")
        source = self.write("work.cc", PROGRAM)
        plugin = os.path.realpath(os.path.join(os.path.dirname(SCOPE), "../lib/scope"))
        environment = {**os.environ, "CCACHE_DIR": str(self.folder / "cache"),
                       "CCACHE_EXTRAFILES": f"{config}:{plugin}"}
        counts = []
        for text in ("level = 'functions'\n", "level = 'values'\n", "level = 'functions'\n"):
            config.write_text(text)
            obj = self.folder / "x.o"
            subprocess.run(["ccache", "clang++-19", f"-fplugin={plugin}",
                            f"-fplugin-arg-scope-config={config}", "-c", source, "-o", obj],
                           env=environment, check=True)
            counts.append(len(run(SCOPE, "nodes", obj, "--json").stdout.splitlines()))
        self.assertLess(counts[0], counts[1])
        self.assertEqual(counts[0], counts[2])

    def test_a_build_with_ccache_gets_what_it_asks_for(self):
        config = self.write("scope.toml", "level = 'functions'\n")
        source = self.write("work.cc", PROGRAM)
        obj = self.folder / "x.o"
        environment = {**os.environ, "CCACHE_DIR": str(self.folder / "cache")}

        def count(*options):
            compiler = ["ccache", "clang++-19", "-c", source, "-o", obj]
            run(*([SCOPE, "build", *options, "--"] if options else []), *compiler,
                env=environment)
            nodes = run(SCOPE, "nodes", obj, "--json", check=False)  # fails where there are none
            return len(nodes.stdout.splitlines())

        self.assertEqual(count(), 0)
        functions = count("--level", "functions")
        self.assertGreater(functions, 0)
        self.assertGreater(count("--level", "values"), functions)
        self.assertEqual(count("--config", config), functions)
        config.write_text("level = 'values'\n")
        self.assertGreater(count("--config", config), functions)
        self.assertEqual(count(), 0)

    def test_system_headers_only_when_asked(self):
        text = "#include <vector>\nint main() { std::vector<int> v(3); return v[0]; }\n"
        self.assertEqual({n["function"] for n in self.nodes(text=text)}, {"main"})
        every = {n["function"] for n in self.nodes("--scope-system-headers=on", text=text)}
        self.assertTrue(any("std::vector" in name for name in every))
        self.assertEqual(run(self.program, check=False).returncode, 0)


if __name__ == "__main__":
    unittest.main()
