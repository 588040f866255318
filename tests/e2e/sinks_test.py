"""The sinks that scope brings along: JSON lines, and spans for an OpenTelemetry collector.

usage: sinks_test.py [unittest options]
"""
import http.server
import json
import threading
import unittest

import harness

CALLS = r"""
#include <stdexcept>
__attribute__((noinline)) int leaf(int n) { if (n == 7) throw std::runtime_error("7"); return n * 2; }
__attribute__((noinline)) int middle(int n) { int got = leaf(n) + 1; return got; }
int main() {
  int sum = 0;
  for (int i = 0; i < 10; ++i) {
    try { sum += middle(i); } catch (const std::exception&) { sum -= 1; }
  }
  return sum == 0;
}
"""


class Collector:
    """A server that keeps what is posted. `answers`: the codes of the first answers; then 200."""

    def __init__(self, test, answers=()):
        self.bodies = []
        self.answers = list(answers)
        self.requests = 0
        ours = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                ours.requests += 1
                code = ours.answers.pop(0) if ours.answers else 200
                if code == 200:
                    ours.bodies.append((self.path, self.headers["Content-Type"], json.loads(body)))
                self.send_response(code)
                self.send_header("Content-Length", "2")
                self.end_headers()
                self.wfile.write(b"{}")

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_address[1]}"
        thread = threading.Thread(target=self.server.serve_forever)
        thread.start()
        test.addCleanup(thread.join)
        test.addCleanup(self.server.server_close)
        test.addCleanup(self.server.shutdown)

    def spans(self):
        return [span for _, _, body in self.bodies for resource in body["resourceSpans"]
                for scope in resource["scopeSpans"] for span in scope["spans"]]


class SinksTest(harness.ScopeTest):
    def setUp(self):
        super().setUp()
        self.program = self.compile(self.write("calls.cc", CALLS), "-O1")

    def feed(self, sink, check=True):
        return harness.run(harness.SCOPE, "feed", "-d", self.trace, "--sink", sink, check=check)

    def test_each_event_is_a_line_of_json(self):
        self.record(self.program)
        lines = [json.loads(line) for line in self.feed("json").stdout.splitlines()]
        events = [line for line in lines if "seq" in line]
        replayed = self.events()
        self.assertEqual(len(events), len(replayed))
        for event, other in zip(events, replayed):
            for key in ("seq", "thread", "kind", "name", "line", "call", "node"):
                self.assertEqual(event[key], other[key], (key, event, other))
        self.assertEqual([event["value"] for event in events
                          if (event["kind"], event["name"]) == ("init", "got")],
                         [str(2 * n + 1) for n in range(10) if n != 7])
        self.assertEqual(lines[-1]["events"], len(events))
        self.assertTrue(lines[-1]["complete"])
        self.feed(f"json:{self.folder / 'out.jsonl'}")
        self.assertEqual([json.loads(line) for line in (self.folder / "out.jsonl").read_text().splitlines()],
                         lines)

    def test_a_file_that_cannot_be_written_is_said(self):
        self.record(self.program)
        for sink, text in (("json:/nowhere/x", b"/nowhere/x: No such file"), ("json:/dev/full", b"/dev/full")):
            done = self.feed(sink, check=False)
            self.assertEqual(done.returncode, 1)
            self.assertIn(text, done.stderr)

    def check_spans(self, spans):
        """Each call is a span, inside of the span of its caller."""
        replayed = self.events()
        entered = {event["seq"]: event for event in replayed if event["kind"] == "enter"}
        self.assertEqual(len(spans), len(entered))
        by_id = {span["spanId"]: span for span in spans}
        self.assertEqual(len(by_id), len(spans))
        self.assertEqual(len({span["traceId"] for span in spans}), 1)
        for span in spans:
            self.assertRegex(span["traceId"], "^[0-9a-f]{32}$")
            self.assertRegex(span["spanId"], "^[0-9a-f]{16}$")
            attributes = {item["key"]: item["value"] for item in span["attributes"]}
            enter = entered[int(attributes["scope.seq"]["intValue"])]
            self.assertTrue(enter["function"].startswith(span["name"]))
            self.assertEqual(int(attributes["code.lineno"]["intValue"]), enter["line"])
            begin, end = int(span["startTimeUnixNano"]), int(span["endTimeUnixNano"])
            self.assertLessEqual(begin, end)
            if span["name"] == "main":
                self.assertNotIn("parentSpanId", span)
                continue
            parent = by_id[span["parentSpanId"]]
            self.assertEqual(parent["name"], {"leaf": "middle", "middle": "main"}[span["name"]])
            self.assertLessEqual(int(parent["startTimeUnixNano"]), begin)
            self.assertGreaterEqual(int(parent["endTimeUnixNano"]), end)
        failed = [span["name"] for span in spans if span.get("status", {}).get("code") == 2]
        self.assertEqual(sorted(failed), ["leaf", "middle"])

    def test_calls_are_spans(self):
        collector = Collector(self)
        done = self.record(self.program, options=["--sink", f"otlp:{collector.address}"])
        self.assertEqual(done.stderr, b"")
        self.check_spans(collector.spans())
        for path, content_type, body in collector.bodies:
            self.assertEqual((path, content_type), ("/v1/traces", "application/json"))
            service = body["resourceSpans"][0]["resource"]["attributes"][0]
            self.assertEqual(service["key"], "service.name")
            self.assertEqual(service["value"]["stringValue"], str(self.program))
        # Who gets them twice can tell.
        again = Collector(self)
        self.feed(f"otlp:{again.address}")
        self.assertEqual({span["spanId"] for span in again.spans()},
                         {span["spanId"] for span in collector.spans()})

    def test_a_server_that_is_busy_gets_them_later(self):
        collector = Collector(self, answers=[503, 429, 502])
        self.record(self.program)
        self.feed(f"otlp:{collector.address}")
        self.assertEqual(collector.requests, 4)
        self.check_spans(collector.spans())

    def test_what_was_not_delivered_is_said(self):
        self.record(self.program)
        refusing = Collector(self, answers=[400])
        done = self.feed(f"otlp:{refusing.address}", check=False)
        self.assertEqual((done.returncode, refusing.requests), (1, 1))
        self.assertIn(b"answers 400; 0 spans were delivered", done.stderr)
        done = self.feed("otlp:http://127.0.0.1:1", check=False)  # nobody is there
        self.assertEqual(done.returncode, 1)
        self.assertIn(b"127.0.0.1:1: Connection refused; 0 spans were delivered", done.stderr)
        for sink, text in (("otlp:https://x", b"https"), ("otlp:http://", b"http://HOST:PORT"),
                           ("otlp:http://x:y", b"http://HOST:PORT")):
            done = self.feed(sink, check=False)
            self.assertEqual(done.returncode, 1)
            self.assertIn(text, done.stderr)


if __name__ == "__main__":
    unittest.main()
