"""Checks the events of a program against the comments on the lines that make them.

    int d = x + x;  // EVENT: init d 42

A line without a comment makes no event. Events of one line are separated by commas and stand in the
order in which they happen. `// FLAGS:` and `// LEVEL:` at the top choose how it is compiled. The
program must print and return what it does without the plugin. --write replaces the comments.
"""
import argparse
import collections
import pathlib
import re

from instrumented import Toolchain

COMMENT = re.compile(r"\s*// EVENT: (.*)$")


def setting(text, name, default):
    found = re.search(rf"^// {name}: (.*)$", text, re.M)
    return found[1].split() if found else default


def events_by_line(toolchain, source, flags, level):
    obj, program, plain = (toolchain.work / name for name in ("a.o", "a.out", "plain.out"))
    toolchain.compile(source, obj, flags)
    toolchain.link([obj], plain)
    expected, _ = toolchain.events(plain)
    toolchain.compile(source, obj, flags, level)
    nodes = {node["id"]: node for node in toolchain.ast_map(obj)["nodes"]}
    toolchain.link([obj], program)
    seen, events = toolchain.events(program)
    if seen != expected:
        raise SystemExit(f"{source}: {flags}: plain {expected}, with the plugin {seen}")
    lines = collections.defaultdict(list)
    for node, word, value in events:
        parts = [word, nodes[node].get("name", ""), value if value != "-" else ""]
        lines[nodes[node]["line"]].append(" ".join(part for part in parts if part))
    return {line: ", ".join(words) for line, words in lines.items()}


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
    text = arguments.source.read_text()
    flags = setting(text, "FLAGS", [])
    level = setting(text, "LEVEL", ["values"])[0]
    if arguments.write:
        write(arguments.source, events_by_line(toolchain, arguments.source, flags, level))
        text = arguments.source.read_text()
    wrong = []
    for optimize in ("-O0", "-O2"):
        seen = events_by_line(toolchain, arguments.source, [*flags, optimize], level)
        for number, line in enumerate(text.splitlines(), 1):
            comment = COMMENT.search(line)
            wanted = comment[1] if comment else ""
            if seen.get(number, "") != wanted:
                wrong.append(f"{arguments.source}:{number}: {optimize}: expected '{wanted}', "
                             f"got '{seen.get(number, '')}'")
    raise SystemExit("\n".join(wrong) or 0)


if __name__ == "__main__":
    main()
