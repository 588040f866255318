"""Compiles a program with the plugin, runs it, and reads its events and its AST map."""
import json
import os
import pathlib
import re
import subprocess
import tempfile


def event_words(sdk):
    """{number: word} of SCOPE_EVENT_KINDS."""
    text = (sdk / "include/scope/event.h").read_text()
    found = re.findall(r'X\((\w+), (\d+), "(\w+)", \w+\)', text)
    return {int(number): word for _, number, word in found}


class Toolchain:
    def __init__(self, arguments):
        self.cc, self.cxx = arguments.cc, arguments.cxx
        self.plugin, self.sdk = arguments.plugin, pathlib.Path(arguments.sdk)
        self.objcopy, self.flatc = arguments.objcopy, arguments.flatc
        self.hooks = pathlib.Path(__file__).with_name("print_hooks.c")
        self.words = event_words(self.sdk)
        self.folder = tempfile.TemporaryDirectory()
        self.work = pathlib.Path(self.folder.name)

    @staticmethod
    def add_arguments(parser):
        for name in ("cc", "cxx", "plugin", "sdk", "objcopy", "flatc"):
            parser.add_argument("--" + name, required=True)

    def run(self, command, **keywords):
        done = subprocess.run([str(part) for part in command], capture_output=True, text=True,
                              timeout=300, **keywords)
        return done

    def must(self, command, **keywords):
        done = self.run(command, **keywords)
        if done.returncode != 0:
            raise SystemExit(f"{' '.join(map(str, command))}\n{done.stdout}{done.stderr}")
        return done

    def compile(self, source, output, flags, level=None):
        """An object; with `level`, an instrumented one."""
        compiler = self.cc if source.suffix == ".c" else self.cxx
        plugin = []
        if level is not None:
            plugin = [f"-fplugin={self.plugin}", f"-fplugin-arg-scope-level={level}",
                      "-fplugin-arg-scope-lower=calls"]
        self.must([compiler, *flags, *plugin, "-c", source, "-o", output])

    def resources(self):
        """Where the compiler's own headers are."""
        return self.must([self.cc, "-print-resource-dir"]).stdout.strip()

    def hooks_object(self):
        hooks = self.work / "hooks.o"
        if not hooks.exists():
            include = self.sdk / "include"
            self.must([self.cc, "-O1", f"-I{include}", "-c", self.hooks, "-o", hooks])
        return hooks

    def has(self, library):
        """Whether there is one that programs can be linked with; None: nothing is needed."""
        return library is None or bool(self.library(library))

    @staticmethod
    def library(name):
        return sorted(pathlib.Path("/usr/lib").glob(f"llvm-*/lib/{name}.so"))

    def link(self, objects, output, flags=(), library=None):
        lto = [flag for flag in flags if flag.startswith(("-flto", "-O"))]
        linker = ["-fuse-ld=lld"] if len(lto) > 1 else []
        libraries = []
        if library is not None:
            found = self.library(library)[-1]
            libraries = [found, f"-Wl,-rpath,{found.parent}"]
        self.must([self.cxx, *lto, *linker, *objects, self.hooks_object(), *libraries, "-lm",
                   "-pthread", "-o", output])

    def ast_map(self, obj):
        """The object's AST map, as flatc prints it."""
        section = pathlib.Path(f"{obj}.map")
        self.must([self.objcopy, "-O", "binary", "--set-section-flags", "scope_map=alloc",
                   "--only-section=scope_map", obj, section])
        self.must([self.flatc, "--json", "--strict-json", "--raw-binary", "--size-prefixed",
                   "--defaults-json", "-o", self.work, self.sdk / "schema/ast_map.fbs", "--",
                   section])
        return json.loads((self.work / f"{section.stem}.json").read_text())

    def events(self, program):
        """(stdout and exit code, [(id, word, value)])."""
        path = pathlib.Path(f"{program}.events")
        path.unlink(missing_ok=True)
        done = self.run([program], env={**os.environ, "SCOPE_TEST_EVENTS": str(path)})
        lines = path.read_text().splitlines() if path.exists() else []
        events = []
        for line in lines:
            node, kind, _, value = line.split(" ", 3)
            if self.words[int(kind)] != "frame":  # Part of the event behind it.
                events.append((int(node), self.words[int(kind)], value))
        return (done.stdout, done.returncode), events
