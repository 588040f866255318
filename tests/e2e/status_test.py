"""A recording can be looked at while it runs: by people, by programs, by Prometheus.

usage: status_test.py [unittest options]
"""
import http.client
import json
import os
import pty
import re
import select
import signal
import subprocess
import time
import unittest

import harness
from phased import PHASES, PhasedTest

STEPS = r"""
static int Step(int n) { int twice = n * 2; return twice; }
static void Work(void) {
  for (int i = 0; i < 1000; ++i) { volatile int got = Step(i); (void)got; }
}
""" + PHASES

THREADS = r"""
#include <pthread.h>
static void* count(void* unused) {
  for (int i = 0; i < 20000; ++i) { int seen = i; (void)seen; }
  return unused;
}
static void Work(void) {
  pthread_t threads[8];
  for (int i = 0; i < 8; ++i) pthread_create(&threads[i], 0, count, 0);
  for (int i = 0; i < 8; ++i) pthread_join(threads[i], 0);
}
""" + PHASES


class StatusTest(PhasedTest):
    def start(self, *options):
        program = self.compile(self.write("steps.c", STEPS), "-O1")
        self.start_phases(program, *options)
        return program

    def status(self, *options, check=True):
        return harness.run(harness.SCOPE, "status", *options, str(self.pid), check=check)

    def metrics(self):
        return json.loads(self.status("--json").stdout)["metrics"]

    def await_events(self):
        """What a phase has reported is stored soon, and counted every 100 ms."""
        last = 0
        for _ in range(600):
            metrics = self.metrics()
            if metrics["events_stored"] == last and last > 1000:
                return metrics
            last = metrics["events_stored"]
            time.sleep(0.25)
        raise AssertionError(metrics)

    def test_what_is_counted_is_what_is_stored(self):
        program = self.start("-V", "twice")
        self.phase()
        # A call's own events are not wanted.
        for _ in range(600):
            metrics = self.metrics()
            if metrics["events_stored"] == 1000:
                break
            time.sleep(0.05)
        self.assertEqual(metrics["events_stored"], 1000)
        self.assertEqual((metrics["processes"], metrics["threads"], metrics["rings"]), (1, 1, 1))
        self.assertEqual((metrics["leases_encode"], metrics["leases_store"]), (0, 0))
        status = json.loads(self.status("--json").stdout)
        self.assertEqual(status["program"], str(program))
        self.assertEqual(status["directory"], str(self.trace))
        self.assertEqual((status["collector"], status["processes"]), (self.running.pid, [self.pid]))
        text = self.status().stdout.decode()
        self.assertIn("1,000 events stored", text)
        self.assertIn("0 lost", text)
        for stage in ("drain", "encode", "store"):
            self.assertRegex(text, rf"(?m)^  {stage} ")
        self.end_phases()
        self.assertEqual(self.info()["events"], 1000)
        gone = self.status(check=False)
        self.assertEqual(gone.returncode, 1)
        self.assertIn(b"being recorded", gone.stderr)

    def test_the_end_says_the_same_numbers(self):
        program = self.compile(self.write("steps.c", STEPS), "-O1")
        done = harness.run(harness.SCOPE, "record", "--json", "-d", self.trace, "--", program, "now")
        said = json.loads(done.stderr.splitlines()[-1])
        metrics = said["metrics"]
        self.assertEqual(metrics["events_stored"], said["events"])
        self.assertEqual(metrics["trace_bytes"], said["bytes"])
        self.assertEqual(metrics["drain_records"], said["events"])
        self.assertEqual((metrics["leases_encode"], metrics["leases_store"]), (0, 0))
        self.assertEqual(metrics["batches_quarantined"], 0)

    def test_prometheus_reads_it_from_this_machine_only(self):
        self.start()
        server = subprocess.Popen([harness.SCOPE, "status", "--listen", "0"], stderr=subprocess.PIPE)
        self.addCleanup(server.stderr.close)
        self.addCleanup(server.wait)
        self.addCleanup(server.kill)
        line = server.stderr.readline().decode()
        port = int(re.search(r"http://127\.0\.0\.1:(\d+)/metrics", line)[1])

        def get(path="/metrics", method="GET", **headers):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
            try:
                connection.request(method, path, headers=headers)
                answer = connection.getresponse()
                return answer.status, answer.read().decode()
            finally:
                connection.close()

        self.assertEqual(get(Host="evil.example")[0], 403)
        self.assertEqual(get(Host="localhost")[0], 200)
        self.assertEqual(get("/other")[0], 404)
        self.assertEqual(get(method="POST")[0], 405)
        self.phase()
        self.await_events()
        status, text = get()
        self.assertEqual(status, 200)
        self.assertEqual(text, re.sub(r"(?m)^(?!# (HELP|TYPE) \w+ .+$|\w+\{[^}]*\} [\d.]+$).*\n", "", text))
        session = json.loads(self.status("--json").stdout)["session"]
        stored = re.search(rf'scope_events_stored_total\{{session="{session}",[^}}]*\}} (\d+)', text)
        self.assertEqual(int(stored[1]), self.metrics()["events_stored"])
        self.assertIn("# TYPE scope_rings gauge\n", text)
        self.assertRegex(text, r"scope_cpu_seconds_total\{.*\} 0\.\d{9}\n")
        server.send_signal(signal.SIGINT)
        self.assertEqual(server.wait(60), 0)
        self.end_phases()

    def test_on_a_terminal_it_goes_on_until_the_end(self):
        self.start()
        ours, theirs = pty.openpty()
        self.addCleanup(os.close, ours)
        watcher = subprocess.Popen([harness.SCOPE, "status", str(self.pid)], stdout=theirs,
                                   stderr=subprocess.PIPE, env=os.environ | {"TERM": "xterm"})
        self.addCleanup(watcher.stderr.close)
        self.addCleanup(watcher.kill)
        os.close(theirs)
        shown = b""
        while shown.count(b"Ctrl-C ends this") < 2:
            self.assertTrue(select.select([ours], [], [], 60)[0], shown)
            shown += os.read(ours, 65536)
        self.end_phases()
        self.assertEqual(watcher.wait(60), 0)
        self.assertIn(b"the recording is over", watcher.stderr.read())

    def test_the_number_of_workers_changes_while_it_runs(self):
        program = self.compile(self.write("threads.c", THREADS), "-O1", "-pthread")
        self.start_phases(program, "--ring", "16K", "--workers", "3", "-V", "seen")
        for number, workers in enumerate((3, 16, 1, 7)):
            if number > 0:
                answer = json.loads(harness.run(harness.SCOPE, "switch", "--json", "--workers", workers,
                                                self.running.pid).stdout)
                self.assertEqual((answer["version"], answer["workers"]), (number, workers))
            self.phase()
            self.assertEqual(self.running.poll(), None)
        refused = harness.run(harness.SCOPE, "switch", "--workers", "17", self.running.pid, check=False)
        self.assertEqual(refused.returncode, 1)
        self.assertIn(b"1 to 16 workers", refused.stderr)
        self.end_phases()
        sums = self.assert_balanced()
        self.assertEqual((sums["stored"], sums["dropped"], sums["torn"]), (4 * 8 * 20_000, 0, 0))
        last = {}
        for event in self.events():
            self.assertEqual(event["value"], last.get(event["thread"], -1) + 1)
            last[event["thread"]] = event["value"]
        self.assertEqual(len(last), 32)

    def test_words_that_make_no_sense(self):
        for words, text in ((("--listen", "70000"), b"no port"), (("--listen", "x"), b"no port"),
                            (("--every", "3"), b"no option")):
            done = harness.run(harness.SCOPE, "status", *words, check=False)
            self.assertEqual(done.returncode, 2, words)
            self.assertIn(text, done.stderr)


if __name__ == "__main__":
    unittest.main()
