"""scope query: every table says what the other verbs say, constraints are read from no more than they
need, and table-valued functions give the rows that a person would write.

usage: query_test.py [unittest options]
"""
import collections
import json
import pathlib
import unittest

import harness
from query_programs import PROGRAM, RecordedTest


class TablesTest(RecordedTest):
    """Tables say what the other verbs say."""

    def test_events_are_those_of_replay(self):
        ids = {row["node"]: row["id"] for row in self.query("SELECT node, id FROM nodes")}
        names = {row["function"]: row["name"] for row in self.query("SELECT * FROM functions")}
        rows = self.query("SELECT * FROM events")
        self.assertEqual(len(rows), len(self.recorded))
        for row, event in zip(rows, self.recorded):
            for key in ("seq", "thread", "thread_seq", "time_ns", "kind", "file", "line", "name", "call"):
                self.assertEqual(row[key], event[key], key)
            self.assertEqual(row["ord"], event["order"])
            self.assertEqual(ids[row["node"]], event["node"])
            self.assertEqual(names[row["function"]], event["function"])
            self.assertEqual(row["iteration"], event.get("iteration"))
            self.assertEqual(row["how"], event.get("how"))
            self.assertEqual(row["exception"], event.get("exception"))
            self.assertEqual(row["reserved_seq"], event.get("reserved_seq"))

    def test_values_have_the_types_of_sql(self):
        rows = {row["name"]: row for row in self.query(
            "SELECT name, value, typeof(value) AS type, text FROM values WHERE kind = 'init'")}
        for name, value, kind, text in (
                ("f", 6, "integer", "6"), ("half", 0.5, "real", "0.5"), ("yes", 1, "integer", "true"),
                ("letter", "q", "text", "'q'"), ("color", 5, "integer", "kGreen"),
                ("huge", float(2**64 - 1), "real", str(2**64 - 1)),
                ("text", "a\x1b[31mb", "text", '"a\\x1b[31mb"'),
                ("point", "01000000" "00000000" "0000000000000440", "blob", "{x = 1, y = 2.5}")):
            with self.subTest(name):
                row = rows[name]
                self.assertEqual((row["value"], row["type"], row["text"]), (value, kind, text))
        self.assertEqual(rows["pointer"]["text"], hex(rows["pointer"]["value"]))

    def test_values_are_the_events_that_have_one(self):
        with_value = [(e["seq"], e["name"]) for e in self.recorded if e.get("value") is not None]
        self.assertEqual(self.rows("SELECT seq, name FROM values"), with_value)

    def test_calls_are_those_of_report(self):
        report = json.loads(harness.run(harness.SCOPE, "report", "-d", self.trace_folder, "--json").stdout)
        expected = {f["name"]: (f["calls"], f["total_ns"]) for f in report["functions"]}
        rows = self.query("SELECT f.name, count(*) AS calls, sum(duration_ns) AS ns, f.calls AS known "
                          "FROM calls JOIN functions f USING (function) GROUP BY f.function")
        self.assertEqual({row["name"]: row["calls"] for row in rows},
                         {name: calls for name, (calls, _) in expected.items()})
        self.assertEqual({row["name"]: row["known"] for row in rows},
                         {name: calls for name, (calls, _) in expected.items()})
        for row in rows:
            if row["name"] != "Fact":  # Recursive: the report counts the outermost alone.
                self.assertEqual(row["ns"], expected[row["name"]][1], row)

    def test_calls_have_parents_and_ends(self):
        calls = {row["call"]: row for row in self.query("SELECT * FROM calls")}
        entries = [e for e in self.recorded if e["kind"] == "enter"]
        self.assertEqual(sorted(calls), [e["seq"] for e in entries])
        by_name = collections.defaultdict(list)
        for call in sorted(calls):
            by_name[calls[call]["name"]].append(calls[call])
        main, = by_name["main"]
        self.assertEqual((main["parent"], main["depth"], main["how"]), (None, 0, "return"))
        outer, middle, inner = by_name["Fact"]
        self.assertEqual([outer["parent"], middle["parent"], inner["parent"]],
                         [main["call"], outer["call"], middle["call"]])
        self.assertEqual([inner["depth"], inner["exit_seq"] < middle["exit_seq"]], [3, True])
        self.assertEqual([(c["how"], c["exception"]) for c in by_name["Throws"]],
                         [("return", None), ("unwind", "std::runtime_error")])
        for call, row in calls.items():
            self.assertEqual(self.query(f"SELECT * FROM calls WHERE call = {call}"), [row])
            self.assertEqual(
                sorted(r["call"] for r in self.query(f"SELECT * FROM calls WHERE parent = {call}")),
                sorted(c for c in calls if calls[c]["parent"] == call))
        self.assertEqual(self.query(f"SELECT * FROM calls WHERE call = {main['call'] + 1}"), [])

    def test_threads_processes_and_losses_are_those_of_info(self):
        info = json.loads(harness.run(harness.SCOPE, "info", "-d", self.trace_folder, "--json").stdout)
        threads = self.query("SELECT * FROM threads")
        self.assertGreater(len(threads), 1)
        self.assertEqual([{k: t[k] for k in row} for row, t in zip(threads, info["threads"])], threads)
        self.assertEqual(self.query("SELECT pid FROM processes"), [{"pid": threads[0]["pid"]}])
        self.assertEqual(self.query("SELECT * FROM losses"), [])

    def test_losses_say_what_threads_lost(self):
        source = self.write("much.c", "int main(void) { long t = 0; for (long k = 0; k < 400000; ++k) t += k;"
                                      " return t == 0; }")
        self.record(self.compile(source, "-O2"), options=("--on-full", "drop_newest", "--ring", "16K"))
        lost = self.rows("SELECT sum(count) FROM losses WHERE reason = 'dropped'", trace=self.trace)
        dropped = self.rows("SELECT sum(dropped) FROM threads", trace=self.trace)
        self.assertEqual(lost, dropped)
        self.assertGreater(dropped[0][0], 0)
        gaps = [(e["seq"], e["thread"], e["thread_seq"], e["time_ns"], e["count"], e["reason"])
                for e in self.events() if e["kind"] == "gap"]
        self.assertEqual(self.rows("SELECT * FROM losses", trace=self.trace), gaps)

    def test_types_say_what_values_are_made_of(self):
        rows = {row["name"]: row for row in self.query("SELECT * FROM types")}
        self.assertEqual((rows["Point"]["kind"], rows["Point"]["bytes"], rows["Point"]["members"]),
                         ("struct", 16, "int x; double y"))
        self.assertEqual(rows["Color"]["enumerators"], "kRed = 0, kGreen = 5")
        self.assertEqual(self.rows("SELECT t.name FROM nodes n JOIN types t USING (type) "
                                   "WHERE n.name = 'half' AND n.kind = 'init'"), [("double",)])

    def test_what_an_ingestor_declares_is_a_table(self):
        game = pathlib.Path(harness.SCOPE).parents[1] / "tests/frames_game"
        self.record(game, options=("--ingest", "frames"))
        frames = [(e["seq"], e["value"]["number"], e["value"]["sprites"]) for e in self.events()
                  if e["kind"] == "custom"]
        self.assertGreater(len(frames), 1)
        self.assertEqual(self.rows("SELECT seq, number, sprites FROM frame", trace=self.trace), frames)
        self.assertEqual(self.rows("SELECT DISTINCT c.name FROM frame JOIN calls c USING (call)", trace=self.trace),
                         [("game_draw",)])

    def test_metrics_and_declared_types_are_tables(self):
        self.assertEqual(self.rows("SELECT name, value FROM metrics"), [("speed", 2.25)])
        self.assertEqual(
            self.rows("SELECT number, load, label, f.name FROM tick JOIN functions f USING (function)"),
            [(k, k * 0.5, "ab", "main") for k in range(3)])
        self.assertEqual(self.rows("SELECT count(*) FROM tick t JOIN calls c USING (call) "
                                   "WHERE c.name = 'main'"), [(3,)])
        schema = [json.loads(line) for line in harness.run(
            harness.SCOPE, "query", "-d", self.trace_folder, "--schema", "--json").stdout.splitlines()]
        columns = {table["table"]: table["columns"] for table in schema}
        self.assertIn("in ms", [c["what"] for c in columns["tick"] if c["name"] == "load"])
        self.assertTrue({"events", "calls", "values", "nodes", "functions", "types", "threads",
                         "processes", "losses", "metrics", "history", "pyramid", "state_at", "callers",
                         "path"} <= set(columns))
        self.assertTrue(all(c["what"] for table in schema for c in table["columns"]))


