"""Events by hand of a program that runs already, compiled by any compiler.

usage: attach_by_hand_test.py [unittest options]
"""
import os
import pathlib
import signal
import time
import unittest

import harness
from attach_harness import AttachedTest

INCLUDE = pathlib.Path(__file__).resolve().parents[2] / "sdk/include"

# Commands on stdin: a number of steps; "oN" opens a zone that stays open and makes N steps, "c"
# closes it; "fN" makes steps in a child; "n" reports at a place that was not reached before.
BY_HAND = r"""
#define _DEFAULT_SOURCE
#include <scope/report.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>
static void Step(int count) {
  SCOPE_ZONE_BEGIN(zone, "step");
  SCOPE_VALUE(count);
  SCOPE_ZONE_END(zone);
}
static const char* const names[] = {"one", "two", "three", "four"};
int main(int argc, char** argv) {
  char line[64];
  int next = 0, named = 0;
  scope_correlation open_zone = 0;
  SCOPE_SITE_ENTER(outer, "outer");
  const char* password = "canary-canary";
  if (argc > 1) scope_redact(argv[1]);
  puts("ready");
  fflush(stdout);
  while (fgets(line, sizeof line, stdin) != NULL) {
    const int count = atoi(line + (line[0] > '9'));
    if (line[0] == 'o') open_zone = scope_report_function_entry(&outer);
    if (line[0] == 'c') scope_report_function_exit(open_zone, kScopeExitReturn);
    if (line[0] == 'n') {
      scope_report_expression_value(
          scope_site_named(kScopeEventValue, kScopeValueI32, "m", "main", names[named], 1), named);
      ++named;
    }
    if (line[0] == 's') { SCOPE_VALUE(password); continue; }
    if (line[0] == 'e') execl("/bin/cat", "cat", (char*)0);
    if (line[0] == 'k') {
      const int child = fork();
      if (child == 0) for (int i = 0; ; ++i) { Step(i); usleep(500); if (getppid() == 1) _exit(0); }
      printf("%d\n", child);
      fflush(stdout);
      continue;
    }
    if (line[0] == 'f' && fork() == 0) { for (int i = 0; i < count; ++i) Step(i); _exit(0); }
    if (line[0] == 'f') wait(NULL);
    if (line[0] != 'f') for (int i = 0; i < count; ++i) Step(next++);
    puts("done");
    fflush(stdout);
  }
  return 7;
}
"""

# Threads that report without end, and one after the other new ones that do so for a moment.
BUSY = r"""
#include <scope/report.h>
#include <cstdio>
#include <thread>
#include <unistd.h>
static void Count(long end) {
  for (long turn = 0; turn < end; ++turn) {
    SCOPE_ZONE("turn");
    SCOPE_VALUE(turn);
    if (turn % 8 == 0) usleep(500);
  }
}
int main() {
  std::puts("ready");
  std::fflush(stdout);
  for (int i = 0; i < 3; ++i) std::thread(Count, 1L << 60).detach();
  std::thread([] { for (;;) std::thread(Count, 100).join(); }).detach();
  return getchar() == EOF ? 7 : 8;
}
"""

# Two binaries: one has a secret, the other knows that it is one.
SECRET = r"""
#include <scope/report.h>
#include <cstdio>
#include <initializer_list>
void Hide(const char* glob);
int main() {
  for (const char* glob : {GLOBS}) Hide(glob);
  std::puts("ready");
  std::fflush(stdout);
  for (int c; (c = getchar()) != EOF;) {
    const char* password = "canary-canary";
    int harmless = 42;
    SCOPE_VALUE(password);
    SCOPE_VALUE(harmless);
    if (c != '\n') continue;
    std::puts("done");
    std::fflush(stdout);
  }
}
"""
HIDE = r"""
#include <scope/report.h>
void Hide(const char* glob) { scope_redact(glob); }
"""


