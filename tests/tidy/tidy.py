"""Checks what no compiler checks: who includes whom, hot words, sizes, first lines, dead paths in docs.

usage: tidy.py REPOSITORY. Prints `path:line: what is wrong`; exits with 1 if anything is.
The rules are explained in CONTRIBUTING.md.
"""
import pathlib
import re
import subprocess
import sys

# Folder -> what it may include beside the C and C++ standard libraries and the system's headers.
# The longest matching folder decides.
MAY_INCLUDE = {
    "sdk/include": {"scope/"},
    "sdk/include/scope/trace": {"scope/", "absl/"},
    "sdk/include/scope/analysis": {"scope/", "absl/"},
    "sdk/analysis": {"scope/", "sdk/analysis/", "absl/"},
    "sdk/include/scope/query.h": {"scope/", "absl/"},
    "sdk/query": {"scope/", "sdk/query/", "absl/", "sqlite3.h"},
    "sdk/trace": {"scope/", "sdk/trace/", "schema/", "absl/", "flatbuffers/", "zstd.h", "xxhash.h"},
    # Both ends of a ring behind one face: the one place that sees both sides.
    "sdk/ring_buffer": {"scope/", "sdk/ring_buffer/", "runtime/hot/", "runtime/cold/session.h",
                        "runtime/cold/signals.h", "runtime/cold/futex.h", "pipeline/shared.h",
                        "pipeline/stages/ring_reader.h"},
    "runtime": {"scope/", "runtime/"},
    "ingestors": {"scope/", "ingestors/"},
    "compiler_plugin": {"scope/", "compiler_plugin/", "schema/", "clang/", "llvm/", "flatbuffers/",
                        "toml++/"},
    "pipeline/sinks": {"scope/", "pipeline/sinks/", "nlohmann/", "boost/"},
    "pipeline": {"scope/", "pipeline/", "sdk/trace/", "schema/", "absl/", "oneapi/tbb/",
                 "flatbuffers/", "zstd.h", "xxhash.h"},
    "viewers": {"scope/", "viewers/", "absl/", "nlohmann/"},
    "tools": {"scope/", "pipeline/", "viewers/", "tools/", "absl/", "nlohmann/", "CLI/",
              "boost/"},
}
# Libraries whose headers are kept in few places.
ONLY_IN = {"oneapi/tbb/": ("pipeline/graph.cc",),
           "boost/": ("tools/metrics_server.cc", "pipeline/sinks/http_post.cc")}
OUTSIDE = re.compile(r"(sdk/trace|sdk/analysis|sdk/query|schema|absl|boost|oneapi|flatbuffers|toml\+\+|clang|llvm|nlohmann|CLI|scope|"
                     r"runtime|ingestors|compiler_plugin|pipeline|viewers|tools|tests)/|zstd\.h|xxhash\.h|sqlite3\.h")
# Code that runs inside other people's programs at every event.
HOT = ("runtime/hot/", "runtime/api/", "runtime/stub/")
HOT_BANNED = re.compile(r"\b(new (?!\()|delete\b|malloc|calloc|free\(|throw\b|printf|std::(string|vector|"
                        r"function|mutex|lock_guard|shared_ptr|unique_ptr|map)|absl::)")
BANNED = {
    r"std::string_view": "use absl::string_view: Debian's Abseil does not convert between them",
    r"\busing namespace\b": "use a using-declaration",
}
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
LINES_MAX = {".h": 220, ".cc": 420, ".c": 420, ".py": 400, ".cmake": 200}
CODE = {".h", ".cc", ".c"}
# Programs that are recorded: their comments say what is expected, on the line that makes it.
PROGRAMS = ("tests/e2e/programs/", "tests/golden/", "tools/demo/")
LABELLED = ("runtime/", "pipeline/", "compiler_plugin/", "sdk/", "viewers/")
ROOMS = ("sdk", "compiler_plugin", "runtime", "ingestors", "pipeline", "viewers", "tools", "tests",
         "docs", "cmake")


def tracked(root):
    names = subprocess.run(["git", "ls-files", "-co", "--exclude-standard"], cwd=root, check=True,
                           capture_output=True, text=True).stdout.split("\n")
    return sorted(name for name in names if name and (root / name).is_file())


def room_of(name):
    rooms = [room for room in MAY_INCLUDE if f"{name}/".startswith(room + "/")]
    return max(rooms, key=len, default=None)


def check_docs(root, name, text):
    for number, line in enumerate(text.splitlines(), 1):
        for path in re.findall(r"`((?:%s)/[\w./-]+)`" % "|".join(ROOMS), line):
            if not (root / path).exists():
                yield number, f"{path} does not exist"
        for path in re.findall(r"\]\((?!https?:|#)([\w./-]+)", line):
            if not ((root / name).parent / path).exists():
                yield number, f"{path} does not exist"


def check_code(name, lines):
    room = room_of(name)
    for number, line in enumerate(lines, 1):
        code = line.split("//")[0]
        if len(line) > 100 and not name.startswith(PROGRAMS):
            yield number, "longer than 100 columns"
        include = re.match(r'#include [<"]([^>"]+)[>"]', code)
        if room and include and OUTSIDE.match(include[1]):
            if not include[1].startswith(tuple(MAY_INCLUDE[room])):
                yield number, f"{room} may not include {include[1]}"
            for prefix, owners in ONLY_IN.items():
                if include[1].startswith(prefix) and name not in owners:
                    yield number, f"only {' and '.join(owners)} may include {prefix}"
        hot = HOT_BANNED.search(code) if name.startswith(HOT) else None
        if hot:
            yield number, f"'{hot[0].strip()}' in hot code"
        for pattern, instead in BANNED.items():
            if room and "absl/" in MAY_INCLUDE[room] and re.search(pattern, code):
                yield number, instead


def check_file(root, name, cmake):
    path = root / name
    text = path.read_text(errors="replace")
    lines = text.splitlines()
    if name != "tests/tidy/tidy.py":
        for number, line in enumerate(lines, 1):
            if path.suffix in CODE | {".py", ".md", ".cmake", ".txt", ""} and UNFINISHED.search(line):
                yield number, "unfinished: mend it, or write it down as an issue"
    if path.suffix == ".md":
        yield from check_docs(root, name, text)
    limit = LINES_MAX.get(path.suffix)
    if limit and len(lines) > limit:
        yield limit, f"more than {limit} lines: split it"
    if path.suffix not in CODE:
        return
    yield from check_code(name, lines)
    if path.suffix == ".h" and name.startswith(LABELLED) and not lines[0].startswith(("// ", "/* ")):
        yield 1, "a header opens with one line that says what it is"
    if path.suffix == ".h" or not room_of(name) or name.startswith(PROGRAMS):
        return
    if path.name not in cmake and path.stem not in cmake:
        yield 1, "in no CMakeLists.txt"


def main(root):
    root = pathlib.Path(root).resolve()
    names = tracked(root)
    cmake = "".join((root / name).read_text() for name in names
                    if name.endswith(("CMakeLists.txt", ".cmake")))
    errors = [f"{name}:{number}: {message}" for name in names
              for number, message in check_file(root, name, cmake)]
    print("\n".join(errors) if errors else f"tidy: {len(names)} files are in order")
    return bool(errors)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
