"""A process with many instrumented binaries: each is recorded, and its child's, too.

usage: modules_test.py [unittest options]
"""
import struct
import unittest

import harness

LIBRARIES = 1000  # more than fit into a process's own file and a first one beside it

LIBRARY = 'extern "C" int Compute(int n) { int tripled = n * 3; return tripled; }\n'

# Loads all of them, calls each; a fork calls each again; closes every second, and loads it again.
PROGRAM = r"""
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>
static void* libraries[1000];
static void load(const char* folder, int i) {
  char path[4096];
  snprintf(path, sizeof path, "%s/lib%d.so", folder, i);
  libraries[i] = dlopen(path, RTLD_NOW);
  if (libraries[i] == 0) { puts(dlerror()); exit(1); }
}
static void call(int i, int n) {
  int (*compute)(int) = (int (*)(int))dlsym(libraries[i], "Compute");
  if (compute(n) != 3 * n) exit(2);
}
int main(int argc, char** argv) {
  int count = atoi(argv[2]), status = 0;
  for (int i = 0; i < count; ++i) load(argv[1], i);
  for (int i = 0; i < count; ++i) call(i, i);
  if (fork() == 0) {
    for (int i = 0; i < count; ++i) call(i, 10000 + i);
    _exit(0);
  }
  if (wait(&status) < 0 || status != 0) return 3;
  for (int i = 0; i < count; i += 2) dlclose(libraries[i]);
  for (int i = 0; i < count; i += 2) load(argv[1], i);
  for (int i = 0; i < count; ++i) call(i, 20000 + i);
  return argc != 3;
}
"""

BUILD_ID = bytes(range(1, 17))


class ModulesTest(harness.ScopeTest):
    def setUp(self):
        super().setUp()
        base = self.folder / "base.so"
        harness.run(harness.SCOPE, "c++", "-O1", "-shared", "-fPIC",
                    f"-Wl,--build-id=0x{BUILD_ID.hex()}", self.write("lib.cc", LIBRARY), "-o", base)
        image = base.read_bytes()
        self.assertEqual(image.count(BUILD_ID), 1)
        for i in range(LIBRARIES):
            other = image.replace(BUILD_ID, struct.pack("<QQ", i + 1, 1))
            (self.folder / f"lib{i}.so").write_bytes(other)
        self.program = self.compile(self.write("loads.c", PROGRAM), "-O1")

    def test_none_needs_thread_local_memory(self):
        sections = harness.run("readelf", "-lW", self.folder / "base.so").stdout.decode()
        self.assertNotIn("TLS", sections)
        harness.run(self.program, self.folder, LIBRARIES)  # with nobody listening

    def test_each_of_many_binaries_is_recorded(self):
        for options in ([], ["-V", "tripled"]):
            with self.subTest(options):
                self.record(self.program, self.folder, LIBRARIES, options=options)
                expected = [3 * (base + i) for base in (0, 10000, 20000) for i in range(LIBRARIES)]
                self.assertEqual(sorted(self.values("tripled")), expected)
                sums = self.assert_balanced()
                self.assertEqual((sums["dropped"], sums["torn"]), (0, 0))
                info = self.info()
                self.assertEqual(info["dropped_without_ring"], 0)
                loaded = {module["path"] for module in info["modules"]}
                self.assertEqual(len(loaded), LIBRARIES + 1)


if __name__ == "__main__":
    unittest.main()