class AttachByHandTest(AttachedTest):
    def begin_by_hand(self, compiler, *arguments, flags=()):
        source = self.write("hand.cc" if "+" in compiler else "hand.c", BY_HAND)
        program = self.folder / "hand"
        command = [harness.SCOPE, compiler] if compiler in ("cc", "c++") else [compiler]
        harness.run(*command, "-O1", "-I", INCLUDE, *flags, source, "-o", program)
        self.begin(program, *arguments)

    def counts(self):
        """Values of `count`, in order; every zone must be whole."""
        info = self.info()
        self.assert_balanced(info)
        self.assertEqual(sum(t["dropped"] + t["torn"] for t in info["threads"]), 0)
        events = [event for event in self.events() if event["file"].endswith(("hand.c", "hand.cc"))
                  and event["kind"] in ("enter", "value", "exit")]
        steps = [event for event in events if event["function"] in ("step", "Step")]
        values = [event["value"] for event in steps if event["name"] == "count"]
        for kind in ("enter", "exit"):
            self.assertEqual(len([e for e in steps if e["kind"] == kind and e["function"] == "step"]),
                             len(values))
        return values

    def test_every_compiler(self):
        for compiler in ("gcc", "g++", "clang-19", "clang++-19", "clang-14"):
            with self.subTest(compiler):
                self.begin_by_hand(compiler)
                self.do("10")
                self.attach()
                self.do("100")
                self.detach()
                self.do("50")
                self.assertEqual(self.counts(), list(range(10, 110)))
                self.end()
                self.assertEqual(self.running.returncode, 7)

    def test_every_way_to_build(self):
        other = self.write("other.c", '#include <scope/report.h>\n'
                           'void Other(int n); void Other(int n) { SCOPE_VALUE(n); }\n')
        for flags in (("-O0",), ("-flto",), ("-O2", "-ffunction-sections", "-fdata-sections",
                      "-Wl,--gc-sections"), ("-fsanitize=address",), ("-fno-pie", "-no-pie"),
                      ("-finstrument-functions", "-Wl,-s"), ("-std=c11", "-pedantic-errors", "-Werror")):
            with self.subTest(flags):
                self.begin_by_hand("gcc", flags=(*flags, other))
                for begin in (0, 10):
                    self.attach()
                    self.do("7")
                    self.detach()
                    self.do("3")
                    self.assertEqual(self.counts(), list(range(begin, begin + 7)))
                self.end()

    def test_beside_compiled_nodes(self):
        self.begin_by_hand("c++")
        for begin in (0, 40, 80):
            self.attach()
            self.do("30")
            self.detach()
            self.do("10")
            self.assertEqual(self.counts(), list(range(begin, begin + 30)))
            entered = [e for e in self.events() if e["kind"] == "enter" and e["function"] == "Step"]
            self.assertEqual(len(entered), 30)

    def test_again_with_places_of_before_and_new_ones(self):
        self.begin_by_hand("gcc")
        for turn in range(4):
            self.attach()
            self.do("5")
            self.do("n")  # a place of its own each time
            self.do("2")
            self.detach()
            self.do("3")
            self.assertEqual(self.counts(), list(range(10 * turn, 10 * turn + 7)))
            self.assertEqual([(e["name"], e["value"]) for e in self.events() if e["file"] == "m"],
                             [(["one", "two", "three", "four"][turn], turn)])
        self.assertLess(len(self.shared_memory()), 10)

    def test_a_zone_that_is_open_when_the_recording_changes(self):
        self.begin_by_hand("gcc")
        self.do("o1")  # nobody listens
        self.attach()
        self.do("c")
        self.do("o1")
        self.detach()
        self.trace = self.folder / "second.data"
        self.attach()
        self.do("c")
        self.do("3")
        self.detach()
        self.assertEqual(self.counts(), [2, 3, 4])
        self.assertNotIn("outer", {event["function"] for event in self.events()})

    def test_a_collector_that_is_killed(self):
        self.begin_by_hand("gcc")
        self.attach()
        self.do("10")
        self.scope.kill()
        self.scope.wait()
        self.do("n")  # declared for nobody
        self.do("60000")  # more than a ring: it is noticed
        self.do("n")
        self.attach()
        self.do("20")
        self.do("n")
        self.detach()
        self.assertEqual(self.counts(), list(range(60010, 60030)))
        self.assertEqual([(e["name"], e["value"]) for e in self.events() if e["file"] == "m"],
                         [("three", 2)])
        self.remove_left_sessions()

    def test_globs_choose_among_them(self):
        self.begin_by_hand("gcc")
        for _ in range(2):
            self.attach("-V", "count")
            self.do("20")
            self.detach()
            self.do("5")
            events = self.events()
            self.assertEqual({event["name"] for event in events}, {"count"})
            self.assertEqual(len(events), 20)

    def test_children(self):
        self.begin_by_hand("gcc")
        for _ in range(2):
            self.attach()
            self.do("3")
            self.do("f20")
            self.do("1")
            self.detach()
            self.assertEqual(len(self.counts()), 24)
            self.assertEqual(len(self.info()["processes"]), 2)

    def test_a_child_that_lives_on_has_a_recording_of_its_own(self):
        self.begin_by_hand("gcc")
        self.attach()
        self.do("10")
        self.detach()
        self.running.stdin.write(b"k\n")
        self.running.stdin.flush()
        child = int(self.running.stdout.readline())
        self.addCleanup(os.kill, child, signal.SIGKILL)
        for both in (False, True):
            self.trace = self.folder / "child.data"
            self.attach(pid=child)
            of_child = self.scope
            if both:
                self.trace = self.folder / "parent.data"
                self.attach()
                self.do("20")
                self.detach()
                self.assertEqual(len(self.counts()), 20)
                self.trace = self.folder / "child.data"
            time.sleep(0.2)
            self.scope = of_child
            self.detach()
            values = self.counts()
            self.assertGreater(len(values), 10)
            self.assertEqual(values, list(range(values[0], values[0] + len(values))))

    def test_what_was_redacted_before(self):
        self.begin_by_hand("gcc", "pass*")
        self.do("1")
        self.attach()
        self.running.stdin.write(b"s\n")
        self.do("1")
        self.detach()
        shown = [event["value"] for event in self.events() if event["name"] == "password"]
        self.assertEqual(len(shown), 1)
        self.assertNotIn("canary", str(shown))
        self.assertNotIn(b"canary-canary", self.everything())

    def test_what_another_binary_wants_to_be_redacted(self):
        # Where there is no room for all that is asked for, nothing is shown.
        for globs, shown in (('"pin", "pass*"', {42}), (", ".join(['"a-long-name-of-a-secret"'] * 20), set())):
            library = self.folder / "libhide.so"
            flags = ("-O1", "-I", INCLUDE)
            harness.run("g++", *flags, "-shared", "-fPIC", self.write("hide.cc", HIDE), "-o", library)
            harness.run("g++", *flags, f"-DGLOBS={globs}", self.write("secret.cc", SECRET), library,
                        f"-Wl,-rpath,{self.folder}", "-o", self.folder / "secret")
            self.begin(self.folder / "secret")
            self.do("")
            self.attach()
            self.do("")
            self.detach()
            values = {event["name"]: event["value"] for event in self.events()}
            self.assertEqual({"password", "harmless"}, set(values))
            self.assertEqual({value for value in values.values() if value == 42}, shown)
            self.assertNotIn(b"canary-canary", self.everything())
            self.end()

    def test_threads_that_never_pause(self):
        for command in (["g++"], [harness.SCOPE, "c++", "--scope-level=functions"]):
            harness.run(*command, "-O2", "-pthread", "-I", INCLUDE, self.write("busy.cc", BUSY), "-o",
                        self.folder / "busy")
            self.begin(self.folder / "busy")
            for _ in range(5):
                self.attach("--ring", "64K")
                time.sleep(0.1)
                self.detach()
                info = self.info()
                self.assert_balanced(info)
                self.assertEqual(sum(t["dropped"] + t["torn"] for t in info["threads"]), 0)
                turns = {}
                for event in self.events():
                    if (event["kind"], event["name"]) == ("value", "turn"):
                        turns.setdefault(event["thread"], []).append(event["value"])
                self.assertGreater(len(turns), 3)
                for values in turns.values():
                    self.assertEqual(values, list(range(values[0], values[0] + len(values))))
            self.end()
            self.assertEqual(self.running.returncode, 7)

    def everything(self):
        return b"".join(path.read_bytes() for path in self.trace.iterdir() if path.is_file())

    def test_a_program_that_becomes_another(self):
        self.begin_by_hand("gcc")
        self.attach()
        self.do("10")
        self.running.stdin.write(b"e\n")
        self.running.stdin.flush()
        said = self.scope.stderr.read().decode()
        self.assertEqual(self.scope.wait(), 0, said)
        self.assertIn("has become another program by exec, which is not recorded", said)
        self.assertEqual(self.counts(), list(range(10)))


if __name__ == "__main__":
    unittest.main()
