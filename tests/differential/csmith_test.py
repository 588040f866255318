"""Random C programs print the same checksum without the plugin, with it, and while recorded.

SCOPE_CSMITH sets how many (default 50), SCOPE_CSMITH_SEED the first seed. Programs that do not end
within a second when compiled plainly are passed over and replaced by the next seed.

usage: csmith_test.py [unittest options]
"""
import os
import pathlib
import subprocess
import unittest

import harness

PROGRAMS = int(os.environ.get("SCOPE_CSMITH", "50"))
FIRST_SEED = int(os.environ.get("SCOPE_CSMITH_SEED", "1"))
INCLUDE = next(pathlib.Path("/usr/include").glob("csmith*/csmith.h"), pathlib.Path("none")).parent


class CsmithTest(harness.ScopeTest):
    def outcome(self, *command, seconds=60):
        done = harness.run(*command, check=False, timeout=seconds)
        return done.returncode, done.stdout

    def differs(self, source, flag, level):
        """None when the program does not end; otherwise the outcomes that are not the plain one."""
        plain = self.compile(source, flag, "-w", f"-I{INCLUDE}", plain=True)
        try:
            expected = self.outcome(plain, seconds=1)
        except subprocess.TimeoutExpired:
            return None
        traced = self.compile(source, flag, "-w", f"-I{INCLUDE}", f"--scope-level={level}")
        record = [harness.SCOPE, "record", "-q", "-d", self.trace, "--limit", "8M", "--", traced]
        return [outcome for outcome in (self.outcome(traced), self.outcome(*record))
                if outcome != expected]

    def test_checksums_are_equal(self):
        done, seed = 0, FIRST_SEED
        while done < PROGRAMS:
            source = self.folder / "random.c"
            harness.run("csmith", "--seed", seed, "-o", source)
            results = [self.differs(source, "-O0", "all"), self.differs(source, "-O2", "values")]
            if None not in results:
                done += 1
                self.assertEqual(results, [[], []], f"csmith --seed {seed}")
            seed += 1
        print(f"csmith: {done} programs at -O0 and -O2, 0 mismatches")


if __name__ == "__main__":
    unittest.main()
