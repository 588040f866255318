"""Every function of scope/report.h: the right event when it is enabled, nothing when it is not.

usage: report_api_test.py [unittest options]

The program says what it saw itself in lines NAME=VALUE; the trace says what arrived.
"""
import os
import pathlib
import subprocess
import unittest

import harness

INCLUDE = pathlib.Path(__file__).resolve().parents[2] / "sdk/include"

CORE = r"""
#include <scope/report.h>
#include <stdio.h>
#include <string.h>
static scope_correlation Inner(void) {
  SCOPE_SITE_ENTER(inner, "inner");
  const scope_correlation call = scope_report_function_entry(&inner);
  printf("inner_is_current=%d\n", scope_current_correlation() == call);
  scope_report_function_exit(call, kScopeExitUnwind);
  return call;
}
int main(void) {
  SCOPE_SITE(line, Line, None, "checkpoint");
  SCOPE_SITE(value, Value, I64, "a + b");
  SCOPE_SITE(match, Match, Bool, "case 3");
  SCOPE_SITE(branch, Branch, Bool, "a > b");
  SCOPE_SITE(loop, Iteration, U64, "while");
  SCOPE_SITE(metric, Metric, F64, "speed");
  SCOPE_SITE(state, State, Object, "door");
  SCOPE_SITE(spawn, Spawn, U64, "worker");
  SCOPE_SITE(send, Send, Object, "orders");
  SCOPE_SITE(receive, Receive, Object, "orders");
  SCOPE_SITE(error, Error, Object, "error");
  const scope_variable variables[] = {{"a", kScopeValueI32, (uint64_t)-1}, {"b", kScopeValueBool, 1},
                                      {"c", kScopeValueF64, scope_bits_of_double(0.5)}};
  const scope_correlation call = scope_report_function_entry_named("module", "outer");
  scope_report_line_execution(&line);
  scope_report_expression_value(&value, (uint64_t)-42);
  scope_report_variable_snapshot("module", "outer", 17, variables, 3);
  scope_report_pattern_match(&match, 1);
  scope_report_branch_execution(&branch, 0);
  scope_report_loop_iteration(&loop, 9);
  scope_report_metric(&metric, 2.25);
  scope_report_state_change(&state, -1, 1);
  scope_report_thread_spawn(&spawn, 77);
  const uint64_t sent = scope_report_message_send(&send, 5, 100);
  scope_report_message_receive(&receive, 6, 100, sent);
  scope_report_error(&error, 13, "permission denied");
  printf("sent=%d\n", sent != 0);
  const scope_correlation inner = Inner();
  printf("outer_again=%d\n", scope_current_correlation() == call);
  scope_report_function_exit(call, kScopeExitReturn);
  scope_report_function_exit(call, kScopeExitReturn);
  printf("none=%d\n", scope_current_correlation() == 0);
  printf("differ=%d\n", inner != call || call == 0);
  return 0;
}
"""

