"""Every way of building that projects use works with the plugin: the program behaves as without it,
and what it computed is in the trace.

usage: build_modes_test.py [unittest options]
"""
import json
import os
import pathlib
import re
import shutil
import subprocess
import unittest
import unittest.mock

import harness

PLUGIN = pathlib.Path(harness.SCOPE).resolve().parent.parent / "lib/scope"

MAIN = """
#include <cstdio>
#include "half.h"
int main() {
  int half = Half(84);
  std::printf("%d\\n", half);
  return half - 42;
}
"""
HALF_H = """
#ifndef HALF_H_
#define HALF_H_
#include <vector>
int Half(int n);
inline int Twice(int n) {
  int twice = n * 2;
  return twice;
}
#endif
"""
HALF = """
#include "half.h"
int Half(int n) {
  std::vector<int> parts;
  for (int i = 0; i < 3; ++i) parts.push_back(Twice(n));
  int result = parts[1] / 4;
  return result;
}
"""
DYNAMIC = """
#include <dlfcn.h>
#include <cstdio>
int main(int, char** argv) {
  int sum = 0;
  for (int i = 0; i < 3; ++i) {
    void* library = dlopen(argv[1], RTLD_NOW);
    if (library == nullptr) return 1;
    sum += reinterpret_cast<int (*)(int)>(dlsym(library, "_Z4Halfi"))(84);
    dlclose(library);
  }
  std::printf("%d\\n", sum);
}
"""

OBJECTS = """
#include <cstdio>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>
struct Part { std::string name; std::vector<int> values; };
static int Work(const char* name) {
  std::string text = name;
  Part part{text, std::vector<int>(20, 1)};
  std::map<std::string, Part> parts{{"x", part}};
  auto owner = std::make_unique<Part>(part);
  return static_cast<int>(parts["x"].values.size() + owner->values.size());
}
int main() {
  int sum = 0;
  std::thread worker([&] { sum += Work("worker"); });
  worker.join();
  sum += Work("main");
  std::printf("%d\\n", sum - 38);
}
"""


