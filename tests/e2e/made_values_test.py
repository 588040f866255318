"""What is returned, thrown, caught and assigned is shown as it is, and made as often as without."""
import collections
import json
import unittest

import harness

PROGRAM = r"""
#include <complex>
#include <cstdio>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>
struct Counted {
  explicit Counted(int v) : value(v) { std::printf("make %d\n", v); }
  Counted(const Counted& from) : value(from.value) { std::printf("copy %d\n", value); }
  Counted(Counted&& from) noexcept : value(from.value) { std::printf("move %d\n", value); }
  ~Counted() { std::printf("gone %d\n", value); }
  int value;
};
struct Point { int x, y; };
struct Both { Counted first, second; };
struct Problem : std::runtime_error {
  explicit Problem(int c) : std::runtime_error("problem " + std::to_string(c)), code(c) {}
  int code;
};
Counted named(int v) { Counted made(v); made.value += 1; return made; }
Counted temporary(int v) { return Counted(v); }
Counted passed(int v) { return named(v); }
Counted one_of_two(int v) { Counted a(v), b(v + 1); if (v > 2) return a; return b; }
Counted parameter(Counted given) { return given; }
Counted chosen(int v, const Counted& other) { return v > 5 ? Counted(v) : other; }
Both aggregate(int v) { return {Counted(v), Counted(v + 1)}; }
Point in_registers(int v) { return {v, v + 1}; }
Point named_in_registers(int v) { Point p = {v, v}; p.y = 3; return p; }
std::pair<int, int> pair_of(int v) { return {v, -v}; }
std::complex<double> number(double v) { return {v, 0.5}; }
std::unique_ptr<int> owner(int v) { return std::unique_ptr<int>(new int(v)); }
std::string text(int v) { std::string start = "n"; return start + std::to_string(v); }
std::vector<int> list(int v) { std::vector<int> made(2, v); made.push_back(9); return made; }
int use(int v) {
  Counted a = named(v), b = temporary(v + 1), c = passed(v), d = one_of_two(2), e = one_of_two(3);
  Counted f = parameter(Counted(8)), g = chosen(6, f), h = chosen(1, f);
  Both both = aggregate(30);
  in_registers(4); named_in_registers(5); pair_of(6); number(1.5); owner(7); text(8); list(1);
  const Counted& kept = temporary(40);
  return kept.value + both.first.value + a.value + b.value + c.value + d.value + e.value + g.value + h.value;
}
#if defined(__cpp_exceptions)
void fail(int which) {
  Counted local(50 + which);
  if (which == 0) throw 42;
  if (which == 1) throw Problem(5);
  if (which == 2) throw Counted(60);
  if (which == 3) throw local;
  throw std::string("thrown");
}
void handle() {
  for (int which = 0; which < 5; ++which) {
    try {
      try { fail(which); }
      catch (std::exception& first) { std::puts(first.what()); throw; }
      catch (Counted by_value) { throw by_value; }
    } catch (int code) { std::printf("%d\n", code);
    } catch (const Problem& problem) { std::printf("%d\n", problem.code);
    } catch (Counted& counted) { std::printf("%d\n", counted.value);
    } catch (...) { std::puts("other"); }
  }
}
#else
void handle() {}
#endif
int main(int argc, char**) { handle(); return use(argc) & 63; }
"""
RETURNED = {
    "named": ["{value = 2}", "{value = 2}"], "temporary": ["{value = 2}", "{value = 40}"],
    "passed": ["{value = 2}"], "one_of_two": ["{value = 3}", "{value = 3}"],
    "parameter": ["{value = 8}"], "chosen": ["{value = 6}", "{value = 8}"],
    "aggregate": ["{first = {value = 30}, second = {value = 31}}"],
    "in_registers": [{"x": 4, "y": 5}], "named_in_registers": [{"x": 5, "y": 3}],
    "pair_of": ["(6, -6)"], "number": ["(1.5, 0.5)"], "owner": ["-> 7"], "text": ['"n8"'],
    "list": ["{1, 1, 9}"],
}
PROBLEM = 'Problem("problem 5")'
THROWN = [42, PROBLEM, None, "{value = 60}", "{value = 60}", "{value = 53}", "{value = 53}", '"thrown"']
CAUGHT = [42, PROBLEM, PROBLEM, "{value = 60}", "{value = 60}", "{value = 53}", "{value = 53}", None]

ASSIGNED = r"""
#include <cstdio>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>
struct Counted {
  explicit Counted(int v) : value(v) {}
  Counted(const Counted& from) : value(from.value) { std::printf("copy %d\n", value); }
  Counted(Counted&& from) noexcept : value(from.value) { std::printf("move %d\n", value); }
  Counted& operator=(const Counted& from) { std::printf("assign %d\n", from.value); value = from.value; return *this; }
  Counted& operator+=(int more) { if (more < 0) throw more; value += more; return *this; }
  ~Counted() { std::printf("gone %d\n", value); }
  int value;
};
struct Session {
  std::shared_ptr<Session> self;
  int* closed = nullptr;
  ~Session() { *closed = 1; }
  void Close() { self = nullptr; }
};
Counted make(int v) { std::printf("make %d\n", v); return Counted(v); }
Counted& at(std::vector<Counted>& list, int n) { std::printf("at %d\n", n); return list[n]; }
int main(int argc, char**) {
  std::string text, second;
  text = "abc";
  text += "de";
  second = text = "both";
  std::map<std::string, std::string> map;
  map["k"] = "v";
  std::optional<int> maybe;
  maybe = 3;
  maybe = std::nullopt;
  std::vector<Counted> list;
  list.reserve(2);
  list.emplace_back(1);
  list.emplace_back(2);
  at(list, 1) = make(5);
  Counted* pointer = &list[0];
  *pointer = list[1];
  list[0] += 4;
  std::unique_ptr<int> owner;
  owner = std::make_unique<int>(argc);
  Counted failing(9);
  try { failing += -1; } catch (int) {}
  int closed = 0;
  Session* session = new Session;
  session->closed = &closed;
  session->self.reset(session);
  session->Close();
  return closed - 1;
}
"""
STORED = [
    ("text", '"abc"'), ("text", '"abcde"'), ("text", '"both"'), ("second", '"both"'),
    ('map["k"]', '"v"'), ("maybe", "optional(3)"), ("maybe", "nullopt"),
    ("at(list, 1)", "{value = 5}"), ("*pointer", "{value = 5}"), ("list[0]", "{value = 9}"),
    ("owner", "-> 1"),
]


