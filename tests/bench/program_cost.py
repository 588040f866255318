"""What the plugin costs real programs: size and run time of Lua and of leveldb's db_bench, at -O2, as
ratios to the plain build of the same run. `off` is the program alone, `on` the recorded program with
its collector on the other core.

usage: program_cost.py [ROUNDS]     SCOPE names the command; rounds of each program, 7 by default
"""
import os
import pathlib
import resource
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
SCOPE = os.environ.get("SCOPE", str(ROOT / "build/release/bin/scope"))
PLUGIN = pathlib.Path(SCOPE).resolve().parent.parent / "lib/scope"
LEVELS = ("functions", "values")
OFF_MAX = {"functions": "1.03x", "values": "-"}  # What we aim at.
LUA_WORK = """
local function fib(n) if n < 2 then return n end return fib(n - 1) + fib(n - 2) end
local t = {}
for i = 1, 300000 do t[i] = string.format("%d", (i * 7919) % 10007) end
table.sort(t)
print(fib(27), #table.concat(t))
"""
DB_WORK = ("--benchmarks=fillseq,fillrandom,readrandom,readseq", "--num=60000")


def flags_of(level):
    return [f"-fplugin={PLUGIN}", f"-fplugin-arg-scope-level={level}"] if level else []


def cpu_seconds(command, **options):
    """User and system time of the command and its children."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                   **options)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def wall_seconds(command, **options):
    begin = time.monotonic()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                   **options)
    return time.monotonic() - begin


def build_lua(folder, level):
    program = folder / f"lua-{level}"
    compile_s = cpu_seconds([ROOT / "tools/demo/build-lua", program, "clang-19", "-O2", "-w",
                             *flags_of(level)])
    script = folder / "work.lua"
    script.write_text(LUA_WORK)
    return program, [script], compile_s


def build_leveldb(folder, level):
    source = subprocess.run([ROOT / "tools/fetch-source", "leveldb"], check=True,
                            capture_output=True, text=True).stdout.strip()
    build = folder / f"leveldb-{level}"
    subprocess.run(["cmake", "-G", "Ninja", "-S", source, "-B", build, "-DCMAKE_BUILD_TYPE=Release",
                    "-DCMAKE_C_COMPILER=clang-19", "-DCMAKE_CXX_COMPILER=clang++-19",
                    "-DCMAKE_CXX_FLAGS=-O2 -w " + " ".join(flags_of(level)), "-DHAVE_SNAPPY=0",
                    "-DLEVELDB_BUILD_TESTS=ON"], check=True, stdout=subprocess.DEVNULL)
    environment = dict(os.environ, CCACHE_DISABLE="1")
    compile_s = cpu_seconds(["cmake", "--build", build, "-j", "2", "--target", "db_bench"],
                            env=environment)
    return build / "db_bench", [*DB_WORK, f"--db={folder}/db"], compile_s


def text_bytes(program):
    out = subprocess.run(["size", program], check=True, capture_output=True, text=True).stdout
    return int(out.splitlines()[1].split()[0])


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    print(f"{'program':<10}{'level':<11}{'compile':>9}{'text':>8}{'off':>8}{'aim':>7}{'on':>8}")
    for name, build in (("lua", build_lua), ("db_bench", build_leveldb)):
        with tempfile.TemporaryDirectory(prefix="scope-bench-") as folder:
            folder = pathlib.Path(folder)
            made = {level: build(folder, level) for level in (None, *LEVELS)}
            off = {level: [] for level in made}
            on = {level: [] for level in LEVELS}
            for _ in range(rounds):
                for level, (program, arguments, _) in made.items():
                    off[level].append(cpu_seconds([program, *arguments]))
            for _ in range(3):
                for level in LEVELS:
                    program, arguments, _ = made[level]
                    on[level].append(wall_seconds(
                        [SCOPE, "record", "-q", "-d", folder / "scope.data", "--", program,
                         *arguments]))
            plain_wall = statistics.median(
                wall_seconds([made[None][0], *made[None][1]]) for _ in range(3))
            plain = statistics.median(off[None])
            for level in LEVELS:
                print(f"{name:<10}{level:<11}{made[level][2] / made[None][2]:>8.2f}x"
                      f"{text_bytes(made[level][0]) / text_bytes(made[None][0]):>7.2f}x"
                      f"{statistics.median(off[level]) / plain:>7.3f}x{OFF_MAX[level]:>7}"
                      f"{statistics.median(on[level]) / plain_wall:>7.2f}x", flush=True)


if __name__ == "__main__":
    main()
