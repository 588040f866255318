"""What a char* points to is shown where it is asked for, and nowhere else."""
import unittest

import harness

PROGRAM = r"""
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#define TEXT __attribute__((annotate("scope:text")))
struct Named { const char* title; };
TEXT const char* choose(TEXT const char* first, const char* second) {
  return first != NULL ? first : second;
}
int main(int count, char** arguments) {
  TEXT const char* greeting = "hello \"you\"";
  const char* plain = greeting;
  const char* name_of = "by glob";
  greeting = NULL;
  greeting = plain + 6;
  char letters[1000] = "";
  memset(letters, 'x', 999);
  TEXT char* longer = letters;
  longer = longer + 900;
  TEXT const char* empty = "";
  TEXT const char* accents = "\xc3\xa4\xc3\xb6";
  TEXT const char* failed = (const char*)-1;
  TEXT const char* small = (const char*)(long)(count + 6);
  /* Ends with its page, without a zero. */
  char* page = (char*)mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  mprotect(page + 4096, 4096, PROT_NONE);
  memset(page, 'y', 4096);
  TEXT char* at_end = page + 4096 - 160;
  struct Named named;
  named.title = choose(NULL, "second");
  return strcmp(choose(greeting, plain), "\"you\"") || named.title == NULL || at_end == NULL ||
         name_of == NULL || empty == NULL || accents == NULL || failed == NULL || small == NULL;
}
"""
CUT = '"' + "x" * 160 + '"...'
EXPECTED = {
    "greeting": ['"hello \\"you\\""', "nullptr", '"\\"you\\""'], "longer": [CUT, '"' + "x" * 99 + '"'],
    "empty": ['""'], "accents": ['"äö"'], "failed": ["0xffffffffffffffff"], "small": ["0x7"],
    "at_end": ['"' + "y" * 160 + '"...'],
    "first": ["nullptr", '"\\"you\\""'], "name_of": ['"by glob"'], "named.title": ['"second"'],
}


class TextTest(harness.ScopeTest):
    def test_text_is_shown_where_it_is_asked_for(self):
        config = self.write("scope.toml", 'text = ["name_of", "*.title"]\n')
        for name, flags in (("text.c", ["-std=gnu11", "-O0"]), ("text.c", ["-std=gnu11", "-O2"]),
                            ("text.cc", ["-std=c++20", "-O2"]),
                            ("text.cc", ["-std=c++17", "--scope-objects=off", "--scope-lower=calls"])):
            with self.subTest(name=name, flags=flags):
                self.record(self.compile(self.write(name, PROGRAM), f"--scope-config={config}", *flags))
                events = self.events()
                for variable, expected in EXPECTED.items():
                    shown = [event["value"] for event in events if event["name"] == variable
                             and event["kind"] in ("init", "assign", "param")]
                    self.assertEqual(shown, expected, variable)
                returned = [event["value"] for event in events
                            if event["kind"] == "return" and event["function"] == "choose"]
                self.assertEqual(returned, ['"second"', '"\\"you\\""'])
                for variable in ("plain", "second", "page"):
                    shown = [event["value"] for event in events if event["name"] == variable
                             and event["kind"] in ("init", "param")]
                    self.assertTrue(shown and all(value.startswith("0x") for value in shown))
                self.assert_balanced()
                self.trace = self.folder / f"next{len(list(self.folder.iterdir()))}"

    def test_redaction_is_stronger(self):
        source = self.write("secret.c", 'int main(void) { const char* password = "canary"; '
                                        'return password == 0; }\n')
        self.record(self.compile(source, "--scope-text=pass*"))
        self.assertEqual(self.values("password"), ['"canary"'])
        self.trace = self.folder / "redacted.data"
        config = self.write("scope.toml", '[variables]\nredact = ["password"]\n')
        self.record(self.compile(source, "--scope-text=pass*", f"--scope-config={config}"))
        self.assertEqual(self.values("password"), [None])

    def test_a_wrong_pattern_is_an_error(self):
        source = self.write("a.c", "int main(void) { return 0; }\n")
        done = harness.run(harness.SCOPE, "cc", "--scope-text=[", source, "-o", self.folder / "a",
                           check=False)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn(b"scope:", done.stderr)


if __name__ == "__main__":
    unittest.main()
