"""Wrong input: one clear line that names the thing, and the documented exit code.

usage: errors_test.py [unittest options]
"""
import os
import pathlib
import shutil
import subprocess
import unittest

import harness

HELLO = """
#include <cstdio>
int Add(int a, int b) { return a + b; }
int main() { int sum = Add(3, 4); std::printf("%d\\n", sum); return 3; }
"""


class ErrorsTest(harness.ScopeTest):
    def fails(self, code, *command, says=()):
        """The command ends with `code` and one line on stderr that holds all of `says`."""
        done = harness.run(harness.SCOPE, *command, check=False)
        errors = done.stderr.decode()
        self.assertEqual(done.returncode, code, errors)
        lines = errors.strip().splitlines()
        self.assertEqual(len(lines), 1, errors)
        self.assertTrue(lines[0].startswith("scope:"), errors)
        for part in says:
            self.assertIn(str(part), lines[0])
        return lines[0]

    def hello(self):
        return self.compile(self.write("hello.cc", HELLO), "-O1")

    def test_a_missing_program(self):
        self.fails(127, "record", "-d", self.trace, "--", "./no-such-program",
                   says=["./no-such-program"])
        self.assertFalse(self.trace.exists())

    def test_a_program_that_may_not_run(self):
        self.fails(126, "record", "-d", self.trace, "--", self.write("text", "x"), says=["text"])

    def test_a_folder_that_is_no_trace(self):
        self.fails(1, "info", "-d", self.folder, says=[self.folder])
        self.fails(1, "replay", "-d", self.folder / "nowhere", says=["nowhere"])

    def test_recording_over_a_folder_that_is_no_trace(self):
        self.trace.mkdir()
        (self.trace / "precious.txt").write_text("mine")
        self.fails(125, "record", "-d", self.trace, "--", self.hello(), says=[self.trace])
        self.assertEqual((self.trace / "precious.txt").read_text(), "mine")

    def test_unknown_options_and_verbs(self):
        self.fails(2, "replay", "--jsno", says=["--jsno", "--json"])
        self.fails(2, "replya", says=["replya", "replay"])
        self.fails(125, "record", "--rnig", "1M", "--", "true", says=["--rnig", "--ring"])
        self.fails(125, "record", "--on-full", "sometimes", "--", "true", says=["sometimes"])
        self.fails(125, "record", "--ring", "lots", "--", "true", says=["lots"])

    def test_an_unknown_variable(self):
        self.record(self.hello(), check=False)
        self.fails(1, "vars", "-d", self.trace, "smu", says=["smu", "sum"])

    def test_a_program_without_instrumented_code(self):
        plain = self.compile(self.write("hello.cc", HELLO), plain=True)
        done = harness.run(harness.SCOPE, "run", "-d", self.trace, "--", plain, check=False)
        self.assertEqual((done.returncode, done.stdout), (3, b"7\n"))
        self.assertIn(b"has no instrumented code", done.stderr)

    def test_a_compiler_that_crashes_ends(self):
        source = self.write("crash.cc", "int Add(int a) { int sum = a + 1;\n"
                                        "#pragma clang __debug crash\n  return sum; }\n")
        environment = dict(os.environ, TMPDIR=str(self.folder))  # for clang's own report
        out = self.folder / "crash.o"
        plain = harness.run("clang++-19", "-c", source, "-o", out, check=False, env=environment)
        done = harness.run(harness.SCOPE, "c++", "-c", source, "-o", out, check=False,
                           env=environment, timeout=60)
        self.assertEqual(done.returncode, plain.returncode)
        self.assertNotEqual(done.returncode, 0)
        self.assertFalse(out.exists())

    def test_exit_codes_are_the_programs_own(self):
        done = self.record(self.hello(), check=False)
        self.assertEqual((done.returncode, done.stdout, done.stderr), (3, b"7\n", b""))
        done = self.record("sh", "-c", "kill -TERM $$", check=False)
        self.assertEqual(done.returncode, 128 + 15)

    def test_a_selection_that_matches_nothing(self):
        program = self.hello()
        for option, glob, says in (("-F", "Ad", b"no function in"), ("-V", "smu", b"no variable in")):
            done = harness.run(harness.SCOPE, "run", "-d", self.trace, option, glob, "--", program,
                               check=False)
            self.assertEqual((done.returncode, done.stdout), (3, b"7\n"))
            self.assertIn(says, done.stderr)
            self.assertIn({"-F": b"'Add'", "-V": b"'sum'"}[option], done.stderr)
        done = self.record(program, options=["-F", "Add"], check=False)
        self.assertEqual(done.stderr, b"")

    def test_a_program_that_crashes_is_said_to(self):
        crash = self.write("crash.c", "int main(void) { int last = 42; *(volatile int*)0 = last; }")
        program = self.compile(crash, "-O2")
        done = harness.run(harness.SCOPE, "run", "-d", self.trace, "--", program, check=False)
        self.assertEqual(done.returncode, 128 + 11)
        self.assertIn(b"killed by signal 11 (Segmentation fault)", done.stderr)
        self.assertEqual(self.values("last"), [42])

    def test_strict_loss(self):
        loop = self.write("loop.c", "int main(void) { unsigned v = 0;"
                                    " for (unsigned i = 0; i < 3000000; ++i) v = i; return v & 1; }")
        program = self.compile(loop, "-O2")
        done = self.record(program, options=["--strict-loss", "--limit", "64K"], check=False)
        self.assertEqual(done.returncode, 3)

    def test_a_truncated_and_a_rotten_trace(self):
        self.record(self.hello(), check=False)
        [file] = [path for path in self.trace.iterdir() if path.stat().st_size > 0]
        whole = file.read_bytes()
        all_events = len(self.events())
        for cut in (0, 7, 16, 20, 40, len(whole) // 2, len(whole) - 1):
            file.write_bytes(whole[:cut])
            done = harness.run(harness.SCOPE, "replay", "-d", self.trace, check=False)
            self.assertIn(done.returncode, (0, 1), done.stderr)
            self.assertTrue(done.stderr.startswith(b"scope:"), (cut, done.stderr))
            self.assertEqual(done.stderr.count(b"\n"), 1, done.stderr)
        for at in range(0, len(whole), max(1, len(whole) // 97)):
            file.write_bytes(whole[:at] + bytes([whole[at] ^ 0x10]) + whole[at + 1:])
            done = harness.run(harness.SCOPE, "replay", "-d", self.trace, "--json", check=False)
            self.assertIn(done.returncode, (0, 1), done.stderr)
            # Either the damage is said, or it was in padding and nothing is missing.
            if not done.stderr:
                self.assertEqual(len(done.stdout.splitlines()), all_events, at)

    def test_a_foreign_clang(self):
        clang = shutil.which("clang++-14")
        if clang is None:
            self.skipTest("needs clang++-14")
        plugin = pathlib.Path(harness.SCOPE).resolve().parent.parent / "lib" / "scope"
        source = self.write("hello.cc", HELLO)
        done = subprocess.run([clang, f"-fplugin={plugin}", "-c", source, "-o", self.folder / "x.o"],
                              capture_output=True)
        self.assertEqual(done.returncode, 1)
        errors = done.stderr.decode()
        for part in ("scope:", "14.0.6", "19", "clang++-19"):
            self.assertIn(part, errors)
        self.assertEqual(len([line for line in errors.splitlines() if "scope:" in line]), 1, errors)

    def test_plugin_options(self):
        source = self.write("hello.cc", HELLO)
        bad = self.write("scope.toml", "levle = 'all'\n")
        for flag, says in (("--scope-level=some", ["some", "functions", "values", "all"]),
                           (f"--scope-config={bad}", ["levle", "scope.toml:1"]),
                           (f"--scope-config={self.folder}/none.toml", ["none.toml"]),
                           ("-fplugin-arg-scope-leevl=all", ["leevl"])):
            done = harness.run(harness.SCOPE, "c++", flag, "-c", source, "-o",
                               self.folder / "x.o", check=False)
            errors = done.stderr.decode()
            self.assertEqual(done.returncode, 1, errors)
            [line] = [line for line in errors.splitlines() if "scope:" in line]
            for part in says:
                self.assertIn(part, line)


if __name__ == "__main__":
    unittest.main()
