"""What can be asked of the plugin, and what it answers to what it does not know."""
import argparse
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "golden/compiler_plugin"))
from instrumented import Toolchain  # noqa: E402

PROGRAM = """
namespace ns { int parse(int a) { int b = a; return b; } }
int hot(int a) { return a + 1; }
[[clang::annotate("scope:ignore")]] int ignored(int a) { return a; }
[[gnu::no_instrument_function]] int quiet(int a) { return a; }
"""


class OptionsTest(unittest.TestCase):
    toolchain = None

    def setUp(self):
        self.work = self.toolchain.work
        self.source = self.work / "src" / "parser.cc"
        self.source.parent.mkdir(exist_ok=True)
        self.source.write_text(PROGRAM)
        self.obj = self.work / "options.o"

    def compile(self, *options, config=None):
        arguments = [f"-fplugin-arg-scope-{option}" for option in options]
        if config is not None:
            path = self.work / "scope.toml"
            path.write_text(config)
            arguments.append(f"-fplugin-arg-scope-config={path}")
        return self.toolchain.run([self.toolchain.cxx, f"-fplugin={self.toolchain.plugin}",
                                   *arguments, "-c", self.source, "-o", self.obj])

    def error(self, *options, config=None):
        done = self.compile(*options, config=config)
        self.assertNotEqual(done.returncode, 0)
        return done.stderr.replace(str(self.work) + "/", "")

    def functions(self, *options, config=None):
        self.obj.unlink(missing_ok=True)
        done = self.compile(*options, config=config)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        sections = self.toolchain.run([self.toolchain.objcopy.replace("objcopy", "readelf"), "-S",
                                       self.obj]).stdout
        if "scope_map" not in sections:
            return set()
        return {function["name"] for function in self.toolchain.ast_map(self.obj)["functions"]}

    def kinds(self, *options, config=None):
        self.assertEqual(self.compile(*options, config=config).returncode, 0)
        return {node["kind"] for node in self.toolchain.ast_map(self.obj)["nodes"]}

    def test_unknown_options_name_the_valid_ones(self):
        self.assertIn("error: scope: unknown option 'levle'; valid are config, level, lower, ",
                      self.error("levle=all"))
        self.assertIn("error: scope: unknown level 'some'; valid are functions, values, all\n",
                      self.error("level=some"))
        self.assertIn("error: scope: unknown value 'x' of lower; valid are inline, calls\n",
                      self.error("lower=x"))

    def test_bytes_is_a_number_below_the_largest_value(self):
        self.assertIn("error: scope: bytes is 'x'; valid are numbers from 0 to 16777214\n",
                      self.error("bytes=x"))
        self.assertIn("error: scope: bytes is '16777215'; valid are", self.error("bytes=16777215"))
        self.assertIn("scope.toml:1:9: bytes is 'many'; valid are",
                      self.error(config="bytes = 'many'\n"))

    def test_config_errors_name_the_place(self):
        for config, message in (
                ("levle = 'all'\n", "scope.toml:1:1: unknown key 'levle'; valid are level, lower, "),
                ("min_statements = 'x'\n", "scope.toml:1:18: min_statements must be a number"),
                ("[types]\nreduct = []\n", "scope.toml:2:1: unknown key 'reduct'; valid are include, "
                                           "exclude, redact"),
                ("\nlevel = 'some'\n", "scope.toml:2:9: unknown level 'some'; valid are"),
                ("level = 3\n", "scope.toml:1:9: 'level' must be a string"),
                ("[files]\nonly = []\n", "scope.toml:2:1: unknown key 'only'; valid are include, "
                                         "exclude"),
                ("[files]\ninclude = '*'\n", "scope.toml:2:11: include must be a list"),
                ("[files]\ninclude = ['[']\n", "scope.toml:2:12: "),
                ("level = \n", "scope.toml:1:9: ")):
            self.assertIn("error: scope: " + message, self.error(config=config))

    def test_missing_config_is_one_error(self):
        stderr = self.error("config=/nowhere/scope.toml")
        self.assertIn("error: scope: cannot read config file '/nowhere/scope.toml': No such file",
                      stderr)
        self.assertEqual(stderr.count("error:"), 1)

    def test_levels(self):
        self.assertEqual(self.kinds("level=functions"), {1, 2})
        self.assertEqual(self.kinds(), {1, 2, 3, 4, 5})
        self.assertEqual(self.kinds("level=all"), {1, 2, 3, 4, 5, 14})

    def test_command_line_beats_file(self):
        self.assertEqual(self.kinds(config="level = 'functions'\n"), {1, 2})
        self.assertEqual(self.kinds("level=values", config="level = 'functions'\n"),
                         {1, 2, 3, 4, 5})

    def test_functions_by_pattern(self):
        every = {"ns::parse", "hot"}
        self.assertEqual(self.functions(), every)
        self.assertEqual(self.functions(config="[functions]\ninclude = ['pars?']\n"), {"ns::parse"})
        self.assertEqual(self.functions(config="[functions]\ninclude = ['ns::*']\n"), {"ns::parse"})
        self.assertEqual(self.functions(config="[functions]\nexclude = ['[hn]ot']\n"),
                         {"ns::parse"})

    def test_files_by_pattern(self):
        every = {"ns::parse", "hot"}
        for glob in ("parser.cc", "src/*.cc", "*/src/parser.*", str(self.source)):
            self.assertEqual(self.functions(config=f"[files]\ninclude = ['{glob}']\n"), every)
            self.assertEqual(self.functions(config=f"[files]\nexclude = ['{glob}']\n"), set())
        self.assertEqual(self.functions(config="[files]\ninclude = ['other/*.cc']\n"), set())

    def test_bare_name_loads_the_plugin(self):
        folder = str(pathlib.Path(self.toolchain.plugin).parent)
        done = self.toolchain.run([self.toolchain.cxx, "-fplugin=scope",
                                   "-fplugin-arg-scope-nothing=1", "-c", self.source, "-o",
                                   self.obj], env={"LD_LIBRARY_PATH": folder, "PATH": "/usr/bin"})
        self.assertIn("error: scope: unknown option 'nothing'", done.stderr)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    Toolchain.add_arguments(parser)
    OptionsTest.toolchain = Toolchain(parser.parse_args())
    unittest.main(argv=[sys.argv[0]])
