"""Random C programs print the same checksum without the plugin, with it at -O0 to -O3, and while
recorded.

SCOPE_CSMITH sets how many (default 60; 2,000 with SCOPE_LONG), SCOPE_CSMITH_SEED the first seed.
Programs that do not end within a second when compiled plainly are passed over and replaced by the
next seed. Every fourth one is as large as csmith makes them; the others are small, so that there
can be many.

usage: csmith_test.py [unittest options]
"""
import concurrent.futures
import itertools
import os
import pathlib
import subprocess
import unittest

import harness

PROGRAMS = int(os.environ.get("SCOPE_CSMITH", "2000" if "SCOPE_LONG" in os.environ else "60"))
FIRST_SEED = int(os.environ.get("SCOPE_CSMITH_SEED", "1"))
INCLUDE = next(pathlib.Path("/usr/include").glob("csmith*/csmith.h"), pathlib.Path("none")).parent
SMALL = ["--max-funcs", "4", "--max-block-depth", "3", "--max-block-size", "3",
         "--max-expr-complexity", "6", "--max-array-dim", "2", "--max-array-len-per-dim", "5"]
LEVELS = ["all", "values"]
OPTIMIZE = ["-O0", "-O1", "-O2", "-O3"]


def outcome(*command, seconds=60):
    done = harness.run(*command, check=False, timeout=seconds)
    return done.returncode, done.stdout


class CsmithTest(harness.ScopeTest):
    def build(self, source, compiler, *flags):
        program = source.with_suffix(f".{len(list(source.parent.iterdir()))}")
        harness.run(*compiler, *flags, "-w", f"-I{INCLUDE}", source, "-o", program)
        return program

    def differs(self, seed):
        """None when the program does not end; otherwise what differs from the plain outcome."""
        folder = self.folder / str(seed)
        folder.mkdir()
        source = folder / "random.c"
        harness.run("csmith", "--seed", seed, *(SMALL if seed % 4 else []), "-o", source,
                    cwd=folder)
        # Without undefined behaviour, the optimisation does not count.
        plain = self.build(source, ["clang-19"], "-O0")
        try:
            expected = outcome(plain, seconds=1)
        except subprocess.TimeoutExpired:
            return None
        wrong = []
        for number, optimize in enumerate(OPTIMIZE):
            level = LEVELS[(number + seed) % 2]
            traced = self.build(source, [harness.SCOPE, "cc"], optimize, f"--scope-level={level}")
            commands = {"alone": [traced]}
            if number == seed % 4:
                commands["recorded"] = [harness.SCOPE, "record", "-q", "-d", folder / "data",
                                        "--limit", "8M", "--", traced]
            for how, command in commands.items():
                got = outcome(*command)
                if got != expected:
                    wrong.append(f"{optimize} --scope-level={level}, {how}: {got}, not {expected}")
        harness.run("rm", "-rf", folder)
        return wrong

    def test_checksums_are_equal(self):
        done, seeds = 0, itertools.count(FIRST_SEED)
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            while done < PROGRAMS:
                some = list(itertools.islice(seeds, min(PROGRAMS - done, 100)))
                for seed, wrong in zip(some, pool.map(self.differs, some)):
                    self.assertFalse(wrong, f"csmith --seed {seed}")
                    done += wrong is not None
        print(f"csmith: {done} programs at -O0 to -O3, 0 mismatches")


if __name__ == "__main__":
    unittest.main()
