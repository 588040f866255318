"""The literal `-fplugin=scope`, and an installed scope, work with nothing else.

usage: plugin_name_test.py [unittest options]
"""
import os
import pathlib
import subprocess
import unittest

import harness

HELLO = """
#include <cstdio>
int main() { int answer = 42; std::printf("%d\\n", answer); return 0; }
"""
BUILD = pathlib.Path(harness.SCOPE).resolve().parent.parent


class PluginNameTest(harness.ScopeTest):
    def test_the_build_tree_is_usable(self):
        source, program = self.write("hello.cc", HELLO), self.folder / "hello"
        environment = dict(os.environ, LD_LIBRARY_PATH=str(BUILD / "lib"))
        harness.run("clang++-19", "-fplugin=scope", source, "-o", program, env=environment)
        alone = harness.run(program)
        self.assertEqual((alone.stdout, alone.stderr), (b"42\n", b""))
        recorded = self.record(program)
        self.assertEqual(recorded.stdout, b"42\n")
        self.assertEqual(self.values("answer"), [42])

    def test_an_installed_scope_is_complete(self):
        prefix = self.folder / "usr"
        harness.run("cmake", "--install", BUILD, "--prefix", prefix)
        scope = prefix / "bin/scope"
        source, program = self.write("hello.cc", HELLO), self.folder / "hello"
        harness.run(scope, "c++", source, "-o", program)
        harness.run(scope, "record", "-q", "-d", self.trace, "--", program)
        self.assertEqual(self.values("answer"), [42])
        doctor = harness.run(scope, "doctor", program)
        self.assertIn(b"ok", doctor.stdout)
        # Where clang 19 of this prefix, and only it, would look for -fplugin=scope.
        plugin = prefix / "lib/llvm-19/lib/scope"
        environment = dict(os.environ, LD_LIBRARY_PATH=str(plugin.parent))
        harness.run("clang++-19", "-fplugin=scope", source, "-o", program, env=environment)
        harness.run(scope, "record", "-q", "-d", self.trace, "--", program)
        self.assertEqual(self.values("answer"), [42])

    def test_objects_mix_with_plain_ones(self):
        main = self.write("main.cc", "int Half(int); int main() { return Half(84) - 42; }")
        half = self.write("half.cc", "int Half(int n) { int half = n / 2; return half; }")
        harness.run("clang++-19", "-c", main, "-o", self.folder / "main.o")
        harness.run(harness.SCOPE, "c++", "-c", half, "-o", self.folder / "half.o")
        for linker in ("clang++-19", "g++"):
            for objects in (("main.o", "half.o"), ("half.o", "main.o")):
                for flags in ((), ("-Wl,--gc-sections",)):
                    program = self.folder / "program"
                    harness.run(linker, *flags, *(self.folder / name for name in objects),
                                "-o", program)
                    self.assertEqual(subprocess.run([program]).returncode, 0)
                    self.record(program)
                    self.assertEqual(self.values("half"), [42])


if __name__ == "__main__":
    unittest.main()