CONTEXT = r"""
#include <scope/report.h>
#include <cstdio>
#include <cstring>
#include <future>
#include <thread>
static void Say(const char* name, long long value) { std::printf("%s=%lld\n", name, value); }
int main() {
  Say("initialized", scope_initialize_context());
  Say("enabled", scope_enabled());
  {
    scope::report::Disabled outer;
    { scope::report::Disabled nested; }
    Say("guarded", scope_enabled());
    SCOPE_VALUE(1);
    SCOPE_ZONE("not seen");
    Say("no_call", scope_current_correlation());
  }
  SCOPE_VALUE(2);
  Say("pushed", scope_push_call(12345));
  Say("current", scope_current_correlation());
  Say("popped", scope_pop_call());
  Say("empty", scope_pop_call());
  scope_context context;
  {
    SCOPE_ZONE("work");
    context = scope_context_capture();
    Say("parent", context.parent == scope_current_correlation());
    std::thread([&] {
      Say("before", scope_current_correlation());
      { SCOPE_ADOPT(context); Say("adopted", scope_current_correlation() == context.parent); }
      Say("released", scope_current_correlation());
    }).join();
    std::async(std::launch::async, [&] { SCOPE_ADOPT(context); SCOPE_ZONE("task"); }).get();
  }
  char text[SCOPE_TRACEPARENT_BYTES];
  Say("written", scope_traceparent_write(&context, text));
  std::printf("traceparent=%s\n", text);
  scope_context read;
  Say("read", scope_traceparent_read(text, &read));
  Say("same", std::memcmp(&read, &context, sizeof(read)) == 0);
  for (const char* wrong : {"", "00-0-0-01", "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                            "00-00000000000000000000000000000000-b7ad6b7169203331-01",
                            "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
                            "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01"}) {
    Say("wrong", scope_traceparent_read(wrong, &read));
  }
  Say("right", scope_traceparent_read("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", &read));
  scope_correlation_metadata metadata;
  Say("metadata", scope_get_correlation_metadata(&metadata));
  Say("metadata_enabled", metadata.enabled);
  Say("metadata_depth", metadata.depth);
  Say("metadata_sites", metadata.declared_sites > 0);
  Say("metadata_trace", metadata.context.trace_low == context.trace_low);
  scope_buffer_info buffer;
  Say("buffer", scope_get_buffer(&buffer));
  Say("buffer_bytes", buffer.bytes);
  Say("buffer_emitted", buffer.emitted > 0);
  scope_push_call(1);
  scope_disable_thread();
  scope_clear_context();
  Say("cleared", scope_enabled() && scope_current_correlation() == 0);
  scope_overhead overhead;
  Say("measured", scope_measure_overhead(1000, &overhead));
  Say("measured_all", overhead.entry_ns > 0 && overhead.value_ns > 0 && overhead.iterations == 1000);
  Say("id", scope_validate_node_id("00112233aabbccdd"));
  for (const char* wrong : {"", "0", "0000000000000000", "00112233aabbccdd0", "00112233AABBCCDD", "xx112233aabbccdd"}) {
    Say("bad_id", scope_validate_node_id(wrong));
  }
  Say("null_id", scope_validate_node_id(nullptr));
}
"""

REDACT = r"""
#include <scope/report.h>
struct Login { char user[16]; char password[16]; int64_t pin; };
static const scope_field kFields[] = {SCOPE_FIELD(Login, user, Text, nullptr),
    SCOPE_FIELD(Login, password, Text, nullptr), SCOPE_FIELD(Login, pin, I64, nullptr)};
static const scope_event_type kLogin = {"login", kFields, 3, sizeof(Login)};
int main() {
  scope_redact("pin");
  const char* Password = "canary-canary";
  const char* user = "alice";
  long api_token = 123456789;
  SCOPE_VALUE(Password);
  SCOPE_VALUE(user);
  SCOPE_VALUE(api_token);
  const Login login = {"alice", "canary-canary", 987654321};
  SCOPE_EVENT(kLogin, &login);
}
"""

TEXT = r"""
#include <scope/report.h>
#include <string>
int main() {
  const std::string none, some(100, 's'), much(5000, 'm');
  SCOPE_VALUE(none); SCOPE_VALUE(some); SCOPE_VALUE(much);
  scope_limit_text(1000);
  SCOPE_TEXT("more", much.c_str());
  scope_limit_text(248);
  SCOPE_TEXT("a piece", much.c_str());
  scope_limit_text(1u << 30);
  SCOPE_TEXT("at most", much.c_str());
  SCOPE_TEXT("nothing", (const char*)nullptr);
}
"""

EXACT = r"""
#include <scope/report.h>
#include <pthread.h>
static void* Work(void* opaque) {
  for (int i = 0; i < 20000; ++i) { SCOPE_ZONE("turn"); SCOPE_VALUE(i); SCOPE_TEXT("text", "some text of a thread"); }
  return opaque;
}
int main(void) {
  pthread_t threads[8];
  for (int i = 0; i < 8; ++i) pthread_create(&threads[i], 0, Work, 0);
  for (int i = 0; i < 8; ++i) pthread_join(threads[i], 0);
}
"""


