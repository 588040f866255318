"""scope export --to bundle makes one file that every reading verb opens; scope info --verify says whether each
byte of a trace can be believed.

usage: bundle_test.py [unittest options]
"""
import json
import unittest

import harness

PROGRAM = r"""
#include <stdio.h>
static int square(int x) { int result = x * x; return result; }
int main(void) {
  long sum = 0;
  for (int i = 0; i < 20000; ++i) sum += square(i % 100);
  printf("%ld\n", sum);
  return 0;
}
"""
HEADER_BYTES = 32  # of a block


class BundleTest(harness.ScopeTest):
    def setUp(self):
        super().setUp()
        self.record(self.compile(self.write("squares.c", PROGRAM), "-g"))
        self.file = self.trace / "events.scope"
        self.bundle = self.folder / "squares.scope"

    def scope(self, *words, check=True):
        return harness.run(harness.SCOPE, *words, check=check)

    def verified(self, trace):
        done = self.scope("info", "--verify", "--json", "-d", trace, check=False)
        found = json.loads(done.stdout)
        self.assertEqual(done.returncode, 0 if found["whole"] else 1, done)
        return found

    def test_every_reading_verb_opens_a_bundle(self):
        self.scope("export", "--to", "bundle", self.bundle, "-d", self.trace)
        for verb in (["report"], ["replay", "--json", "-F", "main"], ["vars", "sum"], ["vars"]):
            self.assertEqual(self.scope(*verb, "-d", self.bundle).stdout,
                             self.scope(*verb, "-d", self.trace).stdout.replace(
                                 str(self.trace).encode(), str(self.bundle).encode()), verb)
        info = json.loads(self.scope("info", "--json", "-d", self.bundle).stdout)
        self.assertTrue(info["complete"])
        self.assertEqual(info["events"], self.info()["events"])
        self.assertTrue(self.verified(self.bundle)["whole"])

    def test_a_trace_that_is_whole(self):
        found = self.verified(self.trace)
        self.assertTrue(found["whole"], found)
        self.assertEqual(found["events"], self.info()["events"])
        self.assertEqual(found["bytes"], self.file.stat().st_size)
        self.assertGreater(found["index_blocks"], 0)
        self.assertIn(b"every checksum is right", self.scope("info", "--verify", "-d", self.trace).stdout)

    def test_the_first_bad_block_is_named(self):
        blocks = self.blocks()
        for number in (1, len(blocks) // 2, len(blocks) - 1):
            data = bytearray(self.file.read_bytes())
            data[blocks[number] + HEADER_BYTES + 3] ^= 4
            damaged = self.folder / "damaged.scope"
            damaged.write_bytes(data)
            found = self.verified(damaged)
            self.assertFalse(found["whole"])
            self.assertEqual(found["blocks"], number)
            self.assertIn(f"block {number} ", found["bad"])
            self.assertIn(f"at byte {blocks[number]}", found["bad"])
            done = self.scope("export", "--to", "bundle", self.bundle, "-d", damaged)
            self.assertIn(f"block {number} ".encode(), done.stderr)
            self.assertEqual(self.verified(self.bundle)["blocks"], number)

    def test_a_trace_that_was_cut_off(self):
        blocks = self.blocks()
        cut = self.folder / "cut.scope"
        cut.write_bytes(self.file.read_bytes()[:blocks[-1]])
        found = self.verified(cut)
        self.assertEqual((found["whole"], found["bad"]), (False, ""))
        self.assertIn(b"cut off", self.scope("info", "--verify", "-d", cut, check=False).stdout)

    def test_what_cannot_be_exported(self):
        cases = ((["--to", "bundle", self.bundle, "-d", self.folder / "none"], 1, b"no trace in"),
                 (["--to", "csv", self.bundle, "-d", self.trace], 2, b"bundle"),
                 (["--to", "bundle", "-d", self.trace], 2, b"FILE"),
                 (["--to", "bundle", self.file, "-d", self.trace], 1, b"the trace itself"),
                 (["--to", "bundle", self.folder / "no/such/file", "-d", self.trace], 1, b"no/such/file: No such file"))
        for words, code, text in cases:
            done = self.scope("export", *words, check=False)
            self.assertEqual(done.returncode, code, words)
            self.assertIn(text, done.stderr)
        self.assertEqual(list(self.folder.glob("*.part")), [])
        self.assertTrue(self.verified(self.trace)["whole"])

    def blocks(self):
        """Where each block begins."""
        data = self.file.read_bytes()
        at, places = 16, []
        while at < len(data):
            places.append(at)
            payload = int.from_bytes(data[at + 16:at + 24], "little")
            at += HEADER_BYTES + (payload + 7) // 8 * 8
        return places


if __name__ == "__main__":
    unittest.main()
