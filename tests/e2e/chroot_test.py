"""Programs that change their root, or are started where the recording cannot be reached.

usage: chroot_test.py [unittest options]
"""
import os
import pathlib
import shutil
import unittest

import harness

# One value before the root is changed; afterwards a new thread, a child, and a library.
CHANGES_ROOT = r"""
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
static void* work(void* n) { long seen = (long)n; return (void*)seen; }
int main(int argc, char** argv) {
  pthread_t thread;
  work((void*)1L);
  if (strcmp(argv[2], "close") == 0) {
    /* What takes the place of a closed descriptor is not the recording's. */
    for (int i = 3; i < 4096; ++i) close(i);
    for (int i = 3; i < 1024; ++i) if (open(argv[1], O_RDONLY) < 0) return 9;
  }
  if (chroot(argv[1]) || chdir("/")) return 1;
  work((void*)2L);
  if (pthread_create(&thread, 0, work, (void*)3L) || pthread_join(thread, 0)) return 2;
  int status = 0;
  if (fork() == 0) { work((void*)4L); _exit(0); }
  if (wait(&status) < 0 || status != 0) return 3;
  if (argc > 3) {
    void* library = dlopen(argv[3], RTLD_NOW);
    if (library == 0) { puts(dlerror()); return 4; }
    ((int (*)(int))dlsym(library, "Compute"))(5);
  }
  puts("done");
  return 0;
}
"""

LIBRARY = "int Compute(int n) { int seen = n; return seen; }\n"


@unittest.skipIf(os.geteuid() != 0, "only root may change its root")
class ChrootTest(harness.ScopeTest):
    def setUp(self):
        super().setUp()
        self.root = self.folder / "inside"
        self.root.mkdir()

    def copy(self, *paths):
        for path in paths:
            target = self.root / str(path).lstrip("/")
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, target)

    def libraries(self, program):
        """The files that a program needs to start."""
        lines = harness.run("ldd", program).stdout.decode().split()
        return [word for word in lines if word.startswith("/")]

    def test_a_program_that_changes_its_root_goes_on_being_recorded(self):
        program = self.compile(self.write("changes.c", CHANGES_ROOT), "-O1", "-pthread")
        library = self.root / "libseen.so"
        harness.run(harness.SCOPE, "cc", "-O1", "-shared", "-fPIC", "-Wl,--build-id",
                    self.write("seen.c", LIBRARY), "-o", library)
        # A library that only the program can see is read while the program waits for its switches.
        for options, late, seen in (([], [], [1, 2, 3, 4]),
                                    (["-V", "seen"], ["/libseen.so"], [1, 2, 3, 4, 5])):
            with self.subTest(options):
                done = self.record(program, self.root, "keep", *late, options=options)
                self.assertEqual(done.stdout, b"done\n")
                self.assertEqual(sorted(self.values("seen")), seen)
                self.assertEqual(self.info()["dropped_without_ring"], 0)
                sums = self.assert_balanced()
                self.assertEqual((sums["dropped"], sums["torn"]), (0, 0))

    def test_what_is_out_of_reach_is_counted_and_nothing_else_is_touched(self):
        program = self.compile(self.write("changes.c", CHANGES_ROOT), "-O1", "-pthread")
        done = harness.run(harness.SCOPE, "record", "-d", self.trace, "-V", "seen", "--", program,
                           self.root, "close")
        self.assertEqual(done.stdout, b"done\n")
        self.assertEqual(list(self.root.iterdir()), [])
        self.assertEqual(sorted(self.values("seen")), [1, 2])
        self.assertIn(b"out of its own reach", done.stderr)
        self.assertGreater(self.info()["dropped_without_ring"], 0)

    def test_a_program_inside_another_root_runs_unrecorded_or_is_recorded(self):
        program = self.compile(self.write("seven.c", "int main(void) { int seen = 7; return seen; }\n"),
                               "-O1")
        self.copy(program, *self.libraries(program))
        done = harness.run(harness.SCOPE, "record", "-d", self.trace, "--", "chroot", self.root,
                           program, check=False)
        self.assertEqual(done.returncode, 7, done.stderr)
        self.assertIn(b"chroot has no instrumented code", done.stderr)
        self.assertIn(b"where /dev/shm and libscope_rt.so can be reached", done.stderr)
        self.assertEqual(self.events(), [])

        # With the runtime and the recording's folder inside, it is recorded as anywhere.
        runtime = pathlib.Path(harness.SCOPE).resolve().parent.parent / "lib" / "libscope_rt.so"
        self.copy(runtime, *self.libraries(runtime))
        (self.root / "dev" / "shm").mkdir(parents=True)
        done = harness.run("unshare", "-m", "sh", "-ec",
                           f"mount --bind /dev/shm {self.root}/dev/shm; exec \"$@\"", "sh",
                           harness.SCOPE, "record", "-d", self.trace, "--", "chroot", self.root,
                           program, check=False)
        if b"unshare" in done.stderr:
            self.skipTest("mount namespaces are not allowed here")
        self.assertEqual(done.returncode, 7, done.stderr)
        self.assertEqual(self.values("seen"), [7])


if __name__ == "__main__":
    unittest.main()
