"""A program that runs already is recorded from some moment on, and left running.

usage: attach_test.py [unittest options]
"""
import json
import os
import pathlib
import signal
import subprocess
import time
import unittest

import harness
from attach_harness import AttachedTest
from attach_programs import ALLOCATOR, HANDLER, HOOKED, LOOP, PLUGIN


class AttachTest(AttachedTest):
    def begin_loop(self, *flags, **options):
        program = self.compile(self.write("loop.cc", LOOP), "-O1", "-pthread", "-ldl", *flags)
        self.begin(program, self.folder / "plugin.so", **options)

    def test_from_attaching_to_leaving(self):
        self.begin_loop()
        self.do("10")
        self.attach()
        self.do("1000")
        self.detach()
        self.do("100")
        self.assertEqual(self.steps(), list(range(10, 1010)))
        info = self.info()
        self.assertTrue(info["complete"] and info["running"])
        # Main was entered before.
        self.assertNotIn("main", {event["function"].split("(")[0] for event in self.events()
                                  if event["kind"] == "enter"})
        self.end()
        self.assertEqual(self.running.returncode, 7)

    def test_again_and_again(self):
        self.begin_loop()
        done = 0
        for _ in range(100 if os.environ.get("SCOPE_LONG") else 20):
            self.attach("--ring", "16K")
            self.do("50")
            self.detach()
            self.assertEqual(self.steps(), list(range(done, done + 50)))
            self.do("1")
            done += 51
        # Of sessions that are over nothing is held but what threads had open last.
        self.assertLess(len(self.shared_memory()), 30)
        self.assertFalse([name for name in os.listdir("/dev/shm") if
                          (pathlib.Path("/dev/shm") / name / "control").exists() and
                          self.is_of_us(pathlib.Path("/dev/shm") / name)])

    def is_of_us(self, folder):
        try:
            return str(self.trace).encode() in (folder / "control").read_bytes()
        except FileNotFoundError:
            return False

    def test_a_collector_that_is_killed_harms_nobody(self):
        self.begin_loop()
        for _ in range(3):
            self.attach()
            self.do("1000")
            self.scope.kill()
            self.scope.wait()
            self.do("100000")  # a ring's worth: it is noticed
        self.attach()
        self.do("1000")
        self.detach()
        self.assertEqual(len(self.steps()), 1000)
        self.remove_left_sessions()
        self.end()
        self.assertEqual(self.running.returncode, 7)

    def test_a_killed_recording_is_gone_on_with(self):
        program = self.compile(self.write("loop.cc", LOOP), "-O1", "-pthread", "-ldl")
        recorder = subprocess.Popen(
            [harness.SCOPE, "record", "-q", "-d", self.trace, "--", program],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.running = recorder
        self.assertEqual(recorder.stdout.readline(), b"ready\n")
        self.do("10")
        pid = int(pathlib.Path(f"/proc/{recorder.pid}/task/{recorder.pid}/children")
                  .read_text().split()[0])
        wrong = harness.run(harness.SCOPE, "attach", str(pid), check=False)
        self.assertEqual(wrong.returncode, 1)
        self.assertIn(f"is already recorded by process {recorder.pid}".encode(), wrong.stderr)
        recorder.kill()
        recorder.wait()
        self.attach(pid=pid)
        self.do("10")
        self.detach()
        self.assertEqual(self.steps(), list(range(10, 20)))
        self.remove_left_sessions(pid)
        recorder.stdin.close()
        recorder.stdout.close()

    def test_all_its_threads(self):
        self.begin_loop()
        self.do("t10")
        for _ in range(3):
            self.attach()
            self.do("1")  # has joined
            self.do("t500")
            self.detach()
            self.do("t10")
            counts = {}
            for event in self.events():
                if event["kind"] == "enter" and event["function"].startswith("InThread"):
                    counts[event["thread"]] = counts.get(event["thread"], 0) + 1
            self.assertEqual(sorted(counts.values()), [500] * 4)
            self.assert_balanced()

    def test_libraries_and_children_that_come_later(self):
        harness.run(harness.SCOPE, "c++", "-O1", "-fPIC", "-shared",
                    self.write("plugin.cc", PLUGIN), "-o", self.folder / "plugin.so")
        self.begin_loop()
        self.attach()
        self.do("1")
        self.do("l")
        self.do("p300")
        self.do("f200")
        self.detach()
        self.assertEqual(len(self.steps("Inside")), 300)
        self.assertEqual(len(self.steps()), 201)
        self.assertEqual(len(self.info()["processes"]), 2)
        # The next time the library is there from the beginning.
        self.do("p10")
        self.attach()
        self.do("p5")
        self.do("3")
        self.detach()
        self.assertEqual((len(self.steps("Inside")), len(self.steps())), (5, 3))

    def test_globs_and_the_end_of_the_program(self):
        self.begin_loop()
        self.attach("-F", "Step", "--json")
        self.do("t100")
        self.do("100")
        self.running.stdin.close()
        self.assertEqual(self.running.wait(), 7)
        said = json.loads(self.scope.stderr.read())
        self.assertEqual(self.scope.wait(), 0)
        self.assertEqual(len(self.steps()), 100)
        self.assertEqual(said["events"], self.info()["events"])
        self.assertEqual({event["function"].split("(")[0] for event in self.events()}, {"Step"})

    def test_leaving_from_elsewhere(self):
        self.begin_loop()
        self.attach("--keep", "1M")
        self.do("100")
        harness.run(harness.SCOPE, "snapshot", "-d", self.trace, str(self.running.pid))
        self.assertEqual(self.steps(), list(range(100)))
        harness.run(harness.SCOPE, "attach", "--detach", str(self.running.pid))
        self.assertEqual(self.scope.wait(10), 0)
        self.do("100")
        wrong = harness.run(harness.SCOPE, "attach", "--detach", str(self.running.pid), check=False)
        self.assertEqual(wrong.returncode, 1)

    def test_in_and_beside_signal_handlers(self):
        program = self.compile(self.write("handler.c", HANDLER), "-O1")
        for arguments in (["b"], ["b", "alternate"]):
            self.begin(program, *arguments)
            for _ in range(3):
                self.attach()
                for _ in range(300):
                    if any("/ring-" in line and "(deleted)" not in line
                           for line in self.shared_memory()):
                        break
                    time.sleep(0.05)
                time.sleep(0.2)
                self.detach()
                ticks = self.steps("Tick")
                self.assertGreater(len(ticks), 0)
                self.assertEqual(ticks, list(range(ticks[0], ticks[0] + len(ticks))))
            self.assertIsNone(self.running.poll())
            self.running.kill()

    def test_a_handler_is_no_place_to_load_anything(self):
        program = self.compile(self.write("handler.c", HANDLER), "-O1")
        for arguments in (["h"], ["h", "alternate"]):
            self.begin(program, *arguments)
            self.attach()
            time.sleep(0.5)  # thousands of chances
            self.assertEqual(self.shared_memory(), [])
            self.assertIn("ran no instrumented code", self.detach())
            self.assertIsNone(self.running.poll())
            self.running.kill()

    def test_an_allocator_is_no_place_either(self):
        library = self.folder / "liballocator.so"
        source = self.write("allocator.c", ALLOCATOR)
        harness.run("clang-19", "-O1", "-fPIC", "-shared", source, "-o", library)
        program = self.compile(self.write("hooked.c", HOOKED), "-O1", library,
                               f"-Wl,-rpath,{self.folder}")
        self.begin(program)
        self.attach()
        self.do("m1000")
        self.assertEqual(self.shared_memory(), [])
        self.do("s10")
        self.do("m100")
        self.detach()
        self.assertEqual((len(self.steps("Step")), len(self.steps("Hook"))), (10, 100))
        self.do("m10")

        own = self.folder / "own"
        harness.run(harness.SCOPE, "cc", "-O1", source, self.folder / "hooked.c", "-o", own)
        self.begin(own)
        wrong = harness.run(harness.SCOPE, "attach", str(self.running.pid), check=False)
        self.assertEqual(wrong.returncode, 1)
        self.assertIn(b"is the memory allocator", wrong.stderr)
        self.do("m10")


if __name__ == "__main__":
    unittest.main()
