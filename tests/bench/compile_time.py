"""What the plugin adds to a compilation: user time and object size, plain beside each level.

usage: compile_time.py SCOPE [FILE [FLAG...]]

Without FILE: a file of leveldb, and one that includes much of the standard library. The runs take
turns, and the fastest of each counts.
"""
import os
import pathlib
import resource
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
ROUNDS = int(os.environ.get("SCOPE_ROUNDS", "5"))
HEAVY = """#include <algorithm>
#include <functional>
#include <iostream>
#include <map>
#include <regex>
#include <string>
#include <unordered_map>
#include <vector>
std::map<std::string, int> Count(std::istream& in) {
  std::map<std::string, int> counts;
  const std::regex word("[a-z]+");
  for (std::string line; std::getline(in, line);) {
    for (std::sregex_iterator at(line.begin(), line.end(), word), end; at != end; ++at) {
      ++counts[at->str()];
    }
  }
  return counts;
}
int main() {
  std::vector<std::pair<std::string, int>> sorted;
  for (const auto& [word, count] : Count(std::cin)) sorted.emplace_back(word, count);
  std::sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) {
    return a.second > b.second;
  });
  for (const auto& [word, count] : sorted) std::cout << word << ' ' << count << '\\n';
}
"""
VARIANTS = {
    "plain": None,
    "functions": ["--scope-level=functions"],
    "values": [],
    "values, no graph": ["--scope-graph=off"],
    "values, no graph or source": ["--scope-graph=off", "--scope-source=off"],
    "all": ["--scope-level=all"],
}
AIMS = {"functions": "at most 1.15 x", "values": "at most 1.35 x"}


def user_seconds(command):
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    subprocess.run([str(word) for word in command], check=True)
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before


def measure(scope, source, flags, work):
    best, sizes = {}, {}
    for _ in range(ROUNDS):
        for name, options in VARIANTS.items():
            compiler = ["clang++-19"] if options is None else [scope, "c++", *options]
            obj = work / "object.o"
            seconds = user_seconds([*compiler, *flags, "-c", source, "-o", obj])
            best[name] = min(best.get(name, seconds), seconds)
            sizes[name] = obj.stat().st_size
    print(f"{pathlib.Path(source).name} {' '.join(f for f in flags if f.startswith('-O'))}")
    for name, seconds in best.items():
        print(f"  {name:28} {seconds:7.3f} s  {seconds / best['plain']:5.2f} x"
              f"  {sizes[name] / 1024:8.0f} KiB  {AIMS.get(name, '')}".rstrip())


def main(scope, *given):
    with tempfile.TemporaryDirectory() as folder:
        work = pathlib.Path(folder)
        if given:
            measure(scope, given[0], list(given[1:]), work)
            return
        leveldb = subprocess.run([ROOT / "tools/fetch-source", "leveldb"], check=True,
                                 capture_output=True, text=True).stdout.strip()
        config = work / "port"
        config.mkdir()
        (config / "port_config.h").write_text("")
        flags = ["-O2", "-std=c++17", f"-I{leveldb}", f"-I{leveldb}/include", f"-I{work}",
                 "-DLEVELDB_PLATFORM_POSIX=1", "-DHAVE_SNAPPY=0"]
        measure(scope, f"{leveldb}/db/version_set.cc", flags, work)
        heavy = work / "heavy.cc"
        heavy.write_text(HEAVY)
        measure(scope, heavy, ["-O2", "-std=c++17"], work)


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    main(*sys.argv[1:])
