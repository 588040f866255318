"""Tests of a program that goes on when it is told to: a line on its stdin, a phase.

Its source defines `static void Work(void)`; PHASES is the rest of it.
"""
import subprocess

import harness

# w: works. f: a child does. e: a child that is a new program does.
PHASES = r"""
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>
static void Work(void);
int main(int argc, char** argv) {
  if (argc > 1) { Work(); return 0; }
  char line[16];
  printf("%d\n", (int)getpid());
  fflush(stdout);
  while (fgets(line, sizeof line, stdin) != NULL) {
    if (line[0] == 'f' && fork() == 0) { Work(); _exit(0); }
    if (line[0] == 'e' && fork() == 0) { execl(argv[0], argv[0], "again", (char*)0); _exit(1); }
    if (line[0] == 'w') Work();
    while (wait(NULL) > 0) {}
    puts("done");
    fflush(stdout);
  }
  return 0;
}
"""


class PhasedTest(harness.ScopeTest):
    def start_phases(self, program, *options):
        """`self.running` is the collector then, `self.pid` its program's process."""
        self.running = subprocess.Popen(
            [harness.SCOPE, "record", "-q", "-d", self.trace, *options, "--", program],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.addCleanup(self.running.wait)
        self.addCleanup(self.running.kill)
        self.addCleanup(self.running.stdout.close)
        self.addCleanup(self.running.stdin.close)
        self.pid = int(self.running.stdout.readline())

    def phase(self, letter=b"w"):
        self.running.stdin.write(letter + b"\n")
        self.running.stdin.flush()
        self.assertEqual(self.running.stdout.readline(), b"done\n")

    def end_phases(self):
        self.running.stdin.close()
        self.assertEqual(self.running.wait(), 0)
