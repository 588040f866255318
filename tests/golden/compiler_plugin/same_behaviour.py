"""Programs do the same with the plugin at every level: output, exit code, compiler warnings.

Each program is built with -O0 and -O2 in every language standard that its STANDARDS line lists.
"""
import argparse
import pathlib
import re

from instrumented import Toolchain

LEVELS = (None, "functions", "values", "all")


def standards(source):
    found = re.search(r"^// STANDARDS: (.*)$", source.read_text(), re.M)
    return found[1].split()


def differences(toolchain, source, flags):
    seen = {}
    for level in LEVELS:
        obj, program = toolchain.work / "a.o", toolchain.work / "a.out"
        toolchain.compile(source, obj, [*flags, "-w"], level)
        toolchain.link([obj], program)
        seen[level], events = toolchain.events(program)
        if level is not None and not events:
            yield f"{source.name} {flags} level {level}: no events"
        if seen[level] != seen[None]:
            yield f"{source.name} {flags} level {level}: {seen[None]} became {seen[level]}"


def warnings(toolchain, source, flags, plugin):
    compiler = toolchain.cc if source.suffix == ".c" else toolchain.cxx
    return toolchain.run([compiler, *flags, *plugin, "-Weverything", "-c", source,
                          "-o", toolchain.work / "w.o"]).stderr


def main():
    parser = argparse.ArgumentParser()
    Toolchain.add_arguments(parser)
    parser.add_argument("programs", type=pathlib.Path)
    arguments = parser.parse_args()
    toolchain = Toolchain(arguments)
    plugin = [f"-fplugin={arguments.plugin}", "-fplugin-arg-scope-level=all"]
    wrong = []
    for source in sorted(arguments.programs.iterdir()):
        for standard in standards(source):
            for optimize in ("-O0", "-O2"):
                wrong += differences(toolchain, source, [f"-std={standard}", optimize])
            plain = warnings(toolchain, source, [f"-std={standard}"], [])
            if plain != warnings(toolchain, source, [f"-std={standard}"], plugin):
                wrong.append(f"{source.name} {standard}: the warnings differ")
    raise SystemExit("\n".join(wrong) or 0)


if __name__ == "__main__":
    main()
