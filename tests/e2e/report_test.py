"""Events reported by hand (scope/report.h): every compiler, each function, on and off.

usage: report_test.py [unittest options]
"""
import itertools
import os
import pathlib
import shutil
import subprocess
import unittest

import harness

INCLUDE = pathlib.Path(__file__).resolve().parents[2] / "sdk/include"
PROGRAMS = pathlib.Path(__file__).resolve().parent / "programs"

C_COMPILERS = [c for c in ("gcc", "clang-14", "clang-19") if shutil.which(c)]
CXX_COMPILERS = [c for c in ("g++", "clang++-14", "clang++-19") if shutil.which(c)]

CXX = r"""
#include <scope/report.h>
#include <string>
template <typename T> T Twice(T x) { SCOPE_FUNCTION(); SCOPE_VALUE(x); return x + x; }
inline long Inline(long n) { SCOPE_VALUE(n); return n * 2; }
enum class Color : unsigned char { Green = 200 };
namespace {
struct Box { int side; int Area() const { SCOPE_FUNCTION(); SCOPE_VALUE(side % 4); return side * side; } };
}
#if defined(LIBRARY)
long FromLibrary(long n);
#else
#define FromLibrary(n) Inline(n)
#endif
int main() {
  SCOPE_FUNCTION();
  int sum = 0;
  for (int i = 0; i < 3; ++i) { SCOPE_LOOP("turns", i); sum += Twice(i); SCOPE_VALUE(sum); }
  SCOPE_VALUE(Twice(2.5));
  SCOPE_VALUE(Color::Green);
  SCOPE_VALUE(true);
  SCOPE_VALUE('c');
  SCOPE_VALUE(static_cast<signed char>(-3));
  SCOPE_VALUE(FromLibrary(21));
  { SCOPE_ZONE("load"); SCOPE_PLOT("speed", 3.25); SCOPE_BRANCH(sum > 2); SCOPE_MATCH("a box", false); }
  SCOPE_VALUE(Box{6}.Area());
  return 0;
}
"""
CXX_EXPECTED = [
    ("enter", "main", None), ("iteration", "turns", 0), ("enter", "Twice", None), ("value", "x", 0),
    ("exit", "Twice", None), ("value", "sum", 0), ("iteration", "turns", 1), ("enter", "Twice", None),
    ("value", "x", 1), ("exit", "Twice", None), ("value", "sum", 2), ("iteration", "turns", 2),
    ("enter", "Twice", None), ("value", "x", 2), ("exit", "Twice", None), ("value", "sum", 6),
    ("enter", "Twice", None), ("value", "x", 2.5), ("exit", "Twice", None), ("value", "Twice(2.5)", 5.0),
    ("value", "Color::Green", 200), ("value", "true", True), ("value", "'c'", "c"),
    ("value", "static_cast<signed char>(-3)", -3), ("value", "n", 21), ("value", "FromLibrary(21)", 42),
    ("enter", "load", None), ("metric", "speed", 3.25), ("branch", "sum > 2", True),
    ("match", "a box", False), ("exit", "load", None), ("enter", "Area", None),
    ("value", "side % 4", 2), ("exit", "Area", None), ("value", "Box{6}.Area()", 36),
    ("exit", "main", None)]

C = r"""
#include <scope/report.h>
static int half(int n) {
  SCOPE_FUNCTION();
  SCOPE_VALUE(n);
  return n / 2;
}
int main(void) {
  const double ratio = 0.5;
  const unsigned long long big = 1ull << 63;
  SCOPE_ZONE_BEGIN(work, "work");
  SCOPE_VALUE(half(10));
  SCOPE_VALUE(ratio);
  SCOPE_VALUE(big);
  SCOPE_PLOT("load", half(3));
  SCOPE_ZONE_END(work);
  return 0;
}
"""
C_EXPECTED = [
    ("enter", "work", None), ("enter", "half", None), ("value", "n", 10), ("exit", "half", None),
    ("value", "half(10)", 5), ("value", "ratio", 0.5), ("value", "big", 1 << 63),
    ("enter", "half", None), ("value", "n", 3), ("exit", "half", None), ("metric", "load", 1.0),
    ("exit", "work", None)]