class BuildModesTest(harness.ScopeTest):
    def setUp(self):
        super().setUp()
        self.write("half.h", HALF_H)
        self.sources = [self.write("main.cc", MAIN), self.write("half.cc", HALF)]
        self.program = self.folder / "program"
        profile = {"LLVM_PROFILE_FILE": str(self.folder / "%m.profraw")}
        self.enterContext(unittest.mock.patch.dict(os.environ, profile))

    def scope(self, *arguments, **options):
        return harness.run(harness.SCOPE, "c++", *arguments, cwd=self.folder, **options)

    def check(self, values=("half", [42])):
        self.assertEqual(harness.run(self.program).stdout, b"42\n")
        self.assertEqual(self.record(self.program).stdout, b"42\n")
        self.assertEqual(self.values(values[0]), values[1])
        self.assertGreater(self.assert_balanced()["stored"], 0)

    def test_flags(self):
        for flags in (["-O0", "-g"], ["-O3", "-march=native"], ["-Os", "-ffunction-sections",
                      "-fdata-sections", "-Wl,--gc-sections"], ["-fno-exceptions", "-fno-rtti"],
                      ["-pie", "-fPIE"], ["-no-pie", "-fno-pie"], ["-fvisibility=hidden"],
                      ["-flto=thin", "-fuse-ld=lld", "-O2"], ["-flto", "-fuse-ld=lld", "-O2"],
                      ["-fuse-ld=lld", "-Wl,--icf=all"], ["-save-temps"], ["-pipe"],
                      ["-fno-plt"], ["-fstack-protector-strong", "-D_FORTIFY_SOURCE=2", "-O2"],
                      ["-fcf-protection=full"], ["-ffast-math", "-O2"], ["-funwind-tables"],
                      ["-gdwarf-4"], ["-gdwarf-5", "-gsplit-dwarf"], ["-fprofile-generate"],
                      ["-fprofile-instr-generate", "-fcoverage-mapping"], ["--coverage"],
                      ["-fsanitize=address"], ["-fsanitize=undefined"],
                      ["-fsanitize=address,undefined", "-O2"], ["-fsanitize=thread"],
                      ["-fsanitize=safe-stack"], ["-fxray-instrument"],
                      ["-finstrument-functions"], ["-mcmodel=large"],
                      ["-fno-semantic-interposition"], ["-fno-integrated-as"],
                      ["-fPIC", "-O2"], ["-fPIC", "-mcmodel=large", "-O2"],
                      ["-fPIC", "-fsanitize=thread", "-O2"], ["-fPIC", "-flto", "-fuse-ld=lld"]):
            with self.subTest(flags=flags):
                self.scope(*flags, *self.sources, "-o", self.program)
                self.check()

    def test_memory_sanitizer(self):
        # libstdc++ is not built for it: C.
        source = self.write("sum.c", """
            #include <stdio.h>
            struct pair { char c; int i; };
            static int Use(struct pair p) { int sum = p.i + p.c; return sum; }
            int main(void) {
              struct pair p;
              p.c = 2;
              p.i = 40;
              int uninitialised;
              int half = Use(p);
              uninitialised = half;
              printf("%d\\n", uninitialised);
              return 0;
            }""")
        for flags in (("-O0",), ("-O2",), ("-O2", "-fPIC")):
            with self.subTest(flags):
                harness.run(harness.SCOPE, "cc", *flags, "-fsanitize=memory",
                            "-fplugin-arg-scope-level=all", source, "-o", self.program)
                self.check()

    def test_objects_under_sanitizers(self):
        source = self.write("objects.cc", OBJECTS)
        for flags in (["-fsanitize=address,undefined", "-O0"], ["-fsanitize=address", "-O2"],
                      ["-fsanitize=thread", "-O1"], ["-fsanitize=undefined", "-O2"]):
            with self.subTest(flags=flags):
                self.scope(*flags, "-fno-sanitize-recover=all", "-pthread", source, "-o",
                           self.program)
                self.check(("text", ['"worker"', '"main"']))

    def test_objects_under_the_memory_sanitizer(self):
        source = self.write("partly.cc", """
            extern "C" int printf(const char*, ...);
            enum Colour { kRed, kGreen };
            struct Partly {
              int set = 42, unset;
              bool flag;
              double number;
              char* text;
              Colour colour;
              int many[4];
              ~Partly() {}
            };
            int main() {
              Partly partly;
              const Partly& same = partly;
              int half = same.set;
              printf("%d\\n", half);
            }""")
        for flag in ("-O0", "-O2"):
            with self.subTest(flag=flag):
                self.scope(flag, "-fsanitize=memory", "--scope-level=all", source, "-o",
                           self.program)
                self.check()

    def test_static_programs_run_and_record_nothing(self):
        self.scope("-static", *self.sources, "-o", self.program)
        self.assertEqual(harness.run(self.program).stdout, b"42\n")
        done = harness.run(harness.SCOPE, "record", "-d", self.trace, "--", self.program)
        self.assertEqual(done.stdout, b"42\n")
        self.assertEqual(len(done.stderr.splitlines()), 1, done.stderr)
        self.assertIn(b"is statically linked", done.stderr)
        doctor = harness.run(harness.SCOPE, "doctor", self.program, check=False)
        self.assertEqual(doctor.returncode, 1)
        self.assertIn(b"statically linked", doctor.stdout)

    def test_shared_library(self):
        library = self.folder / "libhalf.so"
        self.scope("-shared", "-fPIC", self.sources[1], "-o", library)
        self.scope(self.sources[0], "-L.", "-lhalf", f"-Wl,-rpath,{self.folder}", "-o", self.program)
        self.check()
        self.check(("result", [42]))

    def test_dlopen_and_dlclose(self):
        library = self.folder / "libhalf.so"
        self.scope("-shared", "-fPIC", self.sources[1], "-o", library)
        self.scope(self.write("dynamic.cc", DYNAMIC), "-o", self.program)
        self.assertEqual(self.record(self.program, library).stdout, b"126\n")
        self.assertEqual(self.values("result"), [42, 42, 42])
        self.assertEqual(self.values("sum"), [0, 42, 84, 126])

    def test_static_archive_and_gc_sections(self):
        self.write("unused.cc", "int Unused(int n) { int unused = n; return unused; }")
        for name in ("half", "unused"):
            self.scope("-O2", "-ffunction-sections", "-c", f"{name}.cc", "-o", f"{name}.o")
        harness.run("ar", "crs", "libboth.a", "half.o", "unused.o", cwd=self.folder)
        self.scope("-Wl,--gc-sections", self.sources[0], "-L.", "-lboth", "-o", self.program)
        self.check()

    def test_precompiled_header(self):
        for traced in (False, True):  # a header made without the plugin, and one made with it
            with self.subTest(traced=traced):
                make = self.scope if traced else lambda *a: harness.run("clang++-19", *a,
                                                                        cwd=self.folder)
                make("-x", "c++-header", "half.h", "-o", "half.h.pch")
                self.scope("-include-pch", "half.h.pch", *self.sources, "-o", self.program)
                self.check()
                self.check(("twice", [168, 168, 168]))

    def test_precompiled_header_and_objects(self):
        self.write("text.h", "#pragma once\n#include <string>\n#include <cstdio>\n")
        source = self.write("text.cc", """
            int main() {
              std::string text = "hello";
              std::printf("%d\\n", static_cast<int>(text.size()) + 37);
            }""")
        for traced in (False, True):
            with self.subTest(traced=traced):
                make = self.scope if traced else lambda *a: harness.run("clang++-19", *a,
                                                                        cwd=self.folder)
                make("-x", "c++-header", "text.h", "-o", "text.h.pch")
                self.scope("-include-pch", "text.h.pch", source, "-o", self.program)
                self.check(("text", ['"hello"']))

    def test_modules(self):
        self.write("half.cppm", """
            module;
            #include <cstdio>
            export module half;
            export int Half(int n) {
              int result = n / 2;
              return result;
            }
            export inline int Twice(int n) {
              int twice = n * 2;
              return twice;
            }""")
        main = self.write("user.cc", """
            #include <cstdio>
            import half;
            int main() {
              int half = Half(Twice(42));
              std::printf("%d\\n", half);
            }""")
        flag = "-std=c++20"
        self.scope(flag, "--precompile", "half.cppm", "-o", "half.pcm")
        self.scope(flag, "-c", "half.pcm", "-o", "half.o")
        self.scope(flag, "-fmodule-file=half=half.pcm", main, "half.o", "-o", self.program)
        self.check()
        self.check(("result", [42]))
        self.check(("twice", [84]))

    def test_objects_are_the_same_in_every_directory(self):
        objects = []
        for name in ("one", "two/deeper"):
            folder = self.folder / name
            folder.mkdir(parents=True)
            for file in ("half.cc", "half.h"):
                shutil.copy(self.folder / file, folder)
            harness.run(harness.SCOPE, "c++", "-O2", "-g", "-c", "half.cc",
                        f"-ffile-prefix-map={folder}=.", "-o", "half.o", cwd=folder)
            objects.append((folder / "half.o").read_bytes())
        self.assertEqual(*objects)

    def test_debug_information_stays_sound(self):
        for flag in ("-O0", "-O2"):
            self.scope(flag, "-g", "-c", self.sources[1], "-o", "half.o")
            harness.run("llvm-dwarfdump-19", "--verify", self.folder / "half.o")
        self.scope("-O0", "-g", *self.sources, "-o", self.program)
        harness.run("clang++-19", "-O0", "-g", *self.sources, "-o", self.folder / "plain",
                    cwd=self.folder)
        self.assertEqual(self.step(self.program), self.step(self.folder / "plain"))

    def step(self, program):
        """The lines that a person sees who steps through Half and leaves it."""
        out = harness.run("gdb", "-q", "-batch", "-ex", "set confirm off", "-ex", "break Half",
                          "-ex", "run", *["-ex", "next"] * 6, program,
                          check=False).stdout.decode()
        return re.findall(r"^(\d+)\t", out, re.M)

    def test_warnings_are_the_same(self):
        source = self.write("warn.cc", """
            #include <string>
            #include <cstdio>
            int Sum(int n) {
              int unused;
              int shadow = n;
              for (int i = 0; i < n; ++i) { int shadow = i; (void)shadow; }
              unsigned u = n;
              switch (n) { case 1: u++; default: break; }
              if (n = 3) u++;
              std::string text("x");
              return u == shadow;
            }
            template <typename T> T Twice(T t) { T unused; return t + t; }
            int main() { return Twice(Sum(2)) + Twice(1.5); }""")
        said = []
        for command in (["clang++-19"], [harness.SCOPE, "c++"]):
            done = harness.run(*command, "-Weverything", "-Wno-c++98-compat", "-std=c++20", "-O2",
                               "-c", source, "-o", "/dev/null", cwd=self.folder)
            said.append(done.stderr)
        self.assertGreater(len(said[0]), 0)
        self.assertEqual(*said)

    def test_clangd_and_clang_tidy_work_beside_it(self):
        flags = [f"-fplugin={PLUGIN}"]
        (self.folder / "compile_commands.json").write_text(json.dumps([
            {"directory": str(self.folder), "file": str(source),
             "arguments": ["clang++-19", *flags, "-c", str(source)]} for source in self.sources]))
        tidy = harness.run("clang-tidy-19", "-p", self.folder, self.sources[1], check=False)
        self.assertEqual(tidy.returncode, 0, tidy.stderr)
        checked = harness.run("clangd-19", f"--check={self.sources[1]}",
                              f"--compile-commands-dir={self.folder}", check=False)
        self.assertEqual(checked.returncode, 0, checked.stderr[-2000:])

    def test_bad_arguments_are_one_line(self):
        for argument in ("nonsense=1", "level=most", "config=/nowhere/scope.toml"):
            done = subprocess.run(["clang++-19", f"-fplugin={PLUGIN}",
                                   f"-fplugin-arg-scope-{argument}", "-c", self.sources[1], "-o",
                                   "/dev/null"], capture_output=True, cwd=self.folder)
            self.assertNotEqual(done.returncode, 0)
            errors = [line for line in done.stderr.decode().splitlines() if "error:" in line]
            self.assertEqual(len(errors), 1, done.stderr)
            self.assertIn("scope: ", errors[0])


if __name__ == "__main__":
    unittest.main()
