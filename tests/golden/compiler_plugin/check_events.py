"""Checks the events of a program against the comments on the lines that make them.

    int d = x + x;  // EVENT: init d 42

A line without a comment makes no event. Events of one line are separated by commas and stand in the
order in which they happen. At the top:

    // STANDARD: c++17          the least one that it needs, and perhaps "to c17": the last
    // FLAGS: -fblocks          what else it is compiled with
    // LEVEL: all               of the plugin
    // NEEDS: libomp            it is passed over where there is none

It is compiled in each language standard of STANDARDS that it allows and in each of MODES, and must
print and return what it does without the plugin. --write replaces the comments.
"""
import argparse
import collections
import concurrent.futures
import os
import pathlib
import re

from instrumented import Toolchain

COMMENT = re.compile(r"\s*// EVENT: (.*)$")
ORDER = {".c": ["gnu89", "gnu99", "c99", "c11", "c17", "c23"],
         ".cc": ["c++98", "c++11", "c++14", "c++17", "c++20", "c++23"]}
STANDARDS = {".c": ["gnu89", "c11", "c23"], ".cc": ["c++17", "c++20", "c++23"]}
MODES = {"-O0": ["-O0"], "-O2": ["-O2"], "thin LTO": ["-O2", "-flto=thin"]}
if "SCOPE_LONG" in os.environ:
    STANDARDS = ORDER
    MODES |= {"-O1 -g": ["-O1", "-g"], "-O3": ["-O3"], "full LTO": ["-O2", "-flto"]}
SKIPPED = 77


def setting(text, name, default):
    found = re.search(rf"^// {name}: (.*)$", text, re.M)
    return found[1].split() if found else default


class Program:
    def __init__(self, source):
        text = source.read_text()
        self.source = source
        self.flags = ["-w", *setting(text, "FLAGS", [])]
        self.level = setting(text, "LEVEL", ["values"])[0]
        self.needs = setting(text, "NEEDS", [None])[0]
        order = ORDER[source.suffix]
        allowed = setting(text, "STANDARD", [order[0]])
        first = order.index(allowed[0])
        last = order.index(allowed[-1]) if len(allowed) > 1 else len(order) - 1
        possible = [name for name in STANDARDS[source.suffix] if first <= order.index(name) <= last]
        self.standards = possible or [allowed[0]]

    def comments(self):
        for number, line in enumerate(self.source.read_text().splitlines(), 1):
            found = COMMENT.search(line)
            yield number, found[1] if found else ""


class Check:
    def __init__(self, toolchain, program):
        self.toolchain, self.program = toolchain, program
        self.known = {}

    def outcome(self, name, flags, level):
        """(stdout and exit code, events, object), built under `name`."""
        obj = self.toolchain.work / f"{name}.o"
        linked = self.toolchain.work / f"{name}.out"
        self.toolchain.compile(self.program.source, obj, flags, level)
        self.toolchain.link([obj], linked, flags, self.program.needs)
        return *self.toolchain.events(linked), obj

    def events_by_line(self, standard, mode):
        name = f"{standard}{mode.replace(' ', '')}"
        flags = [*self.program.flags, f"-std={standard}", *MODES[mode]]
        seen, events, _ = self.outcome(name, flags, self.program.level)
        nodes = self.nodes(standard)
        lines = collections.defaultdict(list)
        for node, word, value in events:
            parts = [word, nodes[node].get("name", ""), value if value != "-" else ""]
            lines[nodes[node]["line"]].append(" ".join(part for part in parts if part))
        return seen, {line: ", ".join(words) for line, words in lines.items()}

    def nodes(self, standard):
        """Of an object of machine code; their ids are those of every mode."""
        if standard not in self.known:
            found = self.toolchain.ast_map(self.toolchain.work / f"{standard}-O0.o")
            self.known[standard] = {node["id"]: node for node in found["nodes"]}
        return self.known[standard]

    def standard(self, standard):
        flags = [*self.program.flags, f"-std={standard}", "-O0"]
        expected, _, _ = self.outcome(f"{standard}plain", flags, None)
        wrong = []
        for mode in MODES:
            where = f"{standard} {mode}"
            seen, events = self.events_by_line(standard, mode)
            if seen != expected:
                wrong.append(f"{self.program.source}: {where}: plain {expected}, "
                             f"with the plugin {seen}")
            for number, wanted in self.program.comments():
                if events.get(number, "") != wanted:
                    wrong.append(f"{self.program.source}:{number}: {where}: expected "
                                 f"'{wanted}', got '{events.get(number, '')}'")
        return wrong


def write(source, seen):
    lines = [COMMENT.sub("", line) for line in source.read_text().splitlines()]
    for number, words in seen.items():
        lines[number - 1] += f"  // EVENT: {words}"
    source.write_text("\n".join(lines) + "\n")


def main():
    parser = argparse.ArgumentParser()
    Toolchain.add_arguments(parser)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("source", type=pathlib.Path)
    arguments = parser.parse_args()
    toolchain = Toolchain(arguments)
    program = Program(arguments.source)
    if not toolchain.has(program.needs):
        print(f"{arguments.source.name}: there is no {program.needs} here")
        raise SystemExit(SKIPPED)
    check = Check(toolchain, program)
    if arguments.write:
        write(arguments.source, check.events_by_line(program.standards[0], "-O0")[1])
    toolchain.hooks_object()
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        wrong = [line for lines in pool.map(check.standard, program.standards) for line in lines]
    raise SystemExit("\n".join(wrong) or 0)


if __name__ == "__main__":
    main()