class FunctionsTest(RecordedTest):
    """Table-valued functions."""

    def test_history_is_that_of_vars(self):
        recorded = [(e["seq"], e["value"]) for e in self.recorded
                    if e["name"] == "total" and e["kind"] in ("init", "update")]
        self.assertEqual([value for _, value in recorded], [0, 0, 1, 5, 14])
        self.assertEqual(self.rows("SELECT seq, value FROM history('total')"), recorded)
        line = next(e["line"] for e in self.recorded if e["name"] == "total" and e["kind"] == "update")
        for argument in (f"'total@app.cc:{line}'", "(SELECT node FROM nodes WHERE name = 'total' AND "
                         "kind = 'update')", "(SELECT id FROM nodes WHERE name = 'total' AND kind = 'update')"):
            self.assertEqual(self.rows(f"SELECT seq, value FROM history({argument})"), recorded[1:])
        self.assertEqual(self.rows("SELECT n.name, max(h.value) FROM nodes n, history(n.node) h "
                                   "WHERE n.name = 'total' GROUP BY n.name"), [("total", 14)])

    def test_pyramid_covers_every_value(self):
        node = "(SELECT node FROM nodes WHERE name = 'total' AND kind = 'update')"
        for buckets in (1, 2, 100):
            rows = self.query(f"SELECT * FROM pyramid({node}, {buckets})")
            self.assertLessEqual(len(rows), buckets)
            self.assertEqual(sum(row["count"] for row in rows), 4)
            self.assertEqual((min(r["min"] for r in rows), max(r["max"] for r in rows)), (0, 14))
            self.assertEqual((rows[0]["first"], rows[-1]["last"]), (0, 14))
        self.assertIn("from 1 to", self.fails(f"SELECT * FROM pyramid({node}, 0)", 1))

    def test_state_at_is_what_the_call_knew(self):
        seq = next(e["seq"] for e in self.recorded if e["name"] == "total" and e["value"] == 5)
        self.assertEqual(self.rows(f"SELECT name, value FROM state_at({seq}) ORDER BY name"),
                         [("i", 2), ("total", 5)])
        inside = next(e["seq"] for e in self.recorded if e["name"] == "y" and e["value"] == 4)
        self.assertEqual(self.rows(f"SELECT name, value, type FROM state_at({inside}) ORDER BY name"),
                         [("n", 2, "int"), ("y", 4, "int")])

    def test_callers_are_innermost_first(self):
        inner = self.rows("SELECT max(call) FROM calls WHERE name = 'Fact'")[0][0]
        self.assertEqual(self.rows(f"SELECT level, name, depth FROM callers({inner})"),
                         [(1, "Fact", 2), (2, "Fact", 1), (3, "main", 0)])
        self.assertEqual(self.rows("SELECT * FROM callers(0)"), [])

    def test_path_is_the_walk_through_calls_and_lines(self):
        lines = PROGRAM.splitlines()
        line = {text: number for number, text in enumerate(lines, 1)}
        enter = next(e["seq"] for e in self.recorded if e["kind"] == "enter" and e["function"] == "Square")
        steps = self.rows(f"SELECT step, name, line FROM path({enter}, {enter} + 6)")
        square, y, returned = line["static int Square(int n) {"], line["  int y = n * n;"], line["  return y;"]
        self.assertEqual(steps[:5], [("enter", "Square", square), ("line", "Square", square),
                                     ("line", "Square", y), ("line", "Square", returned),
                                     ("exit", "Square", steps[4][2])])
        self.assertEqual(steps[5], ("line", "main", line["    total += Square(i);"]))


