"""The test suites of leveldb, fmt and googletest pass when they are compiled with the plugin at level
`all`; sources are Debian's source packages. SCOPE_LONG=1 builds all of their tests, not only some.

usage: own_suites_test.py [unittest options]
"""
import os
import pathlib
import unittest

import harness

ROOT = pathlib.Path(__file__).resolve().parents[2]
PLUGIN = pathlib.Path(harness.SCOPE).resolve().parent.parent / "lib/scope"
LONG = "SCOPE_LONG" in os.environ
FLAGS = f"-w -fplugin={PLUGIN} -fplugin-arg-scope-level=all"


class OwnSuitesTest(harness.ScopeTest):
    def build(self, package, targets, *options, folder=""):
        """Builds `targets` with the plugin and returns the build folder."""
        source = harness.run(ROOT / "tools/fetch-source", package).stdout.decode().strip()
        build = self.folder / package
        harness.run("cmake", "-G", "Ninja", "-S", pathlib.Path(source) / folder, "-B", build,
                    "-DCMAKE_BUILD_TYPE=Release", "-DCMAKE_C_COMPILER=clang-19",
                    "-DCMAKE_CXX_COMPILER=clang++-19", f"-DCMAKE_C_FLAGS={FLAGS}",
                    f"-DCMAKE_CXX_FLAGS={FLAGS}", *options)
        only = [] if LONG else ["--target", *targets]
        harness.run("cmake", "--build", build, "-j", "2", *only, timeout=3600)
        return build

    def check(self, build, names=None):
        """Runs the suites with the plugin's code in them, alone and recorded."""
        selected = [] if LONG or not names else ["-R", f"^({'|'.join(names)})$"]
        done = harness.run("ctest", "--test-dir", build, "--output-on-failure", "--timeout", "900",
                           *selected, check=False, timeout=3600)
        self.assertEqual(done.returncode, 0, done.stdout.decode(errors="replace")[-4000:])
        self.assertNotIn(b"No tests were found", done.stdout + done.stderr)

    def recorded(self, *program):
        done = harness.run(harness.SCOPE, "record", "-q", "-d", self.trace, "--limit", "64M", "--",
                           *program, timeout=900)
        self.assertIn(b"[  PASSED  ]", done.stdout)
        self.assertGreater(self.assert_balanced()["stored"], 1_000_000)

    def test_leveldb(self):
        names = ["c_test", "coding_test", "cache_test", "skiplist_test", "log_test", "table_test",
                 "corruption_test", "write_batch_test", "env_posix_test", "arena_test"]
        build = self.build("leveldb", names, "-DLEVELDB_BUILD_BENCHMARKS=OFF", "-DHAVE_SNAPPY=0")
        self.check(build, names)
        self.recorded(build / "skiplist_test")

    def test_fmt(self):
        names = ["core-test", "format-test", "ranges-test", "std-test", "args-test"]
        build = self.build("fmtlib", names, "-DFMT_TEST=ON", "-DFMT_DOC=OFF",
                           "-DCMAKE_CXX_STANDARD=17")
        self.check(build, names)
        self.recorded(build / "bin/format-test")

    def test_googletest(self):
        names = ["gtest_unittest", "googletest-printers-test", "googletest-param-test-test",
                 "gtest-typed-test_test", "googletest-death-test-test"]
        build = self.build("googletest", names, "-Dgtest_build_tests=ON",
                           "-DGTEST_USE_INSTALLED=OFF", folder="googletest")
        self.check(build, names)
        self.recorded(build / "gtest_unittest")


if __name__ == "__main__":
    unittest.main()
