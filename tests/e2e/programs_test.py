"""Each program says in its own source what must be recorded, on the line that makes it:

    int d = x + x;  // EVENT: init d 42 | return * 7

kind, name (* for any) and the values in order; several kinds are separated by |. A kind that is named
for a line must have exactly these events there; exits are compared by how the function was left.

usage: programs_test.py [unittest options]
"""
import math
import pathlib
import re
import unittest

import harness

PROGRAMS = pathlib.Path(__file__).parent / "programs"


def expectations(source):
    """Yields (line, kind, name, values as text)."""
    for number, line in enumerate(source.read_text().splitlines(), 1):
        marked = re.search(r"EVENT:\s*(.*?)\s*(\*/)?$", line)
        for part in marked[1].split("|") if marked else ():
            kind, name, *values = part.split()
            yield number, kind, name, values


def as_text(event):
    if event["kind"] == "exit":
        return event["how"]
    value = event["value"]
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and math.isnan(value):
        return "nan"
    return "null" if value is None else str(value)


class ProgramsTest(harness.ScopeTest):
    def check(self, source, *flags):
        program = self.compile(source, *flags)
        self.record(program)
        events = self.events()
        wrong = []
        for line, kind, name, values in expectations(source):
            # An exit stands where its function does; the comment may name it on any line.
            got = [as_text(event) for event in events
                   if event["kind"] == kind and pathlib.Path(event["file"]).name == source.name
                   and (event["line"] == line or kind == "exit")
                   and (name == "*" and kind != "exit" or event["name"] == name
                        or event["kind"] == "exit" and event["function"].endswith(name))]
            if got != values:
                wrong.append(f"{source.name}:{line}: {kind} {name}: expected {values}, got {got}")
        if wrong:
            self.fail("\n".join(wrong))
        # A wide value is several records and one event, which has the number of the last one.
        numbers = [event["seq"] for event in events]
        self.assertEqual(self.assert_balanced()["stored"], numbers[-1] + 1)
        self.assertEqual(numbers, sorted(set(numbers)))
        self.assertEqual(len(events), self.info()["events"])


def add(source, *flags):
    name = "_".join([source.stem, source.suffix[1:], *(re.sub(r"\W", "", flag) for flag in flags)])
    setattr(ProgramsTest, f"test_{name}", lambda self: self.check(source, *flags))


for source in sorted(PROGRAMS.iterdir()):
    for level in ("-O0", "-O2"):
        add(source, level)
        add(source, level, "--scope-lower=calls")
    if source.suffix == ".cc":
        for standard in ("-std=c++14", "-std=c++23"):
            add(source, "-O1", standard)

if __name__ == "__main__":
    unittest.main()
