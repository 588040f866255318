"""What is redacted never gets near the ring, whatever place it stands in; without redaction it does."""
import os
import pathlib
import subprocess
import time
import unittest

import harness

# The canaries are made when the program runs: the source text, which a trace holds, has none.
MAIN = r"""
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>
#ifdef REDACT
#define HIDE [[clang::annotate("scope:redact")]]
#else
#define HIDE
#endif
#define COPY_OF(value) long from_macro = (value); if (value) Use(from_macro)
HIDE static long Seed(const char* text) { return std::strtol(text, nullptr, 10) * 1000003; }
static void Use(HIDE long number) { std::fprintf(stderr, "%d", number == 0); }
struct HIDE Key { long number; std::string text; long Get() const { return number; } };
enum HIDE Code : long { kNone };
using Token HIDE = long;
struct Plain { int before; HIDE long secret; int after; };
struct Login { std::string user; HIDE std::string word; Token token; };
union HIDE Both { long number; char bytes[8]; };
class Vault {
 public:
  explicit Vault(HIDE long value) : number_(value) {}
  HIDE long Open() { long inside = number_; return inside; }
 private:
  HIDE long number_;
};
template <class T> T Twice(HIDE T given) { T kept = given; kept = given; return kept ? T() : T(); }
HIDE static std::string MakeText(long number) { std::string made = "canary" + std::to_string(number); return made; }
static void Look(HIDE const std::string& text, HIDE const Plain& other) { Use(text.size() + other.after); }
HIDE static Key MakeKey(long number) { Key made{number, MakeText(number)}; return made; }
static Key OtherKey(HIDE long number) { return Key{number, MakeText(number)}; }
static std::string Kept(HIDE long number) { HIDE std::string password_made = MakeText(number); return password_made; }
HIDE static long SizeOf(long number) { return Kept(number).size(); }
static Login MakeLogin(HIDE long number) { return Login{"eve", MakeText(number), number}; }
static Plain MakePlain(HIDE long number) { return {1, number, 2}; }
struct Look_at { int operator()(const Key& key) const { return key.number == 0; } int operator()(int n) const { return n; } };
static void Throw(HIDE long number, int way) {
  HIDE std::string password_thrown = MakeText(number);
  if (way == 0) throw number;
  if (way == 1) throw password_thrown;
  if (way == 2) throw Key{number, password_thrown};
  throw MakePlain(number);
}
static void Catch(HIDE long number) {
  for (int way = 0; way < 4; ++way) {
    try {
      Throw(number, way);
    } catch (HIDE long password_caught) { Use(password_caught);
    } catch (HIDE const std::string& password_caught) { Use(password_caught.size());
    } catch (const Key& caught) { Use(caught.number);
    } catch (Plain& caught) { Use(caught.secret); }
  }
}
static int Count(HIDE std::string text) { return text.empty(); }
int main(int, char** arguments) {
  HIDE long password_number = Seed(arguments[1]);
  HIDE std::string password_text = MakeText(password_number);
  HIDE double password_float = static_cast<double>(password_number) + 0.25;
  HIDE __int128 password_wide = static_cast<__int128>(password_number) << 3;
  HIDE long password_list[2] = {password_number, password_number};
  if (password_number) Use(password_number);
  while (password_number) { password_number = -password_number; if (password_number < 0) break; }
  password_number = -password_number;
  password_number += 2;
  password_number -= 2;
  password_number++;
  password_number--;
  switch (password_number) { default: break; }
  COPY_OF(password_number);
  Plain plain{1, password_number, 2};
  Plain plains[2] = {plain, plain};
  plain = plains[1];
  auto [first, second, third] = plain;
  Login login{"ada", password_text, password_number};
  std::vector<Login> logins(2, login);
  std::vector<Key> keys(1, Key{password_number, password_text});
  std::map<int, Code> codes{{1, static_cast<Code>(password_number)}};
  std::optional<Key> maybe = keys[0];
  std::unique_ptr<Login> owner(new Login(login));
  HIDE std::vector<std::string> password_texts(2, password_text);
  for (const std::string& each : password_texts) Use(each.size());
  for (long each : password_list) Use(each);
  Both both;
  both.number = password_number;
  Both other = both;
  Vault vault(password_number);
  Use(vault.Open() + other.number + keys[0].Get());
  auto later = [copy = password_number, &password_text] { return copy + password_text.size(); };
  Use(later());
  Look(password_text, plain);
  std::string moved = std::move(password_text);
  std::string joined = moved + "x";
  Use(Twice(password_number) + Twice(password_float) + third + first + second + joined.size());
  Use(Count(moved) + (password_wide > 3) + maybe->number + codes.size() + owner->token);
  Use(MakeKey(password_number).number + OtherKey(password_number).number + SizeOf(password_number));
  Use(MakeLogin(password_number).token + MakePlain(password_number).secret);
  HIDE std::string password_next;
  password_next = moved;
  password_next += joined;
  login.word = moved;
  login = *owner;
  keys[0] = Key{password_number, moved};
  maybe = keys[0];
  std::variant<int, Key> choice = keys[0];
  Use(std::visit(Look_at(), choice));
  Catch(password_number);
  std::puts("ready");
  std::fflush(stdout);
  std::getchar();
}
"""
C = r"""
#include <stdio.h>
#include <stdlib.h>
struct secret { long number; };
struct holder { char head; struct secret inner; long password; unsigned password_bits : 30; int tail; };
static long change(struct secret given, long password) { return given.number - password; }
int main(int count, char** arguments) {
  long password = strtol(arguments[1], 0, 10) * 1000003;
  struct secret s = {password};
  struct holder h = {'h', s, password, 1, 7};
  struct holder copy = h;
  copy = h;
  h.password = password;
  if (h.password) h.inner.number = password;
  puts("ready");
  fflush(stdout);
  getchar();
  return change(s, password) == 0 ? copy.tail - 7 : 1;
}
"""
CONFIG = """[variables]
redact = ["*password*"]
[types]
redact = ["secret*"]
"""
ARGUMENT = 918273
NUMBER = ARGUMENT * 1000003


