"""A window of the newest events is kept, and becomes a trace when something asks for it.

usage: keep_test.py [unittest options]
"""
import json
import os
import signal
import subprocess
import threading
import unittest

import harness

# Each line on stdin is a number of steps; "h" hangs, "c" crashes, "t" throws, "s" sleeps in Slow.
STEPS = r"""
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <thread>
#include <unistd.h>
#include <sys/wait.h>
__attribute__((noinline)) int Step(int n) { volatile int sink = n; return sink + 1; }
// Values that cannot be packed.
__attribute__((noinline)) unsigned long Noise(unsigned long seed) { unsigned long noise = seed * 6364136223846793005u + 1442695040888963407u; return noise; }
__attribute__((noinline)) void Marked() { volatile int sink = 0; (void)sink; }
__attribute__((noinline)) void Slow(int ms) { usleep(ms * 1000); }
__attribute__((noinline)) void Throws() {
  try { throw 1; } catch (int) {}
}
__attribute__((noinline)) void Crash() { raise(SIGSEGV); }
int main() {
  char line[64];
  int next = 0;
  std::puts("ready");
  std::fflush(stdout);
  while (std::fgets(line, sizeof line, stdin) != nullptr) {
    if (line[0] == 'c') Crash();
    if (line[0] == 't') Throws();
    if (line[0] == 'm') Marked();
    if (line[0] == 's') Slow(std::atoi(line + 1));
    if (line[0] == 'q') return std::atoi(line + 1);
    if (line[0] == 'p') std::thread([&] { for (int i = 0; i < 100; ++i) Step(i); }).join();
    if (line[0] == 'f' && fork() == 0) { for (int i = 0; i < 100; ++i) Step(i); _exit(0); }
    while (wait(nullptr) > 0) {}
    if (line[0] == 'n') { unsigned long seed = 1; for (int i = std::atoi(line + 1); i > 0; --i) seed = Noise(seed); }
    for (int i = std::atoi(line); i > 0; --i) Step(next++);
    std::puts("done");
    std::fflush(stdout);
  }
  return 0;
}
"""
EVENTS_OF_NOISE = 5  # enter, param, init, return, exit


def noise(count):
    seed = 1
    for _ in range(count):
        seed = (seed * 6364136223846793005 + 1442695040888963407) % (1 << 64)
        yield seed

# The signal is sent before anything else.
EARLY = r"""
#include <signal.h>
#include <unistd.h>
__attribute__((constructor(101))) static void early(void) { kill(getppid(), SIGUSR1); }
int main(void) { int n = 1; usleep(300000); return n - 1; }
"""


