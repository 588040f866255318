"""Strings, containers and classes are captured as what they hold, without changing the program."""
import unittest

import harness

PROGRAM = r"""
#include <cstdio>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>
struct Person { std::string name; int age; };
struct Counted {
  Counted() = default;
  Counted(const Counted&) { std::puts("copy"); }
  Counted(Counted&&) noexcept { std::puts("move"); }
  ~Counted() { std::puts("gone"); }
  int value = 1;
};
Counted Make() { Counted made; made.value = 2; return made; }
int Count(const std::vector<std::string>& words) { return static_cast<int>(words.size()); }
int main(int argc, char**) {
  std::string text = "hello";
  std::vector<std::string> words = {"a", "b"};
  std::map<std::string, int> ages{{"ada", argc}};
  std::optional<int> maybe = argc, nothing;
  Person person{"ada", 36};
  std::unique_ptr<Person> owner(new Person{"bob", 4});
  Counted counted = Make();
  std::vector<int> many(1000, argc);
  return Count(words) + counted.value + static_cast<int>(text.size() + many.size()) - 1009;
}
"""
EXPECTED = {
    "text": '"hello"', "ages": '{["ada"] = 1}', "maybe": "optional(1)", "nothing": "nullopt",
    "person": '{name = "ada", age = 36}', "owner": '-> {name = "bob", age = 4}',
    "counted": "{value = 2}", "words": '{"a", "b"}', "many": "{" + "1, " * 16 + "... 984 more}",
}


class ObjectsTest(harness.ScopeTest):
    def test_every_standard_shows_the_same_and_does_the_same(self):
        source = self.write("objects.cc", PROGRAM)
        for flags in (["-std=c++17", "-O0"], ["-std=c++20", "-O2"], ["-std=c++23", "-O2"],
                      ["-std=c++20", "-O1", "-fno-exceptions", "-fno-rtti"]):
            with self.subTest(flags):
                plain = harness.run(self.compile(source, *flags, plain=True))
                done = self.record(self.compile(source, *flags))
                self.assertEqual(done.stdout, plain.stdout)
                shown = {event["name"]: event["value"] for event in self.events()
                         if event["kind"] == "init" and event["name"] in EXPECTED}
                self.assertEqual(shown, EXPECTED)
                self.assert_balanced()
                self.trace = self.folder / f"next{len(list(self.folder.iterdir()))}"

    def test_a_name_like_a_module_declaration_hides_no_object(self):
        source = self.write("named.cc", """
#include <string>
int main() {
  std::string module = "mine";
  std::string copy =
      module;
  module.clear();
  return
module.empty() ? 0 : 1;
}
""")
        self.record(self.compile(source, "-std=c++20"))
        shown = {event["name"]: event["value"] for event in self.events()
                 if event["kind"] == "init"}
        self.assertEqual(shown, {"module": '"mine"', "copy": '"mine"'})


if __name__ == "__main__":
    unittest.main()
