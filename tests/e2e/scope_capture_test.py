"""A class says itself what of it is to be seen, with the plugin and nothing but one function."""
import pathlib
import unittest

import harness

SDK = pathlib.Path(__file__).parents[2] / "sdk/include"

PROGRAM = r"""
#include <scope/capture.h>
#include <cstdio>
#include <string>
#include <vector>
namespace bank {
class Account {
 public:
  Account(std::string owner, long cents) : owner_(std::move(owner)), cents_(cents) {}
  const std::string& owner() const { return owner_; }
  long cents() const { return cents_; }
 private:
  std::string owner_;
  long cents_;
};
long Worth(const Account& asked) { Account copy = asked; return copy.cents(); }
void ScopeCapture(scope::Sink& sink, const Account& account) {
  sink.Field("owner", account.owner());
  sink.Field("cents", Worth(account));
}
class Vault {
 public:
  explicit Vault(int code) : code_(code), accounts_{{"ada", 5}} {}
  friend void ScopeCapture(scope::Sink& sink, const Vault& vault) {
    sink.Field("accounts", vault.accounts_);
    sink.RedactedField("code");
  }
 private:
  int code_;
  std::vector<Account> accounts_;
};
struct Savings : Account { using Account::Account; double rate = 0.5; };
}
namespace shapes {
template <class T>
struct Box { T width, height; };
template <class T>
void ScopeCapture(scope::Sink& sink, const Box<T>& box) { sink.Value(box.width * box.height); }
template <class T>
class Grid {
 public:
  explicit Grid(T first) : cells_(3, first) {}
 private:
  template <class U>
  friend void ScopeCapture(scope::Sink& sink, const Grid<U>& grid);
  std::vector<T> cells_;
};
template <class U>
void ScopeCapture(scope::Sink& sink, const Grid<U>& grid) {
  sink.Sequence(grid.cells_.begin(), grid.cells_.end(), grid.cells_.size());
}
}
struct Node { int value; Node* next; };
void ScopeCapture(scope::Sink& sink, const Node& node) {
  sink.Field("value", node.value);
  if (node.next) sink.Field("next", *node.next);
}
struct Endless { int depth; };
void ScopeCapture(scope::Sink& sink, const Endless& endless) {
  Endless next{endless.depth + 1};
  sink.Field("depth", endless.depth);
  sink.Field("next", next);
}
struct Silent { int value; };
void ScopeCapture(scope::Sink&, const Silent&) {}
#if defined(__cpp_exceptions)
struct Throwing { int value; };
void ScopeCapture(scope::Sink& sink, const Throwing& throwing) {
  if (throwing.value > 0) sink.Field("value", throwing.value);
  throw throwing.value;
}
#endif
int main() {
  bank::Account account("bob", 12);
  bank::Vault vault(4711);
  bank::Savings savings("eve", 3);
  shapes::Box<int> box{2, 3};
  shapes::Grid<std::string> grid("x");
  Node last{2, nullptr}, first{1, &last};
  Endless endless{0};
  Silent silent{1};
  std::vector<bank::Account> list(2, account);
#if defined(__cpp_exceptions)
  Throwing early{0}, late{7};
#endif
  std::puts("done");
}
"""
EXPECTED = {
    "account": '{owner = "bob", cents = 12}',
    "vault": '{accounts = {{owner = "ada", cents = 5}}, code = redacted}',
    "savings": '{owner = "eve", cents = 3}',
    "box": "6", "grid": '{"x", "x", "x"}',
    "first": "{value = 1, next = {value = 2}}", "last": "{value = 2}",
    "endless": "{depth = 0, next = {depth = 1, next = {depth = 2, next = {depth = 3, next = "
               "{depth = 4, next = {depth = ..., next = ...}}}}}}",
    "silent": "{4 bytes}",
    "list": '{{owner = "bob", cents = 12}, {owner = "bob", cents = 12}}',
}
THROWING = {"early": "...", "late": "{value = 7, ...}"}


class ScopeCaptureTest(harness.ScopeTest):
    maxDiff = None

    def test_what_a_class_says_is_shown(self):
        source = self.write("said.cc", PROGRAM)
        for flags in (["-std=c++17", "-O0"], ["-std=c++20", "-O2", "--scope-level=all"],
                      ["-std=c++14", "-O1", "-fno-exceptions", "-fno-rtti"]):
            with self.subTest(flags):
                done = self.record(self.compile(source, f"-I{SDK}", *flags))
                self.assertEqual(done.stdout, b"done\n")
                expected = {**EXPECTED, **({} if "-fno-exceptions" in flags else THROWING)}
                shown = {event["name"]: event["value"] for event in self.events()
                         if event["kind"] == "init" and event["name"] in expected}
                self.assertEqual(shown, expected)
                # What is reported while an object says what it holds is not looked into.
                inside = {event["value"] for event in self.events() if event["name"] in ("asked", "copy")}
                self.assertEqual(inside, {"..."})
                self.assertNotIn("ScopeCapture", {event["function"] for event in self.events()})
                self.assert_balanced()
                self.trace = self.folder / f"next{len(list(self.folder.iterdir()))}"


if __name__ == "__main__":
    unittest.main()
