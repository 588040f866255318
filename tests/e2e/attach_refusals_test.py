"""What cannot be attached to: one line says why, and nothing is changed.

usage: attach_refusals_test.py [unittest options]
"""
import os
import pathlib
import shutil
import signal
import subprocess
import time
import unittest

import harness
from attach_harness import AttachedTest
from attach_programs import LOOP

NOBODY = 65534
UNREACHABLE = r"""
#include <sys/prctl.h>
__attribute__((constructor)) static void Hide(void) { prctl(PR_SET_DUMPABLE, 0, 0, 0, 0); }
"""


class AttachRefusalsTest(AttachedTest):
    def begin_loop(self, *flags, **options):
        program = self.compile(self.write("loop.cc", LOOP), "-O1", "-pthread", "-ldl", *flags)
        self.begin(program, self.folder / "plugin.so", **options)

    def fails(self, code, said, *words, prefix=(), **options):
        done = harness.run(*prefix, harness.SCOPE, "attach", "-d", self.trace, *words, check=False,
                           **options)
        self.assertEqual(done.returncode, code, done.stderr)
        self.assertIn(said, done.stderr.decode())
        self.assertLess(len(done.stderr.splitlines()), 2 + (code == 2))

    def as_nobody(self):
        """Options with which scope runs as somebody who may do nothing."""
        os.chmod(self.folder, 0o755)
        return {"user": NOBODY, "group": NOBODY, "extra_groups": []}

    def test_wrong_usage(self):
        self.fails(2, "which process?")
        self.fails(2, "'x' is no process id", "x")
        self.fails(2, "an ingestor is loaded when its program starts: 'scope run --ingest locks",
                   "--ingest", "locks", "1")
        self.fails(2, "attach, then 'scope switch --off'", "--start-off", "1")

    def test_what_is_no_process(self):
        self.fails(1, "there is no process 4194303", "4194303")
        ended = subprocess.Popen(["true"])
        os.waitid(os.P_PID, ended.pid, os.WEXITED | os.WNOWAIT)
        self.fails(1, "has ended; its parent has not asked for its end yet", str(ended.pid))
        ended.wait()
        self.begin_loop()
        self.do("t1")
        threads = {int(tid) for tid in os.listdir(f"/proc/{self.running.pid}/task")}
        self.fails(1, f"is a thread of process {self.running.pid}",
                   str((threads - {self.running.pid}).pop()))

    def test_what_has_no_instrumented_code(self):
        sleeper = subprocess.Popen(["sleep", "100"])
        self.addCleanup(sleeper.wait)
        self.addCleanup(sleeper.kill)
        self.fails(1, "has no instrumented code", str(sleeper.pid))

    def test_a_static_program(self):
        self.begin_loop("-static")
        self.fails(1, "is statically linked", str(self.running.pid))
        self.do("10")

    def test_one_that_is_recorded(self):
        self.begin_loop()
        self.attach()
        self.fails(1, "is already recorded", str(self.running.pid))
        self.detach()

    def test_one_that_is_stopped(self):
        self.begin_loop()
        self.running.send_signal(signal.SIGSTOP)
        while "T" not in pathlib.Path(f"/proc/{self.running.pid}/stat").read_text().split()[2]:
            time.sleep(0.01)
        line = self.attach()
        self.assertIn(b"it is stopped now, until it gets SIGCONT", line)
        self.running.send_signal(signal.SIGCONT)
        self.do("10")
        self.detach()
        self.assertEqual(self.steps(), list(range(10)))
        # Left before it went on, it never knows.
        self.running.send_signal(signal.SIGSTOP)
        self.attach()
        self.assertIn("ran no instrumented code", self.detach())
        self.running.send_signal(signal.SIGCONT)
        self.do("10")

    def test_the_runtime_of_another_build(self):
        self.begin_loop()
        self.attach()
        self.do("1")
        self.detach()
        other = self.folder / "libscope_rt.so"
        runtime = pathlib.Path(harness.SCOPE).resolve().parents[1] / "lib/libscope_rt.so"
        shutil.copy(os.environ.get("SCOPE_RUNTIME", runtime), other)
        self.fails(1, "has been recorded by another build of scope", str(self.running.pid),
                   env=dict(os.environ, SCOPE_RUNTIME=str(other)))

    @unittest.skipUnless(os.geteuid() == 0, "needs a namespace")
    def test_one_in_a_container(self):
        self.begin_loop(prefix=("unshare", "--pid", "--fork"))
        children = f"/proc/{self.running.pid}/task/{self.running.pid}/children"
        inside = pathlib.Path(children).read_text().split()[0]
        self.fails(1, "lives in a container (another pid namespace): run scope in there", inside)
        self.do("10")

    @unittest.skipUnless(os.geteuid() == 0, "needs several users")
    def test_other_users_and_privileges(self):
        self.begin_loop()
        self.fails(1, "belongs to root: attach as that user", str(self.running.pid),
                   **self.as_nobody())
        self.end()

        self.begin_loop(**self.as_nobody())
        self.fails(1, "belongs to nobody: attach as that user", str(self.running.pid))
        # With the right to look into processes, and otherwise as that user.
        self.trace = self.folder / "shared" / "scope.data"
        self.trace.parent.mkdir()
        os.chown(self.trace.parent, NOBODY, NOBODY)
        self.attach(prefix=("setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups",
                            "--inh-caps=+sys_ptrace", "--ambient-caps=+sys_ptrace"))
        self.do("10")
        self.detach()
        self.assertEqual(self.steps(), list(range(10)))
        self.end()

        harness.run("clang-19", "-shared", "-fPIC", self.write("hide.c", UNREACHABLE), "-o",
                    self.folder / "hide.so")
        hidden = dict(os.environ, LD_PRELOAD=str(self.folder / "hide.so"))
        self.begin_loop(env=hidden, **self.as_nobody())
        self.fails(1, "cannot be reached", str(self.running.pid), **self.as_nobody())
        self.end()

        program = self.compile(self.write("loop.cc", LOOP), "-O1", "-pthread", "-ldl")
        os.chown(program, 0, 0)
        os.chmod(program, 0o4755)
        self.begin(program, **self.as_nobody())
        self.fails(1, "runs with raised privileges and is not recorded", str(self.running.pid))
        self.fails(1, "runs with raised privileges and is not recorded", str(self.running.pid),
                   **self.as_nobody())


if __name__ == "__main__":
    unittest.main()
