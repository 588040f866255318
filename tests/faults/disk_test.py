"""A full output disk and a full /dev/shm: the program goes on, the loss is said.

Uses small tmpfs mounts in a mount namespace of its own; needs the right to make one.

usage: disk_test.py [unittest options]
"""
import json
import subprocess
import unittest

import harness

COUNT = r"""
#include <stdio.h>
int main(void) {
  unsigned value = 0;
  for (unsigned i = 0; i < 3000000; ++i) value = value * 1664525u + 1013904223u;
  printf("%u\n", value);
  return 7;
}
"""


def in_namespace(script):
    return subprocess.run(["unshare", "-m", "sh", "-ec", script], capture_output=True, timeout=300)


class DiskTest(harness.ScopeTest):
    def setUp(self):
        super().setUp()
        if subprocess.run(["unshare", "-m", "true"], capture_output=True).returncode != 0:
            self.skipTest("needs the right to make a mount namespace")
        self.program = self.compile(self.write("count.c", COUNT), "-O2")
        self.output = harness.run(self.compile(self.folder / "count.c", plain=True),
                                  check=False).stdout

    def test_a_full_output_disk(self):
        small = self.folder / "small"
        small.mkdir()
        done = in_namespace(f"""
            mount -t tmpfs -o size=1M tmpfs {small}
            code=0
            {harness.SCOPE} record -q -d {small}/scope.data --limit 1G -- {self.program} || code=$?
            {harness.SCOPE} info -d {small}/scope.data --json > {self.folder}/info.json
            exit $code""")
        self.assertEqual(done.returncode, 7, done.stderr)
        self.assertEqual(done.stdout, self.output)
        self.assertIn(b"scope:", done.stderr)
        self.assertIn(b"No space left on device", done.stderr)
        self.assertNotIn(b"--limit raises", done.stderr)
        info = json.loads((self.folder / "info.json").read_text())
        self.assertGreater(info["events"], 0)
        self.assertIn("No space left on device", info["failure"])

    def test_a_full_shared_memory(self):
        done = in_namespace(f"""
            mount -t tmpfs -o size=64K tmpfs /dev/shm
            code=0
            {harness.SCOPE} record -d {self.trace} --ring 4M -- {self.program} || code=$?
            exit $code""")
        self.assertEqual(done.returncode, 7, done.stderr)
        self.assertEqual(done.stdout, self.output)
        self.assertIn(b"/dev/shm", done.stderr)

    def test_a_size_limit_stops_capture_and_not_the_program(self):
        done = self.record(self.program, options=["--limit", "256K"], check=False)
        self.assertEqual(done.returncode, 7)
        self.assertEqual(done.stdout, self.output)
        info = self.info()
        self.assertTrue(info["limit_reached"])
        sums = self.assert_balanced(info)
        self.assertGreater(sums["dropped"], 0)
        self.assertLess(info["bytes"], 2 * 1024 * 1024)


if __name__ == "__main__":
    unittest.main()
