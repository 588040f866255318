"""Programs that begin, end and change in unusual ways: every event counts.

usage: lifecycle_test.py [unittest options]
"""
import os
import pathlib
import subprocess
import unittest

import harness
import lifecycle_programs as programs


LIBRARY = 'extern "C" int Compute(int n) { int %s = n * 3; return %s; }\n'


# The program itself stops the collector, its parent, and lets it go on at its end.


class LifecycleTest(harness.ScopeTest):
    def assert_all_stored(self):
        sums = self.assert_balanced()
        self.assertEqual((sums["dropped"], sums["torn"]), (0, 0))
        self.assertGreater(sums["stored"], 0)

    def test_code_before_and_after_main_is_recorded(self):
        self.record(self.compile(self.write("moments.cc", programs.EARLY_AND_LATE), "-O1"))
        self.assertEqual(self.values("noted"), [1, 2, 3, 5, 8, 9, 10])
        self.assert_all_stored()

    def end(self, how, code, threads):
        program = self.compile(self.write("ends.c", programs.ENDS), "-O2", "-pthread")
        done = self.record(program, how, options=["-V", "last"], check=False)
        self.assertEqual(done.returncode, code, done.stderr)
        self.assertEqual(len(self.values("last")), 1001 * threads)
        self.assert_all_stored()

    def test_every_way_to_end(self):
        for how, code, pieces in (("_exit", 3, 1), ("quick_exit", 3, 2), ("abort", 134, 1),
                                  ("segv", 139, 1), ("exec", 3, 2), ("cancel", 0, 2),
                                  ("pthread_exit", 0, 2)):
            with self.subTest(how):
                self.end(how, code, pieces)

    def test_children_of_every_kind(self):
        self.record(self.compile(self.write("children.c", programs.CHILDREN), "-O2"),
                    options=["-V", "last"])
        self.assertEqual(len(self.values("last")), 4 * 1001)
        self.assertEqual(len({thread["pid"] for thread in self.info()["threads"]}), 4)
        self.assert_all_stored()

    def test_a_child_of_the_bare_system_call_spoils_nothing(self):
        self.record(self.compile(self.write("raw.c", programs.RAW_CLONE), "-O2"),
                    options=["-V", "last", "--ring", "16K"])
        self.assertEqual(self.assert_balanced()["stored"], 300001)
        self.assertEqual(len(self.info()["threads"]), 2)
        self.assert_all_stored()

    def test_destructors_of_thread_locals_report(self):
        self.record(
            self.compile(self.write("locals.cc", programs.THREAD_LOCALS), "-O2", "-pthread"))
        self.assertEqual(self.values("late"), list(range(100)) * 20)
        self.assert_all_stored()

    def short_threads(self, program, count):
        """Returns the most files, the program's and the collector's peak of memory in KiB."""
        done, peak = harness.run_with_peak(harness.SCOPE, "record", "-q", "-d", self.trace,
                                           "--ring", "16K", "-V", "seen", "--", program, count)
        info = self.info()
        self.assertEqual(len(info["threads"]), count)
        sums = self.assert_balanced(info)
        self.assertEqual((sums["stored"], sums["dropped"], sums["torn"]), (count, 0, 0))
        files, program_kib, session = done.stdout.decode().split()
        self.assertFalse(pathlib.Path(session).exists())
        return int(files), int(program_kib), peak

    def test_many_short_threads_cost_what_few_cost(self):
        program = self.compile(self.write("short.c", programs.SHORT_THREADS), "-O2", "-pthread")
        few = self.short_threads(program, 10_000)
        many = self.short_threads(program, 100_000)
        for files, _, _ in (few, many):
            self.assertLess(files, 300)  # at most 256 rings of threads that have ended
        self.assertLess(many[1], few[1] + 4096, "KiB of the program")
        # Nothing stays of a thread. 256 rings that are mapped would be half of this.
        self.assertLess(many[2], few[2] + 16384, "KiB of the collector")

    def test_many_short_processes_cost_what_few_cost(self):
        # Many nodes, so that what stays of a process would be seen.
        functions = "".join(f"int work{n}(int a) {{ int v = a + {n}; return v; }}\n"
                            for n in range(300))
        program = self.compile(self.write("forks.c", functions + programs.FORKS), "-O1")
        peaks = []
        for count in (100, 1000):
            _, peak = harness.run_with_peak(harness.SCOPE, "record", "-q", "-d", self.trace,
                                            "--ring", "16K", "-V", "v", "--", program, count)
            info = self.info()
            self.assertEqual(len(info["processes"]), count + 1)
            sums = self.assert_balanced(info)
            self.assertEqual((sums["stored"], sums["dropped"], sums["torn"]), (2 * count, 0, 0))
            peaks.append(peak)
        self.assertLess(peaks[1], peaks[0] + 8192, "KiB of the collector")

    def library(self, name):
        source = self.write(f"{name}.cc", LIBRARY % (name, name))
        path = self.folder / f"lib{name}.so"
        harness.run(harness.SCOPE, "c++", "-O2", "-shared", "-fPIC", "-Wl,--build-id", source,
                    "-o", path)
        return path

    def load(self, *names, options=()):
        program = self.compile(self.write("loader.c", programs.LOADER), "-O2")
        self.record(program, "1000", *map(self.library, names), options=options)
        for at, name in enumerate(names):
            self.assertEqual(self.values(name), [3 * i for i in range(at, 1000, len(names))])
        self.assert_all_stored()
        if len(names) == 1:
            self.assertLess(len(self.info()["modules"]), 4)

    def test_a_library_is_loaded_a_thousand_times(self):
        self.load("tripled")

    def test_a_library_is_loaded_a_thousand_times_while_nodes_are_selected(self):
        self.load("tripled", options=["-V", "tripled"])

    def test_libraries_that_take_turns_at_the_same_place_are_told_apart(self):
        self.load("tripled", "trebled")

    def test_a_filter_that_allows_only_write_and_exit(self):
        done = self.record(
            self.compile(self.write("strict.c", programs.STRICT), "-O2"), check=False)
        self.assertEqual((done.returncode, done.stdout), (7, b"done\n"), done.stderr)
        self.assertEqual(self.values("inside"), [-1, *range(1000)])

    def test_a_daemon_that_closes_every_file(self):
        self.record(self.compile(self.write("daemon.c", programs.DAEMON), "-O2"),
                    options=["-V", "last", "--ring", "16K"])
        self.assertEqual(self.assert_balanced()["stored"], 300001)
        self.assert_all_stored()

    def test_signals_at_20_khz(self):
        done = self.record(self.compile(self.write("signals.c", programs.SIGNALS), "-O2"),
                           options=["-V", "in_handler", "-V", "in_main"])
        handled, in_main = map(int, done.stdout.split())
        out = harness.run(harness.SCOPE, "vars", "-d", self.trace, "--json", "in_handler",
                          "in_main", check=False)
        sums = self.assert_balanced()
        self.assertEqual((sums["dropped"], sums["torn"]), (0, 0), out.stderr)
        # Each variable is set once more, at its declaration, in main.
        self.assertEqual(sums["stored"], handled + in_main + 1)

    def test_a_stopped_collector_is_waited_for_once_and_then_the_loss_is_counted(self):
        done = self.record(self.compile(self.write("stops.c", programs.STOPS_COLLECTOR), "-O2"),
                           options=["-V", "value", "--ring", "16K", "--block-timeout", "50ms"],
                           check=False, timeout=60)
        self.assertEqual(done.returncode, 0, done.stderr)
        sums = self.assert_balanced()
        self.assertEqual((sums["emitted"], sums["torn"]), (1000001, 0))
        self.assertGreater(sums["dropped"], 900000)
        self.assertGreater(self.info()["threads"][0]["blocked_ns"], 0)
        # What was taken before is the beginning, without a hole.
        first = [event["value"] for event in self.events("--count", "100")]
        self.assertEqual(first, [0, *range(99)])

    def test_a_privileged_program_ignores_the_environment(self):
        program = self.compile(self.write("privileged.c", programs.PRIVILEGED), "-O2")
        self.folder.chmod(0o755)
        if os.geteuid() == 0:
            os.chown(program, 65534, -1)
            program.chmod(0o4755)
        if harness.run(program).stdout != b"1\n":
            self.skipTest("programs cannot be given another user here")
        done = self.record(program, check=False)
        self.assertEqual(done.stdout, b"1\n", done.stderr)
        self.assertEqual(self.info()["threads"], [])

    def in_namespace(self, script, *arguments):
        return subprocess.run(["unshare", "-m", "sh", "-ec", script, "sh", *map(str, arguments)],
                              capture_output=True, timeout=120)

    def test_a_tiny_shared_memory_harms_no_program(self):
        program = self.compile(self.write("burst.c", programs.BURST), "-O2")
        # No room for the process's file, its switches, a ring, a ring as large as it should be.
        for size, said in (("8k", b"are lost: no room for its files in /dev/shm"),
                           ("48k", b"burst is not recorded: cannot select: no room for /dev/shm/"),
                           ("52k", b"no room for their rings in /dev/shm"),
                           ("256k", b"2,000,001 events")):
            with self.subTest(size):
                done = self.in_namespace(
                    f'mount -t tmpfs -o size={size} tmpfs /dev/shm; exec "$@"', harness.SCOPE,
                    "record", "-d", self.trace, "-V", "value", "--", program)
                if b"unshare" in done.stderr:
                    self.skipTest("mount namespaces are not allowed here")
                self.assertEqual((done.returncode, done.stdout), (0, b"unharmed\n"), done.stderr)
                self.assertIn(said, done.stderr)

    def test_a_program_with_a_shared_memory_of_its_own_runs_unrecorded(self):
        program = self.compile(self.write("burst.c", programs.BURST), "-O2")
        done = self.record("unshare", "-m", "sh", "-ec",
                           'mount -t tmpfs tmpfs /dev/shm; exec "$1"', "sh", program, check=False)
        if b"unshare" in done.stderr:
            self.skipTest("mount namespaces are not allowed here")
        self.assertEqual((done.returncode, done.stdout), (0, b"unharmed\n"), done.stderr)


if __name__ == "__main__":
    unittest.main()