class KeepTest(harness.ScopeTest):
    def start(self, *options):
        program = self.compile(self.write("steps.cc", STEPS), "-O1")
        self.errors = open(self.folder / "errors", "w+b")
        self.addCleanup(self.errors.close)
        self.running = subprocess.Popen(
            [harness.SCOPE, "record", "--json", "-d", self.trace, *options, "--", program],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.errors)
        self.addCleanup(self.end)
        self.assertEqual(self.running.stdout.readline(), b"ready\n")

    def end(self):
        self.running.stdin.close()
        self.running.wait(60)
        self.running.stdout.close()

    def tell(self, line):
        self.running.stdin.write(line.encode() + b"\n")
        self.running.stdin.flush()

    def do(self, line):
        self.tell(line)
        self.assertEqual(self.running.stdout.readline(), b"done\n")

    def finish(self, code=0):
        self.end()
        self.assertEqual(self.running.returncode, code)
        self.errors.seek(0)
        text = self.errors.read().decode()
        return json.loads(text[text.index("{"):])

    def snapshot(self, *options):
        answer = harness.run(harness.SCOPE, "snapshot", "--json", *options, str(self.running.pid))
        return json.loads(answer.stdout)

    def look(self, number):
        self.trace = self.folder / f"scope.data.{number}"
        return self.info()

    def assert_window(self, info):
        """Every event of every thread is in one account, and the trace holds what it says."""
        stored = 0
        for thread in info["threads"]:
            self.assertEqual(thread["emitted"], thread["stored"] + thread["dropped"] +
                             thread["torn"] + thread["not_kept"], thread)
            stored += thread["stored"]
        missing = {thread["thread"]: 0 for thread in info["threads"]}
        count = 0
        replay = harness.run(harness.SCOPE, "replay", "-d", self.trace, "--json").stdout
        for line in replay.splitlines():
            if b'"kind": "gap"' not in line:
                count += 1
                continue
            gap = json.loads(line)
            if gap["reason"] == "not_kept":
                self.assertEqual(gap["thread_seq"], 0)
                missing[gap["thread"]] += gap["count"]
        self.assertEqual(missing, {thread["thread"]: thread["not_kept"]
                                   for thread in info["threads"]})
        self.assertEqual(count, stored)
        return count

    def overwrite(self, window, ring, steps, rounds, forgets):
        self.start("--keep", window, "--on-full", "drop_oldest", "--ring", ring)
        self.do("100")
        for round_ in range(1, rounds + 1):
            self.running.send_signal(signal.SIGSTOP)
            self.do(f"n{steps}")
            self.running.send_signal(signal.SIGCONT)
            self.do("n3000")
            answer = self.snapshot()
            info = self.look(round_)
            self.assertEqual(self.assert_window(info), answer["events"])
            [thread] = info["threads"]
            self.assertEqual(thread["not_kept"] > 0, forgets, thread)
            self.assertGreater(thread["dropped"] + thread["not_kept"], 2 * steps)
            # What was reported last is there, whatever was overwritten before.
            told = harness.run(harness.SCOPE, "vars", "noise", "-d", self.trace, "--json").stdout
            self.assertEqual(json.loads(told)["last"], list(noise(3000))[-1])
        self.assertEqual(len(self.finish()["snapshots"]), rounds)

    def test_rings_that_overwrite_their_oldest(self):
        self.overwrite("64M", "16K", 50_000, 2, False)

    def test_rings_that_overwrite_and_a_window_that_forgets(self):
        self.overwrite("1M", "16M", 400_000, 1, True)

    def test_a_snapshot_holds_all_up_to_the_question(self):
        self.start("--keep", "60s")
        for round_ in (1, 2):
            self.do("1000")
            answer = self.snapshot()
            self.assertEqual(answer["directory"], str(self.folder / f"scope.data.{round_}"))
            info = self.look(round_)
            self.assertEqual(info["snapshot"], round_)
            self.assertEqual((info["keep"], info["cause"]), ("60s, at most 256M", "scope snapshot"))
            self.assertTrue(info["running"] and info["complete"])
            self.assertEqual(self.values("n"), list(range(1000 * round_)))
            self.assertEqual(self.assert_window(info), answer["events"])
            self.assertEqual(sum(thread["not_kept"] for thread in info["threads"]), 0)
        self.assertFalse((self.folder / "scope.data").exists())
        result = self.finish()
        self.assertEqual([s["cause"] for s in result["snapshots"]], ["scope snapshot"] * 2)

    def test_what_is_too_large_is_forgotten_and_counted(self):
        self.start("--keep", "1M")
        steps = 150_000
        self.do(f"n{steps}")
        self.snapshot("-d", self.folder / "here")
        self.trace = self.folder / "here"
        info = self.info()
        thread = info["threads"][0]
        self.assertEqual(thread["dropped"] + thread["torn"], 0)
        self.assertGreater(thread["not_kept"], 0)
        self.assertLess(info["bytes"], (1 << 20) + 200_000)
        stored = self.assert_window(info)
        self.assertGreater(stored + thread["not_kept"], steps * EVENTS_OF_NOISE)
        replay = harness.run(harness.SCOPE, "replay", "-d", self.trace, "--json", "-V", "noise",
                             "-F", "Noise").stdout
        values = [json.loads(line)["value"] for line in replay.splitlines() if b'"init"' in line]
        self.assertGreater(len(values), 1000)
        self.assertEqual(values, list(noise(steps))[-len(values):])
        # The call of main, and perhaps one of Noise, began before the window.
        events = [event for event in self.events("--count", "20") if event["kind"] != "gap"]
        self.assertIsNone(events[0]["call"] if events[0]["kind"] != "enter" else None)
        text = harness.run(harness.SCOPE, "replay", "-d", self.trace, "--count", "1").stdout
        self.assertIn(b"lie before the window that was kept", text)
        for verb in ("info", "report", "vars"):
            harness.run(harness.SCOPE, verb, "-d", self.trace)
        self.assertIn(b"not kept", harness.run(harness.SCOPE, "info", "-d", self.trace).stdout)
        self.finish()

    def test_what_is_too_old_is_forgotten(self):
        self.start("--keep", "200ms")
        self.do("1000")
        self.do("s1000")
        self.do("10")
        self.snapshot()
        info = self.look(1)
        self.assert_window(info)
        self.assertEqual(self.values("n"), list(range(1000, 1010)))
        # Its entry was a second ago.
        text = harness.run(harness.SCOPE, "replay", "-d", self.trace).stdout
        self.assertIn(b"Slow ends (its entry is not in the trace)", text)
        self.finish()

    def test_a_crash_is_always_written(self):
        self.start("--keep", "10s")
        self.do("10")
        self.do("p")
        self.tell("c")
        result = self.finish(128 + signal.SIGSEGV)
        self.assertEqual(len(result["snapshots"]), 1)
        info = self.look(1)
        self.assertIn("crash: the program was killed by signal 11", info["cause"])
        self.assertEqual((info["running"], info["exit_code"]), (False, 139))
        self.assertEqual(len(info["threads"]), 2)
        self.assert_window(info)
        self.assertEqual(self.values("n"), list(range(10)) + list(range(100)))
        entered = [event["function"] for event in self.events() if event["kind"] == "enter"]
        self.assertEqual(entered[-1].split("(")[0], "Crash")

    def test_nothing_is_written_unasked(self):
        self.start("--keep", "10s")
        self.do("10")
        self.tell("q3")
        self.assertEqual(self.finish(3)["snapshots"], [])
        self.assertEqual(list(self.folder.glob("scope.data*")), [])

    def test_the_end_can_be_asked_for(self):
        self.start("--keep", "10s", "--trigger", "exit")
        self.do("f")
        self.tell("q3")
        self.finish(3)
        info = self.look(1)
        self.assertEqual((info["cause"], info["exit_code"]), ("exit: the program ended with 3", 3))
        self.assertEqual(len(info["processes"]), 2)
        self.assert_window(info)
        self.assertEqual(self.values("n"), list(range(100)))

    def wait_for(self, number):
        path = self.folder / f"scope.data.{number}"
        for _ in range(600):
            if path.exists():
                done = harness.run(harness.SCOPE, "info", "-d", path, "--json", check=False)
                if done.returncode == 0 and json.loads(done.stdout)["complete"]:
                    return self.look(number)
            threading.Event().wait(0.05)
        self.fail(f"no {path}")

    def test_a_signal_to_the_collector(self):
        self.start("--keep", "10s", "--trigger", "signal:USR1")
        self.do("10")
        os.kill(self.running.pid, signal.SIGUSR1)
        self.assertEqual(self.wait_for(1)["cause"], "signal:USR1")
        self.assertEqual(self.values("n"), list(range(10)))
        self.finish()

    def test_a_signal_may_come_at_once(self):
        program = self.compile(self.write("early.c", EARLY), "-O1")
        for round_number in range(1, 6):
            harness.run(harness.SCOPE, "record", "-q", "-d", self.folder / "scope.data", "--keep", "10s",
                        "--trigger", "signal:USR1", "--", program)
            self.assertEqual(self.look(round_number)["cause"], "signal:USR1")

    def test_events_are_triggers(self):
        self.start("--keep", "10s", "--trigger", "node:Mark*", "--trigger", "exception",
                   "--trigger", "slow:Slow>20ms", "--snapshots", "3")
        self.do("10")
        self.do("s0")
        self.assertFalse((self.folder / "scope.data.1").exists())
        for number, (letter, cause) in enumerate(
                (("m", "node:Mark*: Marked, thread 0"), ("t", "exception: throw"),
                 ("s60", "slow:Slow>20ms: Slow ")), 1):
            threading.Event().wait(1.1)  # one a second
            self.do(letter)
            self.assertIn(cause, self.wait_for(number)["cause"])
            self.assert_window(self.info())
            self.assertEqual(self.values("n"), list(range(10)))
        threading.Event().wait(1.1)
        self.do("m")
        self.assertEqual(len(self.finish()["snapshots"]), 3)
        self.errors.seek(0)
        self.assertIn(b"more triggers wrote nothing", self.errors.read())

    def test_a_call_that_does_not_return_is_slow(self):
        self.start("--keep", "10s", "--trigger", "slow:Slow>50ms")
        self.tell("s20000")
        self.assertIn("Slow has been running for", self.wait_for(1)["cause"])
        os.kill(int(self.info()["processes"][0]["pid"]), signal.SIGKILL)
        self.finish(137)

    def test_older_snapshots_stay(self):
        (self.folder / "scope.data.1").mkdir()
        (self.folder / "scope.data.1" / "mine").write_text("x")
        self.start("--keep", "10s")
        self.assertEqual(self.snapshot()["directory"], str(self.folder / "scope.data.2"))
        self.finish()
        self.assertEqual((self.folder / "scope.data.1" / "mine").read_text(), "x")

    def test_what_cannot_be_done_is_said(self):
        def fails(code, said, *words):
            done = harness.run(harness.SCOPE, *words, check=False)
            self.assertEqual(done.returncode, code, done.stderr)
            self.assertIn(said, done.stderr)

        for said, *options in (
                (b"no window", "--keep", "much"), (b"at least 1M", "--keep", "64K"),
                (b"give both", "--trigger", "exit"),
                (b"give both", "--snapshots", "3"),
                (b"write slow:FUNCTION>10ms", "--keep", "1M", "--trigger", "slow:f"),
                (b"free to use", "--keep", "1M", "--trigger", "signal:KILL"),
                (b"is none of", "--keep", "1M", "--trigger", "exits"),
                (b"bounds a window", "--keep", "1M", "--limit", "1M"),
                (b"needs times", "--keep", "1M", "--trigger", "slow:f>1ms", "--clock", "off"),
                (b"could follow", "--keep", "1M", "--sink", "csv")):
            fails(125, said, "record", *options, "--", "true")
        self.start()
        fails(1, b"process 1 is not being recorded", "snapshot", "1")
        fails(1, b"record with --keep", "snapshot", str(self.running.pid))
        self.finish()
        self.start("--keep", "10s")
        (self.folder / "taken").write_text("x")
        fails(1, b"taken is no folder", "snapshot", "-d", self.folder / "taken",
              str(self.running.pid))
        self.finish()


if __name__ == "__main__":
    unittest.main()
