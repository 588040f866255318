"""The plugin, compiled with itself, makes the objects that it made before, byte for byte.

usage: self_test.py [unittest options]     SCOPE_LONG=1: all of its files, more programs
"""
import os
import pathlib
import shlex
import shutil
import unittest
from concurrent.futures import ThreadPoolExecutor

import harness

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(harness.SCOPE).resolve().parent.parent
PLUGIN = BUILD / "lib/scope-clang19.so"
LEVEL = "-fplugin-arg-scope-level="
LONG = "SCOPE_LONG" in os.environ
# What ids, tables, maps and the form of events are made by.
PARTS = ("node_ids.cc", "subtree_hash.cc", "node_tables.cc", "events.cc", "event_groups.cc")
PROGRAMS = ROOT / "tests/golden/compiler_plugin"


class SelfTest(harness.ScopeTest):
    def recompile(self, command):
        """Runs one of the build's compilations with the plugin. Returns the old and new object."""
        words = [word for word in shlex.split(command) if not word.endswith("/ccache")]
        old = words[words.index("-o") + 1]
        new = self.folder / old.replace("/", "_")
        words[words.index("-o") + 1] = new
        for word, arguments in (("-MD", 0), ("-MT", 1), ("-MF", 1)):
            at = words.index(word)
            del words[at:at + 1 + arguments]
        harness.run(*words, f"-fplugin={PLUGIN}", f"{LEVEL}values", cwd=BUILD)
        return old, str(new)

    def build(self):
        """Returns the plugin that was compiled with the plugin."""
        commands = harness.run("ninja", "-C", BUILD, "-t", "commands", "scope_compiler_plugin").stdout
        *others, link = commands.decode().splitlines()
        wanted = [command for command in others if "/compiler_plugin/" in command and
                  (command.endswith(".cc") if LONG else command.endswith(PARTS))]
        self.assertGreaterEqual(len(wanted), len(PARTS))
        with ThreadPoolExecutor(2) as pool:
            new_objects = dict(pool.map(self.recompile, wanted))
        words = [new_objects.get(word, word) for word in shlex.split(link) if word not in (":", "&&")]
        made = self.folder / "scope-clang19.so"
        words[words.index("-o") + 1] = made
        harness.run(*words, cwd=BUILD)
        return made

    def compile(self, plugin, source, *flags, under=()):
        out = self.folder / "x.o"
        compiler = "clang-19" if source.suffix == ".c" else "clang++-19"
        standard = [] if source.suffix == ".c" else ["-std=c++20"]
        harness.run(*under, compiler, f"-fplugin={plugin}", f"{LEVEL}all", *standard, *flags, "-w",
                    "-g", "-fopenmp", "-fblocks", "-c", source, "-o", out)
        return out.read_bytes()

    def test_it_compiles_as_it_did(self):
        traced = self.build()
        nodes = harness.run(harness.SCOPE, "nodes", traced, "--json").stdout
        self.assertGreater(nodes.count(b"\n"), 500)
        sources = sorted((PROGRAMS / "programs").iterdir())
        if LONG:
            sources += sorted((PROGRAMS / "constructs").glob("*.c*"))
        same = 0
        for source in sources:
            for flag in ("-O0", "-O2"):
                with self.subTest(source=source.name, flag=flag):
                    plain = self.compile(PLUGIN, source, flag)
                    self.assertEqual(self.compile(traced, source, flag), plain)
                    same += 1
        print(f"{same} objects are the same as the plain plugin's")
        # And while it is recorded.
        source = PROGRAMS / "programs/classic.c"
        record = (harness.SCOPE, "record", "-q", "-d", self.trace, "--")
        self.assertEqual(self.compile(traced, source, "-O2", under=record),
                         self.compile(PLUGIN, source, "-O2"))
        self.assertGreater(self.info()["events"], 1000)
        shutil.rmtree(self.trace)


if __name__ == "__main__":
    unittest.main()