def spellings(numbers, texts):
    """As a person and as a machine writes them."""
    found = {str(number).encode() for number in numbers} | {b"canary" + str(NUMBER).encode()}
    found |= {number.to_bytes(8, "little", signed=True) for number in numbers}
    return found | set(texts)


CANARIES = spellings([NUMBER, -NUMBER, NUMBER + 1, NUMBER + 2], [b"canary9"])


class RedactionTest(harness.ScopeTest):
    def ring_files(self, pid):
        """Every file in /dev/shm that the program, or its collector, has mapped."""
        names = set()
        for line in pathlib.Path(f"/proc/{pid}/maps").read_text().splitlines():
            path = line.split(None, 5)[-1].removesuffix(" (deleted)")
            if path.startswith("/dev/shm/"):
                names.add(f"/proc/{pid}/map_files/{line.split()[0]}")
                names.add(path)
        return sorted(names)

    def child_of(self, process, name):
        for _ in range(200):
            for entry in pathlib.Path("/proc").glob("[0-9]*/comm"):
                try:
                    if entry.read_text().strip() == name[:15]:
                        return int(entry.parent.name)
                except OSError:
                    continue
            time.sleep(0.02)
        raise AssertionError("the program does not run")

    def hits(self, program):
        """Canaries by where they were found: the rings, the trace, what is printed of it."""
        self.trace = self.folder / f"{program.name}.data"
        process = subprocess.Popen(
            [harness.SCOPE, "record", "-q", "-d", self.trace, "--on-full", "block", "--", program,
             str(ARGUMENT)], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.addCleanup(process.stdout.close)
        self.assertEqual(process.stdout.readline(), b"ready\n")
        rings = [path for path in self.ring_files(self.child_of(process, program.name))
                 if os.access(path, os.R_OK)]
        self.assertTrue(rings)
        kept = b"".join(pathlib.Path(path).read_bytes() for path in rings if "map_files" not in path)
        process.stdin.write(b"\n")
        process.stdin.close()
        self.assertEqual(process.wait(60), 0)
        places = {"rings": kept, "files": b"".join(
            path.read_bytes() for path in self.trace.rglob("*") if path.is_file())}
        for words in (("replay", "--json"), ("replay",), ("vars", "--json"), ("vars",), ("report",),
                      ("report", "--json"), ("vars", "--all", "*")):
            places[" ".join(words)] = harness.run(harness.SCOPE, words[0], "-d", self.trace,
                                                  *words[1:], check=words[0] != "vars").stdout
        return {name for name, text in places.items() if any(c in text for c in CANARIES)}

    def test_canaries(self):
        source = self.write("canary_cpp.cc", MAIN)
        for flags in (["-std=c++20", "-O0"], ["-std=c++20", "-O2"], ["-std=c++17", "-O1",
                      "--scope-lower=calls"], ["-std=c++20", "--scope-objects=off"]):
            with self.subTest(flags):
                flags = ["--scope-level=all", *flags]
                found = self.hits(self.compile(source, *flags))
                self.assertLessEqual({"rings", "replay --json", "replay"}, found)
                self.assertEqual(self.hits(self.compile(source, "-DREDACT", *flags)), set())
                events = self.events()
                shown = {e["name"]: e for e in events if e["kind"] in ("init", "param", "assign")}
                for name in ("password_number", "password_text", "given", "keys"):
                    if "off" in flags[-1] and name in ("password_text", "keys"):
                        continue
                    self.assertTrue(shown[name].get("redacted"), name)
                    self.assertIsNone(shown[name]["value"])
                self.assertEqual(shown["plain"]["value"], {"before": 1, "secret": 0, "after": 2})
                self.assertNotIn("redacted", shown["third"])
                for kind in ("throw", "catch", "update", "if", "switch", "return", "argument", "result", "read", "member"):
                    word = {"if": "branch"}.get(kind, kind)
                    self.assertTrue(any(e["kind"] == word and e.get("redacted") for e in events), word)
                self.assert_balanced()

    def test_objects_blank_their_members(self):
        source = self.write("login_cpp.cc", MAIN)
        self.hits(self.compile(source, "-std=c++20", "-DREDACT"))
        shown = {event["name"]: event["value"] for event in self.events() if event["kind"] == "init"}
        self.assertEqual(shown["login"], '{user = "ada", word = redacted, token = redacted}')

    def test_globs_in_c(self):
        source = self.write("canary_c.c", C)
        config = self.write("scope.toml", CONFIG)
        for flags in (["-O0"], ["-O2"]):
            with self.subTest(flags):
                flags = ["--scope-level=all", *flags]
                self.assertIn("rings", self.hits(self.compile(source, *flags)))
                found = self.hits(self.compile(source, f"--scope-config={config}", *flags))
                self.assertEqual(found, set())
                shown = {e["name"]: e["value"] for e in self.events() if e["kind"] == "init"}
                self.assertEqual(shown["h"]["tail"], 7)
                self.assertEqual(shown["h"]["password"], 0)
                text = harness.run(harness.SCOPE, "vars", "-d", self.trace, "password").stdout
                self.assertIn(b"redacted", text)


if __name__ == "__main__":
    unittest.main()
