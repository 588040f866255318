"""Files of a session that are somebody else's, of another version, or cut short: one line each, and the rest is whole.

usage: foreign_files_test.py [unittest options]
"""
import os
import pathlib
import signal
import struct
import subprocess
import unittest

import harness

# For each line on stdin a thread that reports a hundred values and ends.
THREADS = r"""
#include <pthread.h>
#include <stdio.h>
static void* Work(void* first) {
  for (long i = 0; i < 100; ++i) { long value = (long)first + i; (void)value; }
  return NULL;
}
__attribute__((annotate("scope:ignore"))) int main(void) {
  char line[16];
  long first = 0;
  puts("ready");
  fflush(stdout);
  while (fgets(line, sizeof line, stdin) != NULL) {
    pthread_t thread;
    pthread_create(&thread, NULL, Work, (void*)first);
    pthread_join(thread, NULL);
    first += 100;
    puts("done");
    fflush(stdout);
  }
  return 0;
}
"""
LAYOUT_AT = 8  # in each file, behind its magic


class ForeignFilesTest(harness.ScopeTest):
    def start(self):
        self.program = self.compile(self.write("threads.c", THREADS), "-O1", "-pthread")
        self.running = subprocess.Popen(
            [harness.SCOPE, "record", "-d", self.trace, "-V", "value", "--ring", "16K", "--",
             self.program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.addCleanup(self.running.wait)
        self.addCleanup(self.running.kill)
        for stream in (self.running.stdin, self.running.stdout, self.running.stderr):
            self.addCleanup(stream.close)
        self.assertEqual(self.running.stdout.readline(), b"ready\n")
        children = f"/proc/{self.running.pid}/task/{self.running.pid}/children"
        self.pid = int(pathlib.Path(children).read_text().split()[0])
        variables = pathlib.Path(f"/proc/{self.pid}/environ").read_bytes().split(b"\0")
        [folder] = [v.split(b"=", 1)[1] for v in variables if v.startswith(b"SCOPE_SESSION=")]
        self.session = pathlib.Path(folder.decode())
        self.thread()  # the binary is known

    def thread(self):
        self.running.stdin.write(b"\n")
        self.running.stdin.flush()
        self.assertEqual(self.running.stdout.readline(), b"done\n")

    def spoil_one_of_three(self, spoil):
        """The second of three threads has its ring spoiled before the collector sees it."""
        self.start()
        self.running.send_signal(signal.SIGSTOP)
        os.waitid(os.P_PID, self.running.pid, os.WSTOPPED)
        for spoils in (False, True, False):
            before = set(self.session.glob("ring-*"))
            self.thread()
            [ring] = set(self.session.glob("ring-*")) - before
            if spoils:
                spoil(ring)
        self.running.send_signal(signal.SIGCONT)
        self.running.stdin.close()
        said = self.running.stderr.read().decode()
        self.assertEqual(self.running.wait(), 0, said)
        values = self.values("value")
        self.assertEqual([v for v in values if not 200 <= v < 300],
                         [*range(0, 200), *range(300, 400)])
        self.assert_balanced()
        return said, [v for v in values if 200 <= v < 300]

    def assert_refused(self, spoil, text):
        said, values = self.spoil_one_of_three(spoil)
        self.assertEqual([line for line in said.splitlines() if text in line][1:], [])
        self.assertIn(text, said)
        self.assertEqual(values, [])

    def write_layout(self, path, layout=99):
        with open(path, "r+b") as file:
            file.seek(LAYOUT_AT)
            file.write(struct.pack("<I", layout))

    def test_a_ring_of_another_version(self):
        self.assert_refused(self.write_layout, "a thread is not recorded")

    def test_something_in_place_of_a_ring(self):
        def replace(path):
            path.unlink()
            path.mkdir()
        self.assert_refused(replace, "a thread is not recorded")

    @unittest.skipUnless(os.geteuid() == 0, "needs another user")
    def test_a_ring_of_another_user(self):
        self.assert_refused(lambda path: os.chown(path, 65534, 65534), "is no file of ours")

    def test_a_ring_that_was_cut_short(self):
        for size in (100, 4096):
            self.assert_refused(lambda path, size=size: os.truncate(path, size),
                                f"has only {size} bytes")

    def test_a_session_of_another_version(self):
        self.start()
        self.running.kill()
        self.running.wait()
        self.write_layout(self.session / "control")
        listed = harness.run(harness.SCOPE, "recover", "--list").stdout.decode()
        self.assertIn(f"{self.session} (made by another version of scope)", listed)
        done = harness.run(harness.SCOPE, "recover", self.pid, check=False)
        self.assertEqual((done.returncode, len(done.stderr.splitlines())), (1, 1))
        self.assertIn(f"{self.session} was made by another version of scope, which must recover it",
                      done.stderr.decode())
        harness.run("rm", "-r", self.session)


if __name__ == "__main__":
    unittest.main()
