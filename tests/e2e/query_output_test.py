"""scope query: tables, CSV and JSON; mistakes cost one line; nothing is written; Ctrl-C ends it.

usage: query_output_test.py [unittest options]
"""
import csv
import io
import json
import pathlib
import re
import shutil
import subprocess
import unittest

import harness
from query_programs import RecordedTest


class OutputTest(RecordedTest):
    """What is shown, and what is said."""

    def run_query(self, *arguments, **options):
        return harness.run(harness.SCOPE, "query", "-d", self.trace_folder, *arguments, **options)

    def test_a_table_is_aligned_and_harmless(self):
        out = self.run_query("SELECT name, value, NULL AS none FROM values "
                             "WHERE name IN ('text', 'f') AND kind = 'init' ORDER BY name").stdout.decode()
        self.assertEqual(out, "  name  value       none\n"
                              "  f     6           NULL\n"
                              "  text  a\\x1b[31mb  NULL\n")
        self.assertEqual(self.run_query("SELECT 1 WHERE 0").stdout, b"  1\n")

    def test_csv_is_what_programs_read(self):
        out = self.run_query("--format", "csv", "SELECT 'a\"b,c' AS x, NULL AS y, '' AS z, 1.5 AS r, "
                             "x'00ff' AS b").stdout.decode()
        self.assertEqual(out, 'x,y,z,r,b\r\n"a""b,c",,"",1.5,00ff\r\n')
        rows = list(csv.DictReader(io.StringIO(self.run_query(
            "--format", "csv", "SELECT * FROM nodes").stdout.decode(), newline="")))
        self.assertEqual(len(rows), self.rows("SELECT count(*) FROM nodes")[0][0])

    def test_json_has_one_object_a_row(self):
        out = self.run_query("--format", "json", "SELECT 1 AS a, 2 AS a, 'x\n' AS t, 9e999 AS r, x'0a' AS b, "
                             "NULL AS n").stdout
        self.assertEqual(json.loads(out), {"a": 1, "a_2": 2, "t": "x\n", "r": "inf", "b": "0a", "n": None})
        self.assertEqual(out.count(b"\n"), 1)

    def test_several_statements_and_stdin(self):
        self.assertEqual(self.query("SELECT 1 AS a; -- no more\n SELECT 'x;y' AS b;"), [{"a": 1}, {"b": "x;y"}])
        done = self.run_query("--json", input=b"SELECT 1 AS a;\nSELECT\n2 AS b; SELECT 3 AS c")
        self.assertEqual(done.stdout, b'{"a": 1}\n{"b": 2}\n{"c": 3}\n')
        done = self.run_query("--json", input=b"SELECT 1 AS a;\nSELEC;\nSELECT 2 AS b;\n", check=False)
        self.assertEqual((done.returncode, done.stdout), (2, b'{"a": 1}\n'))
        self.assertEqual(self.run_query(input=b"").stdout, b"")

    def test_values_is_a_table_and_still_a_list(self):
        self.assertEqual(self.rows("VALUES (1), (2)"), [(1,), (2,)])
        self.assertEqual(self.rows("SELECT Values.name FROM Values WHERE values.name = 'f' LIMIT 1; SELECT 'values'"),
                         [("f",), ("values",)])

    def test_mistakes_cost_one_line_that_helps(self):
        for sql, said in (("SELECT * FROM evnts", "no such table: evnts; did you mean 'events'?"),
                          ("SELECT e.nmae FROM events e", "no such column: e.nmae; did you mean 'name'"),
                          ("SELECT * FROM histori('total')", "did you mean 'history'?"),
                          ("SELEC 1", 'near "SELEC": syntax error'),
                          ("SELECT 'a", "unrecognized token"),
                          ("SELECT * FROM history", "history(node): an argument is missing")):
            self.assertIn(said, self.fails(sql))
        for sql, said in (("SELECT * FROM history('totl')", "no variable matches \"totl\"; did you mean 'total'?"),
                          ("SELECT * FROM history(999999)", "there is no node 999999"),
                          ("SELECT * FROM state_at('x')", "state_at(seq) takes a sequence number")):
            self.assertIn(said, self.fails(sql, 1))
        self.assertIn("is not table, csv or json", self.fails("SELECT 1", 2, ("--format", "xml")))
        done = harness.run(harness.SCOPE, "query", "-d", self.folder / "none", "SELECT 1", check=False)
        self.assertEqual(done.returncode, 1)

    def test_a_trace_is_only_read(self):
        for sql in ("ATTACH 'x.db' AS x", "CREATE TABLE t (a)", "CREATE TEMP TABLE t (a)", "DELETE FROM events",
                    "INSERT INTO events (seq) VALUES (1)", "PRAGMA journal_mode = WAL", "VACUUM INTO 'x.db'",
                    "SELECT load_extension('x')", "BEGIN", "DROP TABLE events", "UPDATE nodes SET name = ''"):
            with self.subTest(sql):
                done = harness.run(harness.SCOPE, "query", "-d", self.trace_folder, sql, check=False,
                                   cwd=self.folder)
                self.assertEqual(done.returncode, 2, done)
                self.assertEqual(len(done.stderr.splitlines()), 1, done)
        self.assertEqual(list(self.folder.iterdir()), [])

    def test_the_examples_of_the_documents_are_true(self):
        root = pathlib.Path(__file__).resolve().parents[2]
        program = self.compile(root / "tools/demo/demo.cc", "-O2", "-g")
        self.record(program)
        examples = re.findall(r'^    \$ scope query "(.*)"\n((?:    .+\n)+)', (root / "docs/query.md").read_text(),
                              re.MULTILINE)
        self.assertGreater(len(examples), 5)
        for sql, shown in examples:
            with self.subTest(sql):
                out = harness.run(harness.SCOPE, "query", "-d", self.trace, sql).stdout.decode()
                self.assertEqual(out, re.sub("^    ", "", shown, flags=re.MULTILINE))

    def test_a_trace_that_was_cut_off_is_read_as_far_as_it_is_whole(self):
        shutil.copytree(self.trace_folder, self.trace)
        data = max(self.trace.iterdir(), key=lambda path: path.stat().st_size)
        data.write_bytes(data.read_bytes()[:-40])
        done = harness.run(harness.SCOPE, "query", "-d", self.trace, "--json", "SELECT seq FROM events")
        self.assertEqual(len(done.stderr.splitlines()), 1, done.stderr)
        whole = [row["seq"] for row in self.query("SELECT seq FROM events")]
        read = [json.loads(line)["seq"] for line in done.stdout.splitlines()]
        self.assertEqual(read, whole[:len(read)])

    def test_an_interrupt_ends_a_query(self):
        endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT * FROM n"
        process = subprocess.Popen([harness.SCOPE, "query", "-d", self.trace_folder, "--json", endless],
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.assertTrue(process.stdout.readline())
        process.send_signal(2)
        _, said = process.communicate(timeout=60)
        self.assertEqual((process.returncode, said), (130, b"scope: interrupted\n"))

    def test_a_reader_that_goes_away_ends_it(self):
        endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT * FROM n"
        done = subprocess.run(f"{harness.SCOPE} query -d {self.trace_folder} --json '{endless}' | head -1",
                              shell=True, capture_output=True, timeout=60)
        self.assertEqual((done.stdout, done.stderr), (b'{"i": 1}\n', b""))


if __name__ == "__main__":
    unittest.main()
