"""A binary whose file is no longer what runs is not read: one line says so, nothing is misnamed."""
import unittest

from harness import SCOPE, ScopeTest, run

# Puts another build of itself in its place before it is known to be recorded.
LIBRARY = """#include <stdio.h>
#include <stdlib.h>
__attribute__((constructor(50))) static void Replace(void) {
  if (rename(OTHER, OWN) != 0) abort();
}
#ifdef NEWER
int later(int a) { int other = a * 2; return other; }
#endif
int compute(void) { int answer = 42; return answer; }
"""
PROGRAM = "int compute(void);\nint main(void) { return compute() != 42; }\n"


class BuildIdTest(ScopeTest):
    def test_a_changed_file_is_refused(self):
        source = self.write("own.c", LIBRARY)
        own, other = self.folder / "libown.so", self.folder / "other.so"
        flags = ("-w", "-shared", "-fPIC", "-Wl,--build-id", f'-DOTHER="{other}"', f'-DOWN="{own}"')
        run(SCOPE, "cc", *flags, "-DNEWER", source, "-o", other)
        run(SCOPE, "cc", *flags, source, "-o", own)
        program = self.compile(self.write("main.c", PROGRAM), own)
        # With a choice to wait for, the program is there while its binaries are read.
        self.record(program, options=("-F", "*"))
        why = f"{own} is not the file that was loaded"
        said = run(SCOPE, "info", "-d", self.trace).stdout.decode()
        self.assertEqual(said.count("is not the file that was loaded"), 1, said)
        notes = {module["path"]: module["note"] for module in self.info()["modules"]}
        self.assertIn(why, notes[str(own)])
        events = self.events()
        self.assertIn("main", {event["function"] for event in events})
        self.assertNotIn("compute", {event["function"] for event in events})
        self.assertFalse({"later", "other"} & {event["function"] for event in events})
        self.assert_balanced()


if __name__ == "__main__":
    unittest.main()
