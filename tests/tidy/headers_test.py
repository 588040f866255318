"""Each public header compiles alone, with GCC and Clang, as the oldest and the newest language.

usage: headers_test.py REPOSITORY
"""
import pathlib
import shutil
import subprocess
import sys

C = [("c11", "c"), ("c++11", "c++"), ("c++20", "c++")]
# The trace reader and what asks it are for tools: C++20, with Abseil. The ring buffer is C++20, too.
CXX20 = [("c++20", "c++")]
CXX20_HEADERS = {"ring_buffer.h", "query.h"}
COMPILERS = [("clang-19", "clang++-19"), ("gcc", "g++")]


def main(root):
    include = pathlib.Path(root) / "sdk/include"
    passed, failed = 0, 0
    for header in sorted(include.rglob("*.h")):
        name = header.relative_to(include)
        newest = {"trace", "analysis"} & set(name.parts) or name.name in CXX20_HEADERS
        for standard, language in CXX20 if newest else C:
            for cc, cxx in COMPILERS:
                compiler = cc if language == "c" else cxx
                if shutil.which(compiler) is None:
                    continue
                run = subprocess.run(
                    [compiler, f"-std={standard}", "-x", language, "-Wall", "-Wextra", "-Werror",
                     "-pedantic", f"-I{include}", "-fsyntax-only", "-"],
                    input=f"#include <{name}>\n", text=True, capture_output=True)
                passed += run.returncode == 0
                if run.returncode != 0:
                    failed += 1
                    print(f"{name} with {compiler} -std={standard}:\n{run.stderr}")
    print(f"{passed} passed, {failed} failed")
    return failed != 0 or passed == 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