MATCHES = r"""
#include <any>
#include <string>
#include <typeinfo>
#include <variant>
struct Shape { virtual ~Shape() {} };
struct Circle : Shape {};
struct Size {
  int operator()(int n) const { return n; }
  int operator()(const std::string& text) const { return static_cast<int>(text.size()); }
};
int main() {
  Circle circle;
  Shape& shape = circle;
  std::variant<int, std::string> either = "abc";
  int sum = std::visit(Size(), either);
  either = 4;
  sum += std::visit(Size(), either);
  sum += typeid(shape) == typeid(Circle);
  std::any any = std::string("text");
  std::string text = std::any_cast<std::string>(any);
  sum += std::any_cast<int>(&any) != nullptr;
  return sum + (&dynamic_cast<Circle&>(shape) != &circle) - 8;
}
"""


class MadeValuesTest(harness.ScopeTest):
    def of_clang(self, flags):
        return [flag for flag in flags if not flag.startswith("--scope-")]

    def test_returned_and_thrown(self):
        source = self.write("made.cc", PROGRAM)
        for flags in (["-std=c++17", "-O0"], ["-std=c++20", "-O2"], ["-std=c++14", "-O1"],
                      ["-std=c++17", "-O1", "--scope-level=all"],
                      ["-std=c++14", "-O2", "-fno-elide-constructors"],
                      ["-std=c++20", "-O2", "-flto=thin", "-fuse-ld=lld"],
                      ["-std=c++23", "-O2", "-fno-exceptions", "-fno-rtti"]):
            with self.subTest(flags):
                plain = harness.run(self.compile(source, *self.of_clang(flags), plain=True),
                                    check=False)
                done = self.record(self.compile(source, *flags), check=False)
                self.assertEqual((done.returncode, done.stdout), (plain.returncode, plain.stdout))
                events = self.events()
                returned = collections.defaultdict(list)
                for event in events:
                    if event["kind"] == "return" and event["function"] in RETURNED:
                        returned[event["function"]].append(event["value"])
                self.assertEqual(returned, RETURNED)
                if "-fno-exceptions" not in flags:
                    for kind, expected in (("throw", THROWN), ("catch", CAUGHT)):
                        self.assertEqual([event["value"] for event in events
                                          if event["kind"] == kind], expected)
                self.assert_balanced()
                self.trace = self.folder / f"next{len(list(self.folder.iterdir()))}"

    def test_assigned(self):
        source = self.write("assigned.cc", ASSIGNED)
        for flags in (["-std=c++17", "-O0"], ["-std=c++20", "-O2"], ["-std=c++20", "--scope-level=all"]):
            with self.subTest(flags):
                plain = harness.run(self.compile(source, *self.of_clang(flags), plain=True))
                done = self.record(self.compile(source, *flags))
                self.assertEqual(done.stdout, plain.stdout)
                events = [event for event in self.events() if event["function"] == "main"]
                stored = [event for event in events if event["kind"] in ("assign", "update")
                          and event["name"] != "session->closed"]
                self.assertEqual([(event["name"], event["value"]) for event in stored], STORED)
                reserves = {event["seq"]: event["name"] for event in events
                            if event["kind"] == "reserve"}
                for event in stored:
                    self.assertEqual(reserves.pop(event["reserved_seq"]), event["name"])
                given_up = [seq for event in self.events() for seq in event.get("abandoned", ())]
                self.assertEqual([reserves[seq] for seq in given_up], ["failing"])
                self.assert_balanced()
                self.trace = self.folder / f"next{len(list(self.folder.iterdir()))}"

    def test_matches(self):
        source = self.write("matches.cc", MATCHES)
        for flags in (["-std=c++17", "-O0"], ["-std=c++20", "-O2", "--scope-level=all"]):
            with self.subTest(flags):
                self.record(self.compile(source, *flags))
                found = {(event["name"], event["value"]) for event in self.events()
                         if event["kind"] == "match" and "<int>" not in event["name"]
                         and "dynamic_cast" not in event["name"]}
                self.assertEqual(found, {("either", '#1 "abc"'), ("either", "#0 4"),
                                         ("typeid(shape)", "Circle"),
                                         ("std::any_cast<std::string>(any)", '"text"')})
                self.trace = self.folder / f"next{len(list(self.folder.iterdir()))}"

    def test_what_is_left_out_is_said(self):
        source = self.write("assigned.cc", ASSIGNED)
        report = self.folder / "report.json"
        self.compile(source, "-std=c++17", f"--scope-report={report}")
        skipped = {line["name"]: line["reason"]
                   for line in map(json.loads, report.read_text().splitlines())
                   if line["what"] in ("assign", "update", "step")}
        self.assertEqual(skipped, {"self": "a pointer that owns may end the object that it is part of"})


if __name__ == "__main__":
    unittest.main()
