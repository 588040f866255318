"""What tests share that attach to a running program."""
import pathlib
import signal
import subprocess

import harness


class AttachedTest(harness.ScopeTest):
    """A program of a test reads commands and answers each with "done"; scope attaches to it."""

    def begin(self, program, *arguments, prefix=(), **options):
        self.running = subprocess.Popen([*prefix, program, *arguments], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, **options)
        self.addCleanup(self.end, self.running)
        self.assertEqual(self.running.stdout.readline(), b"ready\n")

    def end(self, running=None):
        running = running or self.running
        running.stdin.close()
        try:
            running.wait(20)
        except subprocess.TimeoutExpired:
            running.kill()
            running.wait()
        running.stdout.close()

    def do(self, line):
        self.running.stdin.write(f"{line}\n".encode())
        self.running.stdin.flush()
        self.assertEqual(self.running.stdout.readline(), b"done\n")

    def attach(self, *options, pid=None, prefix=()):
        """Returns what scope says when it has asked."""
        self.scope = subprocess.Popen(
            [*prefix, harness.SCOPE, "attach", "-d", self.trace, *options, str(pid or self.running.pid)],
            stderr=subprocess.PIPE)
        self.addCleanup(self.scope.stderr.close)
        self.addCleanup(self.scope.wait)
        self.addCleanup(self.scope.kill)
        line = self.scope.stderr.readline()
        self.assertIn(b"is recorded from its next event on", line)
        return line

    def detach(self):
        self.scope.send_signal(signal.SIGINT)
        said = self.scope.stderr.read().decode()
        self.assertEqual(self.scope.wait(), 0, said)
        return said

    def shared_memory(self):
        """Mappings of recordings in the program."""
        maps = pathlib.Path(f"/proc/{self.running.pid}/maps").read_text()
        return [line for line in maps.splitlines() if "/dev/shm/scope-" in line]

    def steps(self, function="Step"):
        info = self.info()
        self.assert_balanced(info)
        for thread in info["threads"]:
            self.assertEqual(thread["dropped"] + thread["torn"], 0)
        return [event["value"] for event in self.events()
                if event["kind"] == "param" and event["function"].startswith(function)]

    def remove_left_sessions(self, pid=None):
        """Of collectors that were killed."""
        for session in harness.run(harness.SCOPE, "recover", "--list").stdout.decode().splitlines():
            if f" {pid or self.running.pid})" in session:
                harness.run("rm", "-r", session.split()[0])
