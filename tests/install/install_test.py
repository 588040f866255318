"""The installed package: found by CMake and pkg-config, used with clang and gcc, a .deb that goes again.

usage: install_test.py [unittest options]     SCOPE_BUILD names the build tree.
"""
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

import harness

HERE = pathlib.Path(__file__).resolve().parent
BUILD = pathlib.Path(os.environ.get("SCOPE_BUILD", pathlib.Path(harness.SCOPE).parents[1]))


def files_below(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if not path.is_dir())


class InstallTest(harness.ScopeTest):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="scope-stage-")
        cls.addClassCleanup(folder.cleanup)
        cls.stage = pathlib.Path(folder.name) / "usr"
        harness.run("cmake", "--install", BUILD, "--prefix", cls.stage)
        cls.scope = cls.stage / "bin/scope"

    def configure(self, cc, cxx, check=True):
        environment = {**os.environ, "CMAKE_PREFIX_PATH": str(self.stage)}
        build = self.folder / f"build-{cc}"
        done = harness.run("cmake", "-S", HERE / "consumer", "-B", build, "-G", "Ninja",
                           f"-DCMAKE_C_COMPILER={cc}", f"-DCMAKE_CXX_COMPILER={cxx}", check=check,
                           env=environment)
        if check:
            harness.run("cmake", "--build", build)
        return build, done

    def events_of(self, program):
        shutil.rmtree(self.trace, ignore_errors=True)
        # Nothing of the build tree: what the installed command finds beside itself.
        harness.run(self.scope, "record", "-q", "-d", self.trace, "--", program, env={"PATH": os.environ["PATH"]})
        out = harness.run(self.scope, "replay", "-d", self.trace, "--json").stdout
        return [json.loads(line) for line in out.splitlines()]

    def test_a_clang_project_is_instrumented_with_its_config(self):
        build, _ = self.configure("clang-19", "clang++-19")
        events = self.events_of(build / "hello")
        values = [(e["name"], e["value"]) for e in events if e["kind"] in ("init", "metric")]
        self.assertEqual(values, [("doubled", 42), ("answer", 42), ("answer", 42.0)])
        self.assertNotIn("NotWanted", {e["function"].split("::")[-1] for e in events})
        self.assertEqual([e["value"] for e in self.events_of(build / "by_hand") if e["kind"] == "value"], [84])
        harness.run(build / "buffer")

    def test_a_gcc_project_reports_by_hand(self):
        build, _ = self.configure("gcc", "g++")
        self.assertEqual([(e["kind"], e["name"], e["value"]) for e in self.events_of(build / "by_hand")],
                         [("enter", "Half", None), ("value", "n", 84), ("exit", "Half", None)])
        harness.run(build / "buffer")

    def assert_reads(self, values):
        self.events_of(self.folder / "by_hand")
        done = harness.run(values, self.trace)
        self.assertEqual(done.stdout, b"n = 84\nemitted 3\n")
        self.assertEqual(harness.run(values, self.folder, check=False).returncode, 1)

    def test_the_trace_reader_is_a_library_for_both_compilers(self):
        for cc, cxx in (("clang-19", "clang++-19"), ("gcc", "g++")):
            with self.subTest(cc):
                build, _ = self.configure(cc, cxx)
                shutil.copy(build / "by_hand", self.folder)
                self.assert_reads(build / "values")

    def test_pkg_config_links_the_trace_reader(self):
        folder, = (path.parent for path in self.stage.rglob("scope-trace.pc"))
        environment = {**os.environ, "PKG_CONFIG_PATH": str(folder)}
        flags = harness.run("pkg-config", "--cflags", "--libs", "scope-trace", env=environment)
        harness.run("g++", "-std=c++20", HERE / "consumer/values.cc",
                    *flags.stdout.decode().split(), "-o", self.folder / "values")
        harness.run("gcc", f"-I{self.stage}/include", HERE / "consumer/by_hand.c", "-o",
                    self.folder / "by_hand")
        self.assert_reads(self.folder / "values")

    def assert_queries(self, query):
        self.events_of(self.folder / "by_hand")
        done = harness.run(query, self.trace, "SELECT value FROM values UNION SELECT count(*) FROM events")
        self.assertEqual(done.stdout, b"3\n84\n")
        self.assertEqual(harness.run(query, self.trace, "SELEC", check=False).returncode, 2)

    def test_sql_is_a_library_for_both_compilers(self):
        for cc, cxx in (("clang-19", "clang++-19"), ("gcc", "g++")):
            with self.subTest(cc):
                build, _ = self.configure(cc, cxx)
                shutil.copy(build / "by_hand", self.folder)
                self.assert_queries(build / "query")

    def test_pkg_config_links_sql(self):
        folder, = (path.parent for path in self.stage.rglob("scope-query.pc"))
        environment = {**os.environ, "PKG_CONFIG_PATH": str(folder)}
        flags = harness.run("pkg-config", "--cflags", "--libs", "scope-query", env=environment)
        harness.run("g++", "-std=c++20", HERE / "consumer/query.cc",
                    *flags.stdout.decode().split(), "-o", self.folder / "query")
        harness.run("gcc", f"-I{self.stage}/include", HERE / "consumer/by_hand.c", "-o",
                    self.folder / "by_hand")
        self.assert_queries(self.folder / "query")

    def test_pkg_config_links_the_ring_buffer(self):
        folder, = (path.parent for path in self.stage.rglob("scope-ring-buffer.pc"))
        environment = {**os.environ, "PKG_CONFIG_PATH": str(folder)}
        flags = harness.run("pkg-config", "--cflags", "--libs", "scope-ring-buffer", env=environment)
        program = self.folder / "buffer"
        harness.run("g++", "-std=c++20", HERE / "consumer/buffer.cc", "-o", program,
                    *flags.stdout.decode().split())
        library, = self.stage.rglob("libscope_ring_buffer.so")
        harness.run(program, env={**os.environ, "LD_LIBRARY_PATH": str(library.parent)})

    def test_without_the_libraries_of_the_trace_reader_the_rest_is_found(self):
        project = self.folder / "bare"
        project.mkdir()
        for components, code in (("", 0), ("COMPONENTS trace", 1)):
            (project / "CMakeLists.txt").write_text(
                "cmake_minimum_required(VERSION 3.25)\nproject(Bare C)\n"
                f"find_package(Scope REQUIRED {components})\n")
            done = harness.run("cmake", "-S", project, "-B", self.folder / f"bare{code}",
                               "-DCMAKE_DISABLE_FIND_PACKAGE_absl=ON",
                               f"-DCMAKE_PREFIX_PATH={self.stage}", check=False)
            self.assertEqual(done.returncode, code, done.stderr)
        self.assertIn("libabsl-dev", " ".join(done.stderr.decode().split()))

    def test_instrumenting_with_gcc_is_one_clear_error(self):
        project = self.folder / "wrong"
        project.mkdir()
        (project / "CMakeLists.txt").write_text(
            "cmake_minimum_required(VERSION 3.25)\nproject(Wrong CXX)\nfind_package(Scope REQUIRED)\n"
            "add_executable(app app.cc)\nscope_instrument(app)\n")
        (project / "app.cc").write_text("int main() {}\n")
        done = harness.run("cmake", "-S", project, "-B", self.folder / "b", "-DCMAKE_CXX_COMPILER=g++",
                           f"-DCMAKE_PREFIX_PATH={self.stage}", check=False)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("needs clang 19, but the compiler", " ".join(done.stderr.decode().split()))

    def test_pkg_config_knows_the_headers_and_the_plugin(self):
        folders = [path.parent for path in self.stage.rglob("scope.pc")]
        self.assertEqual(len(folders), 1)
        environment = {**os.environ, "PKG_CONFIG_PATH": str(folders[0])}
        flags = harness.run("pkg-config", "--cflags", "scope", env=environment).stdout.decode().split()
        plugin = harness.run("pkg-config", "--variable=plugin", "scope", env=environment).stdout.decode()
        self.assertTrue(pathlib.Path(plugin.strip()).is_file(), plugin)
        harness.run("gcc", *flags, HERE / "consumer/by_hand.c", "-o", self.folder / "by_hand")
        self.assertEqual(len(self.events_of(self.folder / "by_hand")), 3)

    def test_the_installed_doctor_finds_everything(self):
        done = harness.run(self.scope, "doctor", "--json", env={"PATH": os.environ["PATH"]}, check=False)
        checks = {c["what"]: c["ok"] for c in json.loads(done.stdout)["checks"]}
        self.assertTrue(checks["plugin"] and checks["runtime"], checks)

    def test_every_installed_header_compiles_alone(self):
        done = harness.run("python3", HERE.parent / "tidy/headers_test.py", HERE.parents[1])
        self.assertIn(b", 0 failed", done.stdout)
        self.assertTrue((self.stage / "include/scope/report.h").is_file())

    def test_the_deb_installs_and_leaves_nothing_behind(self):
        if os.geteuid() != 0:
            self.skipTest("dpkg needs root")
        harness.run("cpack", "--config", BUILD / "CPackConfig.cmake", "-G", "DEB", "-B", self.folder / "deb")
        package, = (self.folder / "deb").glob("*.deb")
        fields = harness.run("dpkg-deb", "-f", package).stdout.decode()
        self.assertIn("Package: scope", fields)
        self.assertIn("clang-19", fields)
        root = self.folder / "root"
        for name in ("var/lib/dpkg/updates", "var/lib/dpkg/info", "var/lib/dpkg/triggers"):
            (root / name).mkdir(parents=True)
        for name in ("status", "available"):
            (root / "var/lib/dpkg" / name).touch()
        dpkg = ["dpkg", f"--root={root}", "--force-depends", "--force-script-chrootless",
                f"--log={self.folder / 'dpkg.log'}"]
        harness.run(*dpkg, "-i", package)
        self.assertTrue((root / "usr/bin/scope").is_file())
        self.assertTrue((root / "usr/lib/llvm-19/lib/scope").is_file())
        out = harness.run(root / "usr/bin/scope", "--version").stdout
        self.assertTrue(out.startswith(b"scope "), out)
        harness.run(*dpkg, "--purge", "scope")
        self.assertEqual(files_below(root / "usr") if (root / "usr").exists() else [], [])


if __name__ == "__main__":
    unittest.main()
