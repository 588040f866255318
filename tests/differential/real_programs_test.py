"""Real programs behave the same without the plugin, with it, and while they are recorded.

Lua runs the demo's script, zlib its own example and minigzip, tinyxml2 its own xmltest; sources are
Debian's source packages. Compared are the output, the files written and the exit code.

usage: real_programs_test.py [unittest options]
"""
import hashlib
import pathlib
import shutil
import unittest

import harness

ROOT = pathlib.Path(__file__).resolve().parents[2]
CAPTURE_LIMIT = "64M"


def fetch(package):
    return pathlib.Path(harness.run(ROOT / "tools/fetch-source", package).stdout.decode().strip())


class RealProgramsTest(harness.ScopeTest):
    def compare(self, build, use):
        """`build(compiler, output, flag)` makes a program; `use(prefix, folder)` runs it and returns
        what it did. `prefix` is the command line up to its arguments."""
        for flag in ("-O0", "-O2"):
            with self.subTest(flag=flag):
                plain, traced = self.folder / f"plain{flag}", self.folder / f"traced{flag}"
                build(False, plain, flag)
                build(True, traced, flag)
                record = [harness.SCOPE, "record", "-q", "-d", self.trace,
                          "--limit", CAPTURE_LIMIT, "--", traced]
                expected = use([plain], self.work())
                self.assertEqual(use([traced], self.work()), expected)
                self.assertEqual(use(record, self.work()), expected)
                self.assertGreater(self.assert_balanced()["stored"], 0)

    def work(self):
        folder = self.folder / "work"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        return folder

    @staticmethod
    def command(traced, language):
        if traced:
            return [harness.SCOPE, language]
        return {"cc": ["clang-19"], "c++": ["clang++-19"]}[language]

    @staticmethod
    def outcome(done, folder):
        files = {path.name: hashlib.sha256(path.read_bytes()).hexdigest()
                 for path in folder.rglob("*") if path.is_file()}
        return done.returncode, done.stdout, done.stderr, files

    def test_lua(self):
        def build(traced, output, flag):
            harness.run(ROOT / "tools/demo/build-lua", output, *self.command(traced, "cc"), flag, "-w")

        def use(prefix, folder):
            done = harness.run(*prefix, ROOT / "tools/demo/demo.lua", cwd=folder, check=False)
            self.assertEqual(done.returncode, 0)
            return self.outcome(done, folder)

        self.compare(build, use)

    def zlib(self, program, use):
        source = fetch("zlib")

        def build(traced, output, flag):
            harness.run(*self.command(traced, "cc"), flag, "-w", "-DHAVE_UNISTD_H",
                        "-DHAVE_STDARG_H", f"-I{source}", *sorted(source.glob("*.c")),
                        source / "test" / f"{program}.c", "-o", output)

        self.compare(build, use)

    def test_zlib_example(self):
        def use(prefix, folder):
            done = harness.run(*prefix, folder / "out.gz", check=False)
            self.assertEqual(done.returncode, 0)
            return done.returncode, done.stdout, done.stderr

        self.zlib("example", use)

    def test_zlib_minigzip(self):
        text = (ROOT / "LICENSE").read_bytes() * 20

        def use(prefix, folder):
            (folder / "text").write_bytes(text)
            packed = harness.run(*prefix, folder / "text", check=False)
            middle = self.outcome(packed, folder)
            unpacked = harness.run(*prefix, "-d", folder / "text.gz", check=False)
            self.assertEqual((folder / "text").read_bytes(), text)
            return middle, self.outcome(unpacked, folder)

        self.zlib("minigzip", use)

    def test_tinyxml2(self):
        source = fetch("tinyxml2")

        def build(traced, output, flag):
            harness.run(*self.command(traced, "c++"), flag, "-w", source / "tinyxml2.cpp",
                        source / "xmltest.cpp", "-o", output)

        def use(prefix, folder):
            shutil.copytree(source / "resources", folder / "resources")
            (folder / "resources/out").mkdir(exist_ok=True)
            done = harness.run(*prefix, cwd=folder, check=False)
            self.assertIn(b"Pass ", done.stdout)
            self.assertIn(b"Fail 0", done.stdout)
            # The parsing time that it prints differs from run to run.
            lines = [line for line in done.stdout.splitlines() if b"milli-seconds" not in line]
            return done.returncode, lines, self.outcome(done, folder)[3]

        self.compare(build, use)


if __name__ == "__main__":
    unittest.main()
