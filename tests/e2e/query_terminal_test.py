"""scope query on a terminal: a prompt that outlives mistakes, colour, and a line while a statement takes long.

usage: query_terminal_test.py [unittest options]
"""
import os
import pty
import select
import signal
import subprocess
import time
import unittest

import harness
from query_programs import RecordedTest

ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"


class Terminal:
    """A command on a terminal of its own."""

    def __init__(self, *command, **environment):
        self.master, slave = pty.openpty()
        self.seen = ""
        self.process = subprocess.Popen([str(word) for word in command], stdin=slave, stdout=slave, stderr=slave,
                                        env=os.environ | {"TERM": "xterm", "PAGER": "cat"} | environment)
        os.close(slave)

    def wait_for(self, text, seconds=120):
        """What was shown up to `text`, and not waited for before."""
        end = time.monotonic() + seconds
        while text not in self.seen:
            if not select.select([self.master], [], [], max(0, end - time.monotonic()))[0]:
                raise AssertionError(f"{text!r} does not come: {self.seen!r}")
            try:
                more = os.read(self.master, 4096)
            except OSError:  # The other end was closed.
                more = b""
            if not more:
                raise AssertionError(f"ended before {text!r}: {self.seen!r}")
            self.seen += more.decode(errors="replace")
        before, self.seen = self.seen.split(text, 1)
        return before + text

    def type(self, text):
        os.write(self.master, text.encode())

    def close(self):
        self.process.kill()
        self.process.wait()
        os.close(self.master)


class TerminalTest(RecordedTest):
    def open(self, *arguments, **environment):
        terminal = Terminal(harness.SCOPE, "query", "-d", self.trace_folder, *arguments, **environment)
        self.addCleanup(terminal.close)
        return terminal

    def test_a_session_outlives_mistakes(self):
        terminal = self.open(NO_COLOR="1")
        terminal.wait_for("scope> ")
        terminal.type("SELEC;\n")
        self.assertIn('scope: near "SELEC": syntax error', terminal.wait_for("scope> "))
        terminal.type("SELECT 6 * 7\n")
        terminal.wait_for("...> ")
        terminal.type("AS answer;\n")
        self.assertIn("  answer\r\n      42\r\n", terminal.wait_for("scope> "))
        terminal.type(ENDLESS + ";\n")
        terminal.wait_for("Ctrl-C ends it")
        terminal.process.send_signal(signal.SIGINT)
        self.assertIn("scope: interrupted", terminal.wait_for("scope> "))
        terminal.type("SELECT 'there still' AS x;\n")
        self.assertIn("  there still\r\n", terminal.wait_for("scope> "))
        terminal.type("\x04")  # Ctrl-D
        self.assertEqual(terminal.process.wait(60), 0)

    def test_colour_is_for_those_who_want_it(self):
        for environment, title in (({}, "\x1b[2m  answer\x1b[0m"), ({"NO_COLOR": "1"}, "  answer")):
            terminal = self.open("SELECT 42 AS answer; SELECT 'end' AS e", **environment)
            shown = terminal.wait_for("end")
            self.assertEqual(shown.split("\r\n")[0], title)

    def test_long_cells_are_cut_on_a_terminal_alone(self):
        sql = "SELECT printf('%.*c', 200, 'x') AS x; SELECT 'end' AS e"
        self.assertNotIn("x" * 61, self.open(sql).wait_for("end"))
        out = harness.run(harness.SCOPE, "query", "-d", self.trace_folder, sql).stdout.decode()
        self.assertIn("x" * 200, out)


if __name__ == "__main__":
    unittest.main()