class ReportApiTest(harness.ScopeTest):
    def build(self, text, name="app.cc", *flags):
        source = self.write(name, text)
        compiler = ["gcc", "-std=c11"] if name.endswith(".c") else ["g++", "-std=c++17"]
        harness.run(*compiler, "-Wall", "-Wextra", "-Werror", "-pthread", f"-I{INCLUDE}", *flags, source,
                    "-o", self.folder / "app")
        return self.folder / "app"

    def said(self, output):
        pairs = [line.split("=", 1) for line in output.decode().splitlines()]
        return {name: [value for key, value in pairs if key == name] for name, _ in pairs}

    def test_each_function_makes_its_event(self):
        program = self.build(CORE, "app.c")
        said = self.said(self.record(program).stdout)
        self.assertEqual(said, {"inner_is_current": ["1"], "sent": ["1"], "outer_again": ["1"], "none": ["1"],
                                "differ": ["1"]})
        events = self.events()
        plain = [(e["kind"], e["name"], e["value"]) for e in events
                 if e["kind"] not in ("send", "receive", "error", "state")]
        self.assertEqual(plain, [
            ("enter", "outer", None), ("line", "checkpoint", None), ("value", "a + b", -42), ("value", "a", -1),
            ("value", "b", True), ("value", "c", 0.5), ("match", "case 3", True), ("branch", "a > b", False),
            ("iteration", "while", 9), ("metric", "speed", 2.25), ("spawn", "worker", 77),
            ("enter", "inner", None), ("exit", "inner", None), ("exit", "outer", None)])
        wide = {e["kind"]: e["value"] for e in events if e["kind"] in ("send", "receive", "error", "state")}
        self.assertEqual(wide["state"], {"old_state": -1, "new_state": 1})
        sent = wide["send"]["sent_ns"]
        self.assertEqual(wide["send"], {"peer": 5, "id": 100, "sent_ns": sent, "queue_ns": 0})
        queued = wide["receive"].pop("queue_ns")
        self.assertEqual(wide["receive"], {"peer": 6, "id": 100, "sent_ns": sent})
        self.assertGreater(queued, 0)
        self.assertEqual((wide["error"]["code"], wide["error"]["message"]), (13, "permission denied"))
        self.assertTrue(wide["error"]["frame0"].startswith("0x"))
        shown = harness.run(harness.SCOPE, "replay", "-d", self.trace).stdout.decode()
        self.assertIn(f"queue_ns = {queued} ns}}", shown)
        exits = {e["name"]: e["how"] for e in events if e["kind"] == "exit"}
        self.assertEqual(exits, {"inner": "unwind", "outer": "return"})
        calls = {e["name"]: e["call"] for e in events}
        self.assertEqual(calls["checkpoint"], 0)
        self.assertEqual({e["line"] for e in events if e["name"] in ("a", "b", "c")}, {17})

    def test_nothing_happens_without_a_recording(self):
        program = self.build(CORE, "app.c")
        done = harness.run(program)
        self.assertEqual(self.said(done.stdout)["sent"], ["0"])
        strace = subprocess.run(["strace", "-f", "-o", self.folder / "calls", program], check=True, capture_output=True,
                                timeout=60)
        self.assertEqual(strace.returncode, 0)
        self.assertNotIn("libscope", (self.folder / "calls").read_text())

    def test_context_correlation_and_guards(self):
        said = self.said(self.record(self.build(CONTEXT)).stdout)
        ones = ("initialized", "enabled", "pushed", "parent", "adopted", "written", "read", "same", "right",
                "metadata", "metadata_enabled", "metadata_sites", "metadata_trace", "buffer", "buffer_emitted",
                "cleared", "measured", "measured_all", "id")
        zeros = ("guarded", "no_call", "empty", "before", "released", "metadata_depth", "null_id")
        for name in ones:
            self.assertEqual(said[name], ["1"], name)
        for name in zeros:
            self.assertEqual(said[name], ["0"], name)
        self.assertEqual((said["current"], said["popped"]), (["12345"], ["12345"]))
        self.assertEqual((said["wrong"], said["bad_id"]), (["0"] * 6, ["0"] * 6))
        self.assertRegex(said["traceparent"][0], r"^00-[0-9a-f]{32}-[0-9a-f]{16}-01$")
        self.assertEqual(said["buffer_bytes"], [str(1 << 20)])
        events = [e for e in self.events() if "overhead" not in e["function"]]
        self.assertEqual([(e["kind"], e["name"]) for e in events],
                         [("value", "2"), ("enter", "work"), ("context", "context"), ("context", "context"),
                          ("enter", "task"), ("exit", "task"), ("exit", "work")])
        # The parent of the adopted context is the call that was open: its thread + 1, and its number there.
        work = next(e for e in events if e["name"] == "work")
        parents = {e["value"]["parent"] for e in events if e["kind"] == "context"}
        self.assertEqual(len(parents), 1)
        self.assertEqual(parents.pop() & ((1 << 40) - 1), work["thread_seq"])

    def test_context_says_no_without_a_recording(self):
        said = self.said(harness.run(self.build(CONTEXT)).stdout)
        for name in ("initialized", "enabled", "pushed", "written", "metadata", "buffer", "measured"):
            self.assertEqual(said[name], ["0"], name)

    def test_a_traceparent_correlates_processes(self):
        program = self.build(r"""
#include <scope/report.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
int main(int argc, char** argv) {
  (void)argc;
  const char* parent = getenv("TRACEPARENT");
  if (parent != nullptr) {
    scope_context context;
    if (!scope_traceparent_read(parent, &context)) return 1;
    SCOPE_ADOPT(context);
    SCOPE_ZONE("in the child");
    return 0;
  }
  SCOPE_ZONE("in the parent");
  char text[SCOPE_TRACEPARENT_BYTES];
  const scope_context context = scope_context_capture();
  scope_traceparent_write(&context, text);
  setenv("TRACEPARENT", text, 1);
  if (fork() == 0) { execv(argv[0], argv); _exit(1); }
  int status = 0;
  wait(&status);
  return status;
}
""")
        self.assertEqual(self.record(program).returncode, 0)
        events = self.events()
        context = next(e for e in events if e["kind"] == "context")
        parent = next(e for e in events if e["name"] == "in the parent")
        self.assertNotEqual(context["thread"], parent["thread"])
        number = context["value"]["parent"]
        self.assertEqual(number & ((1 << 40) - 1), parent["thread_seq"])

    def test_redacted_names_never_reach_the_trace(self):
        program = self.build(REDACT)
        self.record(program, env={**os.environ, "SCOPE_REDACT": "*password*,*TOKEN"})
        values = {e["name"]: e["value"] for e in self.events()}
        self.assertEqual(values["Password"], "(redacted)")
        self.assertEqual(values["api_token"], "(redacted)")
        self.assertEqual(values["user"], "alice")
        self.assertEqual(values["login"], {"user": "alice", "password": "(redacted)", "pin": 0})
        for path in self.trace.iterdir():
            self.assertNotIn(b"canary", path.read_bytes())

    def test_long_texts_are_cut_and_say_how_long_they_were(self):
        self.record(self.build(TEXT))
        out = harness.run(harness.SCOPE, "replay", "-d", self.trace).stdout.decode()
        values = {e["name"]: e["value"] for e in self.events()}
        lengths = {name: value.count(name[0] if name != "more" else "m") for name, value in values.items()}
        self.assertEqual(values["none"], "")
        self.assertEqual(values["some"], "s" * 100)
        self.assertEqual({name: len(value) for name, value in values.items()},
                         {"none": 0, "some": 100, "much": 240, "more": 1000, "a piece": 248, "at most": 4096}, lengths)
        self.assertIn("(5000)", out)

    def test_concurrent_reports_are_all_there(self):
        self.record(self.build(EXACT, "app.c", "-O2"))
        sums = self.assert_balanced()
        # Enter, exit, a value, and a text of one head and three parts.
        self.assertEqual(sums["stored"], 8 * 20000 * (3 + 4))
        self.assertEqual(self.info()["events"], 8 * 20000 * 4)

    def test_a_small_ring_loses_what_it_counts(self):
        self.record(self.build(EXACT, "app.c", "-O2"), options=("--ring", "16K", "--on-full", "drop_newest"))
        sums = self.assert_balanced()
        self.assertEqual(sums["emitted"], 8 * 20000 * (3 + 4))


if __name__ == "__main__":
    unittest.main()
