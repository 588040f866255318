"""Executables and libraries find a thread's ring in different ways: mixed, loaded late, left and joined again.

usage: thread_cursor_test.py [unittest options]
"""
import collections
import unittest

import harness
from attach_harness import AttachedTest

PART = r"""
extern "C" __attribute__((noinline)) int NAME(int n) { volatile int sink = n; return sink + 1; }
"""
# Commands on stdin: steps of the executable's two objects, of a library, or of its threads.
MAIN = r"""
#include <cstdio>
#include <cstdlib>
#include <dlfcn.h>
#include <thread>
extern "C" int Fixed(int), Movable(int);
__attribute__((annotate("scope:ignore"))) int main(int, char** argv) {
  char line[64];
  int (*library)(int) = (int (*)(int))dlsym(dlopen(argv[1], RTLD_NOW), "Library");
  std::puts("ready");
  std::fflush(stdout);
  while (std::fgets(line, sizeof line, stdin) != nullptr) {
    int count = std::atoi(line + 1);
    auto work = [&] {
      for (int i = 0; i < count; ++i) {
        if (line[0] == 'f') Fixed(i);
        if (line[0] == 'm') Movable(i);
        if (line[0] == 'l') library(i);
        if (line[0] == 't') { library(i); Fixed(i); Movable(i); }
      }
    };
    if (line[0] == 't') std::thread(work).join(); else work();
    std::puts("done");
    std::fflush(stdout);
  }
  return 7;
}
"""


class ThreadCursorTest(AttachedTest):
    def build(self, first):
        """The order of objects decides whose copy of what both have is kept."""
        parts = {}
        for name, flag in (("Fixed", "-fPIE"), ("Movable", "-fPIC"), ("Library", "-fPIC")):
            parts[name] = self.folder / f"{name}.o"
            harness.run(harness.SCOPE, "c++", "-O2", flag, "--scope-level=functions", "-c",
                        self.write(f"{name}.cc", PART.replace("NAME", name)), "-o", parts[name])
        harness.run("clang++-19", "-shared", parts["Library"], "-o", self.folder / "library.so")
        rest = {"Fixed", "Movable"} - {first}
        harness.run("clang++-19", "-O2", "-pthread", parts[first], *(parts[name] for name in rest),
                    self.write("main.cc", MAIN), "-ldl", "-o", self.folder / "mixed")
        return self.folder / "mixed"

    def entered(self):
        self.assert_balanced()
        return dict(collections.Counter(event["function"].split("(")[0] for event in self.events()
                                        if event["kind"] == "enter"))

    def test_recorded_from_the_beginning(self):
        for first in ("Fixed", "Movable"):
            program = self.build(first)
            self.record(program, self.folder / "library.so",
                        input=b"l100\nf1000\nm1000\nt5000\nl1000\n", check=False)
            self.assertEqual(self.entered(), {"Library": 6100, "Fixed": 6000, "Movable": 6000})

    def test_attached_to_by_an_event_of_each(self):
        for first in ("Fixed", "Movable"):
            program = self.build(first)
            for command in "flmt":
                self.begin(program, self.folder / "library.so")
                self.attach()
                self.do(f"{command}10")
                self.do("t100")
                self.detach()
                counts = collections.Counter(self.entered())
                # In the first call the event that loads the runtime is there, too.
                expected = {"Fixed": 100, "Library": 100, "Movable": 100}
                for name, letter in (("Fixed", "f"), ("Library", "l"), ("Movable", "m")):
                    expected[name] += 10 * (command in (letter, "t"))
                self.assertEqual(counts, expected)
                self.end()

    def test_recordings_in_which_one_of_them_is_silent(self):
        self.begin(self.build("Fixed"), self.folder / "library.so")
        # Rings of other sizes, so that none comes to lie where another was.
        for commands, ring in (("fl", "1M"), ("l", "2M"), ("l", "64K"), ("l", "4M"), ("f", "32K"),
                               ("m", "1M"), ("lmf", "16K")):
            self.attach("--ring", ring)
            for command in commands:
                self.do(f"{command}50")
            self.detach()
            names = {"f": "Fixed", "l": "Library", "m": "Movable"}
            self.assertEqual(self.entered(), {names[command]: 50 for command in commands})
        self.end()
        self.assertEqual(self.running.returncode, 7)


if __name__ == "__main__":
    unittest.main()
