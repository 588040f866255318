"""What of a program could make an event does, or the report file says why not. Code that is never
emitted says so on its line: // UNREACHED.

candidates.cc knows what could; it shares nothing with the plugin.
"""
import argparse
import json
import pathlib

from check_events import Program
from instrumented import Toolchain


def candidates(toolchain, tool, program, flags):
    out = toolchain.must([tool, program.source, "--", *flags, "-resource-dir",
                          toolchain.resources()]).stdout
    return {(int(line), int(column), kind)
            for line, column, kind in (row.split() for row in out.splitlines())}


def compiled(toolchain, program, flags):
    """The nodes (line, column, kind) and the lines of the report."""
    obj, report = toolchain.work / "a.o", toolchain.work / "report.json"
    report.unlink(missing_ok=True)
    toolchain.compile(program.source, obj,
                      [*flags, f"-fplugin-arg-scope-report={report}"], "values")
    nodes = {(node["line"], node["column"], toolchain.words[node["kind"]])
             for node in toolchain.ast_map(obj)["nodes"]}
    rows = [json.loads(row) for row in report.read_text().splitlines()]
    return nodes, [row for row in rows if row.get("file") == str(program.source)]


def is_skipped(candidate, skipped):
    """Itself, or with the function or the statement that it is in."""
    line, column, kind = candidate
    for row in skipped:
        first, last = (row["line"], row["col"]), (row["end_line"], row["end_col"])
        if row["what"] in ("function", "statement") and first <= (line, column) < last:
            return True
        if row["what"] == kind and first == (line, column):
            return True
    return False


def main():
    parser = argparse.ArgumentParser()
    Toolchain.add_arguments(parser)
    parser.add_argument("tool", type=pathlib.Path)
    parser.add_argument("sources", type=pathlib.Path)
    arguments = parser.parse_args()
    toolchain = Toolchain(arguments)
    wrong, reported, skips = [], 0, 0
    for source in sorted(arguments.sources.iterdir()):
        program = Program(source)
        if program.level == "functions":
            continue
        flags = [*program.flags, f"-std={program.standards[0]}", "-O0"]
        nodes, rows = compiled(toolchain, program, flags)
        skipped = [row for row in rows if not row["instrumented"]]
        assert all(row["reason"] for row in skipped), skipped
        for candidate in sorted(candidates(toolchain, arguments.tool, program, flags)):
            if candidate in nodes:
                reported += 1
            elif is_skipped(candidate, skipped):
                skips += 1
            else:
                line, column, kind = candidate
                text = source.read_text().splitlines()[line - 1].split("  // EVENT")[0].strip()
                if "// UNREACHED" not in text:
                    wrong.append(f"{source}:{line}:{column}: no {kind} and no reason: {text}")
    print(f"{reported} reported, {skips} skipped with a reason, {len(wrong)} forgotten")
    if reported < 500 or skips < 20:
        wrong.append("too few candidates: the tool does not see the programs")
    raise SystemExit("\n".join(wrong) or 0)


if __name__ == "__main__":
    main()