def build(compiler, source, program, *flags):
    harness.run(compiler, "-Wall", "-Wextra", "-Werror", f"-I{INCLUDE}", *flags, source, "-o", program)


class ReportTest(harness.ScopeTest):
    def reported(self):
        return [(e["kind"], e["function"] if e["kind"] in ("enter", "exit") else e["name"], e["value"])
                for e in self.events()]

    def record_new(self, program, *arguments, **options):
        shutil.rmtree(self.trace, ignore_errors=True)
        return self.record(program, *arguments, **options)

    def test_every_compiler_and_level_reports_the_same_cxx(self):
        source = self.write("app.cc", CXX)
        for compiler, level in itertools.product(CXX_COMPILERS, ("-O0", "-O1", "-O2", "-O3")):
            with self.subTest(compiler=compiler, level=level):
                build(compiler, source, self.folder / "app", "-std=c++17", level)
                self.record_new(self.folder / "app")
                self.assertEqual(self.reported(), CXX_EXPECTED)
                self.assert_balanced()

    def test_every_compiler_and_level_reports_the_same_c(self):
        source = self.write("app.c", C)
        for compiler, level in itertools.product(C_COMPILERS, ("-O0", "-O2")):
            with self.subTest(compiler=compiler, level=level):
                build(compiler, source, self.folder / "app", "-std=c11", level)
                self.record_new(self.folder / "app")
                self.assertEqual(self.reported(), C_EXPECTED)

    def test_places_have_file_line_function_and_a_stable_id(self):
        source = self.write("app.c", C)
        build("gcc", source, self.folder / "app", "-std=c11")
        self.record_new(self.folder / "app")
        first = {e["name"]: e for e in self.events() if e["kind"] == "value"}
        self.assertEqual(first["n"]["line"], 5)
        self.assertEqual(first["n"]["function"], "half")
        self.assertEqual(first["n"]["file"], str(source))
        self.write("app.c", "\n\n" + C.replace("SCOPE_VALUE(ratio);", "SCOPE_VALUE(ratio); (void)0;"))
        build("clang-19", source, self.folder / "app", "-std=c11", "-O2")
        self.record_new(self.folder / "app")
        second = {e["name"]: e for e in self.events() if e["kind"] == "value"}
        self.assertEqual(second["n"]["line"], 7)
        self.assertEqual({name: e["node"] for name, e in first.items()},
                         {name: e["node"] for name, e in second.items()})

    def test_a_shared_library_and_its_program_share_one_order(self):
        library = self.write("library.cc", "#include <scope/report.h>\n"
                             "long FromLibrary(long n) { SCOPE_VALUE(n); return n * 2; }\n")
        build("g++", library, self.folder / "liblibrary.so", "-shared", "-fPIC", "-O2")
        source = self.write("app.cc", CXX)
        build("clang++-19", source, self.folder / "app", "-std=c++17", "-DLIBRARY", "-O2",
              f"-L{self.folder}", f"-Wl,-rpath,{self.folder}", "-Wl,--no-as-needed", "-llibrary")
        self.record_new(self.folder / "app")
        self.assertEqual(self.reported(), CXX_EXPECTED)

    def test_objects_of_the_plugin_and_by_hand_share_one_order(self):
        self.write("by_hand.c", "#include <scope/report.h>\n"
                   "int Half(int n) { SCOPE_FUNCTION(); SCOPE_VALUE(n); return n / 2; }\n")
        harness.run("gcc", f"-I{INCLUDE}", "-c", self.folder / "by_hand.c", "-o", self.folder / "by_hand.o")
        source = self.write("app.cc", '#include <scope/report.h>\nextern "C" int Half(int);\n'
                            "int main() {\n  int a = 0;\n  {\n    SCOPE_ZONE(\"both\");\n"
                            "    a = Half(8);\n  }\n  int b = a + 1;\n  return b != 5;\n}\n")
        harness.run(harness.SCOPE, "c++", f"-I{INCLUDE}", source, self.folder / "by_hand.o", "-o",
                    self.folder / "app")
        self.record_new(self.folder / "app")
        events = [(e["kind"], e["function"], e["name"], e["value"]) for e in self.events()
                  if e["kind"] in ("enter", "exit", "init", "assign", "value")]
        self.assertEqual(events, [
            ("enter", "main", "main", None), ("init", "main", "a", 0), ("enter", "both", "both", None),
            ("enter", "Half", "Half", None), ("value", "Half", "n", 8),
            ("exit", "Half", "Half", None), ("assign", "main", "a", 4),
            ("exit", "both", "both", None), ("init", "main", "b", 5), ("exit", "main", "main", None)])
        self.assertEqual(sum(e.get("unwound", 0) for e in self.events()), 0)

    def test_a_value_is_evaluated_once_recorded_or_not(self):
        source = self.write("app.c", "#include <scope/report.h>\n#include <stdio.h>\n"
                            "static int count;\nstatic int next(void) { return ++count; }\n"
                            "int main(void) { SCOPE_VALUE(next()); printf(\"%d\\n\", count); return 0; }\n")
        build("gcc", source, self.folder / "app")
        self.assertEqual(harness.run(self.folder / "app").stdout, b"1\n")
        self.assertEqual(self.record_new(self.folder / "app").stdout, b"1\n")
        self.assertEqual(self.record_new(self.folder / "app", options=("-V", "next")).stdout, b"1\n")

    def test_disabled_leaves_the_object_file_as_if_nothing_was_there(self):
        plain = ["int work(int n);\n", "int work(int n) {\n", "  ;\n", "  ;\n", "  return n + 1;\n", "}\n"]
        marked = ["#include <scope/report.h>\nint work(int n);\n", "int work(int n) {\n",
                  "  SCOPE_ZONE(\"work\");\n", "  SCOPE_VALUE(n); SCOPE_PLOT(\"n\", n);\n",
                  "  return n + 1;\n", "}\n"]
        for compiler, level in itertools.product(C_COMPILERS + CXX_COMPILERS, ("-O0", "-O2")):
            with self.subTest(compiler=compiler, level=level):
                objects = []
                for name, lines in ("plain", plain), ("marked", marked):
                    folder = self.folder / name
                    folder.mkdir(exist_ok=True)
                    suffix = "cc" if "++" in compiler else "c"
                    (folder / f"work.{suffix}").write_text("".join(lines))
                    harness.run(compiler, level, f"-I{INCLUDE}", "-DSCOPE_DISABLE", "-c", f"work.{suffix}",
                                cwd=folder)
                    objects.append((folder / "work.o").read_bytes())
                self.assertEqual(objects[0], objects[1])

    def test_selection_waits_for_the_answer_and_loses_no_first_event(self):
        source = self.write("app.cc", CXX)
        build("g++", source, self.folder / "app", "-std=c++17", "-O2")
        self.record_new(self.folder / "app", options=("-V", "sum"))
        self.assertEqual(self.reported(), [("value", "sum", 0), ("value", "sum", 2), ("value", "sum", 6)])
        self.record_new(self.folder / "app", options=("-F", "Twice"))
        self.assertEqual(self.reported(), [e for e in CXX_EXPECTED if e[1] in ("Twice", "x")])

    def test_vars_shows_a_plot(self):
        source = self.write("app.c", "#include <scope/report.h>\n"
                            "int main(void) { for (int i = 0; i < 1000; ++i) SCOPE_PLOT(\"speed\", i * 0.5); }\n")
        build("gcc", source, self.folder / "app", "-O2")
        self.record_new(self.folder / "app")
        out = harness.run(harness.SCOPE, "vars", "-d", self.trace, "speed").stdout.decode()
        self.assertIn("1,000 values", out)
        self.assertIn("499.5", out)

    def test_a_fork_has_its_parents_places_and_its_own(self):
        source = self.write("app.c", r"""
#include <scope/report.h>
#include <sys/wait.h>
#include <unistd.h>
static void both(int n) { SCOPE_VALUE(n); }
int main(void) {
  both(1);
  if (fork() == 0) {
    int child = 7;
    both(2);
    SCOPE_VALUE(child);
    if (fork() == 0) { both(3); SCOPE_VALUE(child + 1); _exit(0); }
    wait(NULL);
    _exit(0);
  }
  wait(NULL);
  both(4);
  return 0;
}
""")
        build("gcc", source, self.folder / "app")
        self.record_new(self.folder / "app")
        by_thread = {}
        for event in self.events():
            by_thread.setdefault(event["thread"], []).append((event["name"], event["value"]))
        self.assertEqual(sorted(by_thread.values()), [
            [("n", 1), ("n", 4)], [("n", 2), ("child", 7)], [("n", 3), ("child + 1", 8)]])
        self.assert_balanced()

    def test_many_threads_declare_and_report_at_once(self):
        places = "".join(f"  SCOPE_VALUE(n + {i});\n" for i in range(300))
        source = self.write("app.cc", "#include <scope/report.h>\n#include <thread>\n#include <vector>\n"
                            f"static void Work(int n) {{\n{places}}}\n"
                            "int main() { std::vector<std::thread> t;\n"
                            "for (int i = 0; i < 8; ++i) t.emplace_back([i] { for (int k = 0; k < 50; ++k) Work(i); });\n"
                            "for (auto& each : t) each.join(); }\n")
        build("g++", source, self.folder / "app", "-O1", "-pthread")
        self.record_new(self.folder / "app")
        sums = self.assert_balanced()
        self.assertEqual(sums["stored"], 300 * 8 * 50)
        events = self.events()
        self.assertEqual(len({e["name"] for e in events}), 300)
        for event in events[:5000]:
            _, offset = event["name"].split(" + ")
            self.assertIn(event["value"] - int(offset), range(8))

    def test_doctor_knows_that_a_binary_reports_by_hand(self):
        source = self.write("app.c", C)
        build("gcc", source, self.folder / "app", "-std=c11")
        done = harness.run(harness.SCOPE, "doctor", self.folder / "app", check=False).stdout.decode()
        self.assertIn("reports by hand (scope/report.h)", done)
        build("gcc", source, self.folder / "plain", "-std=c11", "-DSCOPE_DISABLE", "-Wno-unused")
        done = harness.run(harness.SCOPE, "doctor", self.folder / "plain", check=False).stdout.decode()
        self.assertIn("no instrumented code", done)

    def test_nothing_is_left_in_shared_memory(self):
        before = set(os.listdir("/dev/shm"))
        source = self.write("app.c", C)
        build("gcc", source, self.folder / "app", "-std=c11")
        self.record_new(self.folder / "app")
        self.assertEqual({name for name in set(os.listdir("/dev/shm")) - before if "scope" in name}, set())

    def test_a_killed_program_leaves_all_its_events(self):
        source = self.write("app.c", "#include <scope/report.h>\n#include <signal.h>\n"
                            "int main(void) { for (int i = 0; i < 1000; ++i) SCOPE_VALUE(i);\n"
                            "raise(SIGKILL); return 0; }\n")
        build("gcc", source, self.folder / "app")
        subprocess.run([harness.SCOPE, "record", "-q", "-d", str(self.trace), "--",
                        str(self.folder / "app")], check=False, timeout=120)
        self.assertEqual([e["value"] for e in self.events()], list(range(1000)))


if __name__ == "__main__":
    unittest.main()
