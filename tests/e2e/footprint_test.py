"""What the runtime asks of the program that it lives in.

usage: footprint_test.py [unittest options]
"""
import pathlib
import re
import unittest

import harness

LIB = pathlib.Path(harness.SCOPE).resolve().parent.parent / "lib"
MILLION = """
int main(void) {
  unsigned last = 0;
  for (unsigned i = 0; i < 1000000; ++i) last = i;
  return last != 999999;
}
"""


class FootprintTest(harness.ScopeTest):
    def test_it_needs_libc_and_nothing_else(self):
        dynamic = harness.run("readelf", "-d", LIB / "libscope_rt.so").stdout.decode()
        self.assertEqual(re.findall(r"NEEDED.*\[(.*?)\]", dynamic), ["libc.so.6"])
        symbols = harness.run("nm", "-D", "--undefined-only", LIB / "libscope_rt.so").stdout.decode()
        self.assertNotRegex(symbols, r"GLIBCXX|CXXABI|_Zn[wa]|_Zd[la]|__cxa_throw|\b(malloc|free)\b")

    def test_a_million_events_make_few_system_calls(self):
        program = self.compile(self.write("million.c", MILLION), "-O2")
        counts = self.folder / "counts"
        self.record("strace", "-f", "-qq", "-e", "trace=all", "-o", counts, program)
        calls = len(counts.read_text().splitlines())
        self.assertGreaterEqual(self.assert_balanced()["stored"], 3000000)
        self.assertLess(calls, 10000, "system calls of the program")

    def test_without_a_session_nothing_of_it_is_loaded(self):
        program = self.compile(self.write("million.c", MILLION), "-O2")
        counts = self.folder / "counts"
        harness.run("strace", "-f", "-qq", "-o", counts, program)
        text = counts.read_text()
        self.assertNotIn("scope_rt", text)
        plain = self.compile(self.folder / "million.c", "-O2", plain=True)
        harness.run("strace", "-f", "-qq", "-o", counts, plain)
        self.assertEqual(len(text.splitlines()), len(counts.read_text().splitlines()))


if __name__ == "__main__":
    unittest.main()
