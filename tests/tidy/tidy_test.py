"""tidy.py itself: each rule refuses a file that breaks it.

usage: tidy_test.py
"""
import pathlib
import subprocess
import sys
import tempfile

TIDY = pathlib.Path(__file__).with_name("tidy.py")
HEADER = "// x.h - one line.\n"

CASES = [  # file, text, expected part of the complaint
    ("pipeline/x.cc", '#include "viewers/y.h"\n', "pipeline may not include viewers/y.h"),
    ("runtime/hot/x.cc", '#include "pipeline/y.h"\n', "runtime may not include pipeline/y.h"),
    ("viewers/x.cc", '#include "pipeline/y.h"\n', "viewers may not include pipeline/y.h"),
    ("sdk/include/scope/x.h", HEADER + "#include <absl/status/status.h>\n", "may not include absl"),
    ("pipeline/y.cc", "#include <oneapi/tbb/flow_graph.h>\n", "only pipeline/graph.cc"),
    ("runtime/hot/x.cc", "int* p = new int;\n", "'new' in hot code"),
    ("runtime/hot/x.cc", "std::mutex m;\n", "in hot code"),
    ("pipeline/x.cc", "std::string_view s;\n", "absl::string_view"),
    ("pipeline/x.cc", "int x;  " + "// " + "TO" + "DO\n", "unfinished"),
    ("pipeline/x.h", "#pragma once\n", "opens with one line"),
    ("pipeline/x.cc", "int x;" + " " * 100 + "\n", "longer than 100"),
    ("pipeline/x.cc", "int x;\n" * 500, "more than"),
    ("pipeline/lonely.cc", "int x;\n", "in no CMakeLists.txt"),
    ("docs/x.md", "see `pipeline/none.cc`\n", "pipeline/none.cc does not exist"),
]


def complaints(name, text):
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        subprocess.run(["git", "init", "-q"], cwd=root, check=True)
        (root / "CMakeLists.txt").write_text("x.cc y.cc graph.cc\n")
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
        run = subprocess.run([sys.executable, TIDY, root], capture_output=True, text=True)
        return run.returncode, run.stdout


def main():
    failed = 0
    for name, text, expected in CASES:
        code, out = complaints(name, text)
        if code != 1 or expected not in out:
            failed += 1
            print(f"{name}: expected a complaint with {expected!r}, got: {out}")
    code, out = complaints("pipeline/x.cc", '#include "pipeline/y.h"\n#include <vector>\n')
    if code != 0:
        failed += 1
        print(f"a file in order was refused: {out}")
    print(f"{len(CASES) + 1 - failed} passed, {failed} failed")
    return failed != 0


if __name__ == "__main__":
    sys.exit(main())
