"""Ingestors, sinks and viewers: the examples, the templates, and plugins that misbehave.

usage: plugins_test.py [unittest options]
"""
import csv
import json
import os
import pathlib
import subprocess
import unittest

import harness

ROOT = pathlib.Path(__file__).resolve().parents[2]
INCLUDE = ROOT / "sdk/include"
GAME = pathlib.Path(harness.SCOPE).parents[1] / "tests/frames_game"

PROGRAM = r"""
#include <scope/report.h>
#include <string.h>
int main(void) {
  for (int i = 0; i < 10000; ++i) SCOPE_VALUE(i);
  SCOPE_TEXT("said", "a \"quoted\", text");
  return 7;
}
"""

BAD_SINK = r"""
#include "scope/sink.h"
#include <cstdlib>
#include <stdexcept>
#include <unistd.h>
struct Bad : scope::Sink {
  void Begin() override { if (options() == "begin") throw std::runtime_error("it does not want to"); }
  void Event(const scope_event_info& event) override {
    if (event.seq != 5) return;
    if (options() == "throw") throw std::runtime_error("event 5 is too much");
    if (options() == "crash") abort();
    if (options() == "hang") for (;;) pause();
  }
};
SCOPE_SINK(Bad, "bad", "does what its options say")
"""


class PluginsTest(harness.ScopeTest):
    def build(self, text, *flags):
        source = self.write("app.c", text)
        harness.run("gcc", f"-I{INCLUDE}", *flags, source, "-o", self.folder / "app")
        return self.folder / "app"

    def plugin(self, kind, name, text):
        source = self.write(f"{name}.cc", text)
        harness.run("g++", "-std=c++17", "-shared", "-fPIC", f"-I{INCLUDE}", source, "-o",
                    self.folder / f"{kind}_{name}.so")
        return {**os.environ, "SCOPE_PLUGIN_PATH": str(self.folder)}

    def recorded(self, program, *options, verb="record", environment=None):
        done = subprocess.run([harness.SCOPE, verb, "-d", str(self.trace), *options, "--", str(program)],
                              capture_output=True, timeout=120, env=environment, check=False)
        return done.returncode, done.stderr.decode(), done.stdout.decode()

    def test_the_csv_sink_writes_each_event_in_order(self):
        out = self.folder / "out.csv"
        code, said, _ = self.recorded(self.build(PROGRAM), "--sink", f"csv:{out}")
        self.assertEqual(code, 7, said)
        with out.open(newline="") as file:
            rows = list(csv.DictReader(file))
        self.assertEqual([row["value"] for row in rows[:10000]], [str(i) for i in range(10000)])
        self.assertEqual(rows[-1]["name"], "said")
        self.assertIn("quoted", rows[-1]["value"])
        events = self.events()
        self.assertEqual([(int(r["seq"]), r["name"], int(r["line"])) for r in rows],
                         [(e["seq"], e["name"], e["line"]) for e in events])

    def test_a_trace_is_fed_to_a_sink_later_with_the_same_result(self):
        live, later = self.folder / "live.csv", self.folder / "later.csv"
        self.recorded(self.build(PROGRAM), "--sink", f"csv:{live}")
        harness.run(harness.SCOPE, "feed", "-d", self.trace, "--sink", f"csv:{later}")
        strip = [[row[0:1] + row[2:] for row in csv.reader(path.read_text().splitlines())] for path in (live, later)]
        self.assertEqual(strip[0], strip[1])

    def test_a_sink_that_fails_throws_crashes_or_hangs_harms_nobody(self):
        environment = self.plugin("sink", "bad", BAD_SINK)
        program = self.build(PROGRAM)
        for how, words in (("begin", "it does not want to"), ("throw", "event 5 is too much"),
                           ("crash", "killed by signal 6"), ("hang", "more than 1 s to end and was killed")):
            with self.subTest(how=how):
                code, said, _ = self.recorded(program, "--sink", f"bad:{how}", "--sink-timeout", "1s",
                                              environment=environment)
                self.assertEqual(code, 7)
                self.assertIn("sink bad", said)
                self.assertIn(words, said)
                self.assertTrue(self.info()["complete"])
                self.assertEqual(len(self.events()), 10001)

    def test_wrong_names_and_versions_are_one_line_before_the_program_runs(self):
        marker = self.folder / "ran"
        program = self.build("#include <stdio.h>\nint main(void) { fclose(fopen(\"%s\", \"w\")); }" % marker)
        self.plugin("sink", "old", '#include "scope/plugin.h"\nstatic const scope_sink kSink = {sizeof(scope_sink), 99, '
                    '"old", "", 0, 0, 0, 0, 0};\nextern "C" SCOPE_PLUGIN_EXPORT const scope_sink* scope_sink_entry_v1() '
                    "{ return &kSink; }\n")
        environment = self.plugin("sink", "none", "int nothing;\n")
        for option, name, words in (("--sink", "csw:x", "did you mean 'csv'"),
                                    ("--ingest", "framez", "there is no ingestor 'framez'"),
                                    ("--sink", "/nowhere/sink_x.so", "there is no sink /nowhere/sink_x.so"),
                                    ("--sink", "old", "version 99"),
                                    ("--sink", "none", "does not export scope_sink_entry_v1")):
            with self.subTest(name=name):
                code, said, _ = self.recorded(program, option, name, environment=environment)
                self.assertEqual((code, marker.exists()), (125, False), said)
                self.assertEqual(said.count("\n"), 1, said)
                self.assertIn(words, said)

    def test_plugins_lists_what_there_is_and_what_is_wrong(self):
        environment = self.plugin("sink", "none", "int nothing;\n")
        self.plugin("sink", "bad", BAD_SINK)
        done = harness.run(harness.SCOPE, "plugins", "--json", env=environment, check=False)
        self.assertEqual(done.returncode, 1)
        plugins = {(p["kind"], p["name"]): p for p in map(json.loads, done.stdout.splitlines())}
        self.assertEqual(plugins["sink", "bad"]["summary"], "does what its options say")
        self.assertIn("does not export", plugins["sink", "none"]["error"])
        self.assertIsNone(plugins["ingestor", "frames"]["error"])
        self.assertIsNone(plugins["sink", "csv"]["error"])

    def test_the_frames_ingestor_watches_a_game_that_knows_nothing(self):
        code, said, out = self.recorded(GAME, "--ingest", "frames")
        self.assertEqual((code, out), (0, "24 sprites\n"), said)
        kinds = [(e["kind"], e["name"]) for e in self.events()]
        self.assertEqual(kinds, [("enter", "game_draw"), ("custom", "frame"), ("exit", "game_draw")] * 10)
        self.recorded(GAME, "--ingest", "frames:5")
        self.assertEqual([e["kind"] for e in self.events()].count("custom"), 2)

    def test_an_ingestor_and_a_sink_work_together_and_alone_cost_nothing(self):
        out = self.folder / "frames.csv"
        self.recorded(GAME, "--ingest", "frames", "--sink", f"csv:{out}")
        self.assertEqual(out.read_text().count("custom"), 10)
        library = pathlib.Path(harness.SCOPE).parents[1] / "lib/scope_plugins/ingestor_frames.so"
        done = subprocess.run([str(GAME)], env={**os.environ, "LD_PRELOAD": str(library)},
                              capture_output=True, check=True, timeout=60)
        self.assertEqual(done.stdout, b"24 sprites\n")

    def test_each_template_builds_and_passes_its_own_test(self):
        stage = self.folder / "usr"
        harness.run("cmake", "--install", pathlib.Path(harness.SCOPE).parents[1], "--prefix", stage)
        for kind in ("ingestor", "sink", "viewer"):
            with self.subTest(kind=kind):
                name = f"my_{kind}"
                harness.run(stage / "bin/scope", "new", kind, name, cwd=self.folder)
                build = self.folder / name / "build"
                harness.run("cmake", "-S", self.folder / name, "-B", build, f"-DCMAKE_PREFIX_PATH={stage}",
                            "-DCMAKE_CXX_COMPILER=g++", "-DCMAKE_C_COMPILER=gcc")
                harness.run("cmake", "--build", build)
                done = harness.run("ctest", "--test-dir", build, "--output-on-failure", check=False)
                self.assertIn("100% tests passed, 0 tests failed out of 1", done.stdout.decode())

    def test_new_says_what_is_wrong_with_a_kind_or_a_name(self):
        for words, expected in ((("sinc", "x"), "did you mean 'sink'"), (("sink", "Not-a-name"), "is no name"),
                                (("sink",), "of which kind and name")):
            done = harness.run(harness.SCOPE, "new", *words, cwd=self.folder, check=False)
            self.assertEqual(done.returncode, 2)
            self.assertIn(expected, done.stderr.decode())
        (self.folder / "taken").mkdir()
        done = harness.run(harness.SCOPE, "new", "sink", "taken", cwd=self.folder, check=False)
        self.assertEqual((done.returncode, b"taken exists" in done.stderr), (1, True))


if __name__ == "__main__":
    unittest.main()
