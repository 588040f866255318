"""What is known of a binary is in a trace once, however many processes it is in.

usage: shared_tables_test.py [unittest options]
"""
import collections
import pathlib
import unittest

import harness

INCLUDE = pathlib.Path(__file__).resolve().parents[2] / "sdk/include"
FUNCTIONS = 400
MAIN = r"""
#include <scope/report.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>
int main(int argc, char** argv) {
  for (int child = atoi(argv[1]); child > 0; --child) {
    SCOPE_PLOT("child", child);
    if (fork() == 0) { function_7(child); SCOPE_VALUE(child); _exit(0); }
    wait(NULL);
  }
  return argc != 2;
}
"""


class SharedTablesTest(harness.ScopeTest):
    def bytes_with(self, program, children):
        self.record(program, children)
        self.assert_balanced()
        return sum(path.stat().st_size for path in self.trace.iterdir())

    def test_many_children(self):
        functions = "".join(f"__attribute__((noinline)) int function_{i}(int n)"
                            f" {{ int more = n + {i}; volatile int kept = more; return kept; }}\n"
                            for i in range(FUNCTIONS))
        program = self.compile(self.write("many.c", functions + MAIN), "-O1", "-I", INCLUDE)
        few, many = self.bytes_with(program, 2), self.bytes_with(program, 60)
        print(f"a trace of 2 children: {few} bytes, of 60: {many}, "
              f"{(many - few) // 58} for each process")
        # The tables of nodes alone take five times as much.
        self.assertLess((many - few) // 58, FUNCTIONS * 4 * 16 // 5)
        events = self.events()
        more = [event["value"] for event in events if event["name"] == "more"]
        self.assertEqual(sorted(more), [child + 7 for child in range(1, 61)])
        by_hand = collections.Counter(event["kind"] for event in events if event["name"] == "child"
                                      and event["kind"] in ("metric", "value"))
        self.assertEqual(by_hand, {"metric": 60, "value": 60})
        self.assertEqual(len({event["node"] for event in events if event["name"] == "more"}), 1)


if __name__ == "__main__":
    unittest.main()
