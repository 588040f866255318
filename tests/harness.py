"""What the end-to-end tests share: compile, record and read through the command that ships.

SCOPE names the command (build/release/bin/scope).
"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

SCOPE = os.environ.get("SCOPE", "scope")
# Other tests that run at the same time kill collectors.
os.environ.setdefault("SCOPE_LEFT_NOTICE", "off")


def run(*command, check=True, **options):
    options.setdefault("timeout", 300)
    done = subprocess.run([str(word) for word in command], capture_output=True, **options)
    if b"never given back" in done.stderr:
        raise AssertionError(f"{command}: {done.stderr.decode(errors='replace')}")
    if check and done.returncode != 0:
        raise AssertionError(f"{command} ended with {done.returncode}:\n"
                             f"{done.stderr.decode(errors='replace')}")
    return done


# For programs in C: how many files the recording has in shared memory.
SESSION_FILES = r"""
#include <dirent.h>
#include <stdlib.h>
static long files(void) {
  long count = 0;
  DIR* folder = opendir(getenv("SCOPE_SESSION"));
  while (folder && readdir(folder)) ++count;
  if (folder) closedir(folder);
  return count;
}
"""

# Not in this process: its children's peaks would be those of the largest of them all.
_MEASURE = """
import os, sys, time
pid = os.spawnvp(os.P_NOWAIT, sys.argv[2], sys.argv[2:])
peak = 0
while True:
    try:
        with open(f"/proc/{pid}/status") as status:
            peak = max([peak] + [int(line.split()[1]) for line in status if line.startswith("VmHWM")])
    except OSError:
        pass
    done, code = os.waitpid(pid, os.WNOHANG)
    if done:
        break
    time.sleep(0.01)
open(sys.argv[1], "w").write(str(peak))
sys.exit(os.waitstatus_to_exitcode(code))
"""


def run_with_peak(*command, **options):
    """Returns what run() does, and the command's own peak of resident memory in KiB."""
    with tempfile.NamedTemporaryFile("r", prefix="scope-test-") as report:
        done = run(sys.executable, "-c", _MEASURE, report.name, *command, **options)
        return done, int(report.read())


def compiler(source):
    return "cc" if str(source).endswith(".c") else "c++"


class ScopeTest(unittest.TestCase):
    """A test with a folder of its own, `self.folder`, removed at the end."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="scope-test-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.trace = self.folder / "scope.data"

    def write(self, name, text):
        path = self.folder / name
        path.write_text(text)
        return path

    def compile(self, source, *flags, plain=False):
        """Compiles `source` with the plugin (or without, `plain`) and returns the program's path."""
        program = self.folder / (pathlib.Path(source).stem + (".plain" if plain else ""))
        cc = {"cc": "clang-19", "c++": "clang++-19"}[compiler(source)]
        command = [cc] if plain else [SCOPE, compiler(source)]
        run(*command, *flags, source, "-o", program)
        return program

    def record(self, program, *arguments, options=(), **run_options):
        return run(SCOPE, "record", "-q", "-d", self.trace, *options, "--", program, *arguments,
                   **run_options)

    def events(self, *options):
        out = run(SCOPE, "replay", "-d", self.trace, "--json", *options).stdout
        return [json.loads(line) for line in out.splitlines()]

    def values(self, name, kinds=("init", "assign", "update", "step", "param")):
        return [event["value"] for event in self.events()
                if event["name"] == name and event["kind"] in kinds]

    def info(self):
        return json.loads(run(SCOPE, "info", "-d", self.trace, "--json").stdout)

    def assert_balanced(self, info=None):
        """emitted = stored + dropped + torn + not_kept in every thread. Returns the sums."""
        sums = dict.fromkeys(("emitted", "stored", "dropped", "torn"), 0)
        for thread in (info or self.info())["threads"]:
            self.assertEqual(thread["emitted"],
                             thread["stored"] + thread["dropped"] + thread["torn"] +
                             thread["not_kept"], thread)
            for key in sums:
                sums[key] += thread[key]
        return sums
