"""The plugin, compiled with itself, makes the objects that it made before, byte for byte.

usage: self_test.py [unittest options]
"""
import os
import pathlib
import unittest

import harness

ROOT = pathlib.Path(__file__).resolve().parents[2]
PLUGIN = pathlib.Path(harness.SCOPE).resolve().parent.parent / "lib/scope-clang19.so"
LEVEL = "-fplugin-arg-scope-level="


class SelfTest(harness.ScopeTest):
    def build(self):
        """Returns the plugin that was compiled with the plugin."""
        flags = f"-fplugin={PLUGIN} {LEVEL}values"
        build = self.folder / "build"
        # ccache does not look into plugins.
        environment = {**os.environ, "CCACHE_DISABLE": "1"}
        harness.run("cmake", "-G", "Ninja", "-S", ROOT, "-B", build, "-DCMAKE_BUILD_TYPE=Release",
                    "-DCMAKE_C_COMPILER=clang-19", "-DCMAKE_CXX_COMPILER=clang++-19",
                    f"-DCMAKE_C_FLAGS={flags}", f"-DCMAKE_CXX_FLAGS={flags}", env=environment)
        harness.run("ninja", "-j2", "-C", build, "scope_compiler_plugin", env=environment, timeout=3000)
        return next(build.rglob("scope-clang19.so"))

    def compile(self, plugin, source, flag):
        out = self.folder / "x.o"
        compiler = "clang-19" if source.suffix == ".c" else "clang++-19"
        standard = [] if source.suffix == ".c" else ["-std=c++20"]
        harness.run(compiler, f"-fplugin={plugin}", f"{LEVEL}all", *standard, flag, "-w", "-g", "-c",
                    source, "-o", out)
        return out.read_bytes()

    def test_it_compiles_as_it_did(self):
        traced = self.build()
        nodes = harness.run(harness.SCOPE, "nodes", traced, "--json").stdout
        self.assertGreater(nodes.count(b"\n"), 4_000)
        for source in sorted((ROOT / "tests/golden/compiler_plugin/programs").iterdir()):
            for flag in ("-O0", "-O2"):
                with self.subTest(source=source.name, flag=flag):
                    self.assertEqual(self.compile(traced, source, flag),
                                     self.compile(PLUGIN, source, flag))


if __name__ == "__main__":
    unittest.main()