class PushDownTest(RecordedTest):
    """What can be left out is not read."""

    def test_constraints_are_pushed_down(self):
        of_total = [e for e in self.recorded if e["name"] == "total" and e["kind"] == "update"]
        node = self.rows("SELECT node FROM nodes WHERE name = 'total' AND kind = 'update'")[0][0]
        square = self.rows("SELECT function FROM functions WHERE name = 'Square'")[0][0]
        of_square = [e for e in self.recorded if e["function"] == "Square"]
        in_other = [e for e in self.recorded if e["thread"] == 1]
        for sql, rows in ((f"SELECT seq, text FROM events WHERE node = {node}", of_total),
                          ("SELECT seq, text FROM events WHERE name = 'total' AND kind = 'update'", of_total),
                          (f"SELECT seq, text FROM events WHERE function = {square}", of_square),
                          ("SELECT seq, text FROM events WHERE thread = 1", in_other),
                          ("SELECT seq, text FROM events WHERE seq BETWEEN 5 AND 9", self.recorded[5:10]),
                          ("SELECT seq, text FROM events WHERE seq > 5 AND seq <= 7.5", self.recorded[6:8]),
                          ("SELECT seq, text FROM events WHERE seq IN (5, 7)",
                           [self.recorded[5], self.recorded[7]]),
                          (f"SELECT seq, text FROM events WHERE node IN ({node}, 999999)", of_total)):
            with self.subTest(sql):
                self.assertEqual([seq for seq, _ in self.rows(sql)], [e["seq"] for e in rows])
                self.assertEqual(self.events_read(sql), len(rows))

    def test_a_call_is_read_from_its_entry_to_its_exit(self):
        call, exit_seq = self.rows("SELECT call, exit_seq FROM calls WHERE name = 'Square' LIMIT 1")[0]
        sql = f"SELECT seq FROM events WHERE call = {call}"
        self.assertEqual([seq for seq, in self.rows(sql)],
                         [e["seq"] for e in self.recorded if e["call"] == call])
        self.assertLessEqual(self.events_read(sql), exit_seq - call + 1)

    def test_what_only_counts_reads_no_event(self):
        counts = collections.Counter(e["kind"] for e in self.recorded)
        for sql, rows in (("SELECT count(*) FROM events", [(len(self.recorded),)]),
                          ("SELECT kind, count(*) FROM events GROUP BY kind", sorted(counts.items())),
                          ("SELECT count(*) FROM events WHERE kind = 'init'", [(counts["init"],)]),
                          ("SELECT DISTINCT kind FROM events", [(kind,) for kind in sorted(counts)]),
                          ("SELECT sum(events) FROM nodes", [(len(self.recorded),)])):
            with self.subTest(sql):
                self.assertEqual(self.rows(sql), rows)
                self.assertEqual(self.events_read(sql), 0)

    def assert_agree(self, table, conditions):
        """Of rows that were taken out of the table before, the same must meet a condition."""
        found = "SELECT group_concat(seq) FROM (SELECT seq FROM {} WHERE {} ORDER BY seq)"
        rows = self.rows(";".join(
            f"WITH copied AS MATERIALIZED (SELECT * FROM {table}) "
            f"SELECT ({found.format(table, condition)}), ({found.format('copied', condition)})"
            for condition in conditions))
        self.assertEqual(len(rows), len(conditions))
        for condition, (here, copied) in zip(conditions, rows):
            self.assertEqual(here, copied, condition)
        self.assertGreater(sum(here is not None for here, _ in rows), 10)

    def test_constraints_agree_with_what_sqlite_would_find(self):
        node = self.rows("SELECT node FROM nodes WHERE name = 'y'")[0][0]
        wanted = (("seq", ("5", "-1", "5.5", "'7'", "'x'", "NULL", "1e30", "x'00'")),
                  ("node", (str(node), f"{node}.0", f"'{node}'", "-1", "1e30", "NULL", "2.5")),
                  ("thread", ("0", "1", "7", "'0'", "NULL", "4294967296")),
                  ("function", ("0", "1.0", "'2'", "99", "NULL")),
                  ("call", ("0", "1", "'0'", "NULL", "-3")),
                  ("kind", ("'init'", "'INIT'", "5", "NULL", "''")),
                  ("name", ("'y'", "'Y'", "''", "NULL", "x'79'")))
        self.assert_agree("events", [f"{column} {operator} {value}" for column, values in wanted
                                     for operator in ("=", "<", "<=", ">", ">=", "IS", "!=")
                                     for value in values])

    def test_constraints_on_values_agree_with_what_sqlite_would_find(self):
        limits = ("5", "-1", "0.5", "5.0", "'5'", "'q'", "NULL", "1e30", "x'00'", "9223372036854775807",
                  "9223372036854775808", "18446744073709551615", "18446744073709551616.0")
        self.assert_agree("values", [f"value {operator} {limit}" for limit in limits
                                     for operator in ("=", "<", "<=", ">", ">=", "IS", "!=")] +
                          [f"value IN ({limit}, 0)" for limit in limits])

    def test_a_row_that_meets_two_constraints_is_one_row(self):
        """SQLite makes a pass for each side of an OR and tells rows by their rowid."""
        conditions = ["node = 2 OR kind = 'enter'", "node = 2 OR node = 3", "seq < 20 OR call = 0",
                      "seq > 5 OR thread = 1", "name = 'y' OR function = 1", "call = 0 OR thread = 1"]
        self.assert_agree("events", conditions + [f"kind = 'init' OR {one}" for one in conditions])
        for table, condition in (("calls", "call = 0 OR parent = 0"), ("calls", "function = 1 OR thread = 0"),
                                 ("nodes", "node = 0 OR node = 3"), ("events", "node = 2 OR kind = 'enter'")):
            here, copied = self.rows(
                f"SELECT count(*) FROM {table} WHERE {condition}; WITH copied AS MATERIALIZED (SELECT * FROM "
                f"{table}) SELECT count(*) FROM copied WHERE {condition}")
            self.assertEqual(here, copied, condition)

    def test_order_and_joins(self):
        self.assertEqual([seq for seq, in self.rows("SELECT seq FROM events ORDER BY seq DESC LIMIT 2")],
                         [self.recorded[-1]["seq"], self.recorded[-2]["seq"]])
        mine = [(e["seq"], e["name"]) for e in self.recorded if e["function"] == "Fact"]
        self.assertEqual(self.rows("SELECT e.seq, n.name FROM events e JOIN nodes n USING (node) "
                                   "JOIN functions f ON f.function = e.function WHERE f.name = 'Fact' "
                                   "ORDER BY e.seq"), mine)
        self.assertEqual(self.rows(
            "SELECT count(*) FROM events a JOIN events b ON b.seq = a.seq + 1 WHERE a.seq < 50"), [(50,)])
        self.assertEqual(self.rows(
            "WITH RECURSIVE up(call, level) AS (SELECT max(call), 0 FROM calls WHERE name = 'Fact' UNION ALL "
            "SELECT c.parent, level + 1 FROM up JOIN calls c ON c.call = up.call WHERE c.parent NOT NULL) "
            "SELECT max(level) FROM up"), [(3,)])


if __name__ == "__main__":
    unittest.main()
