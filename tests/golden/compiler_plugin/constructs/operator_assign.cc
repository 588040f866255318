// STANDARD: c++20
#include <complex>
#include <cstdio>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

struct Loud {
  explicit Loud(int v) : value(v) {}  // EVENT: enter Loud, param v 1, member value 1, exit Loud, enter Loud, param v 2, member value 2, exit Loud, enter Loud, param v 5, member value 5, exit Loud
  Loud(const Loud& from) : value(from.value) { std::printf("copy %d\n", value); }
  Loud& operator=(const Loud& from) {  // EVENT: enter operator=, param from captured, enter operator=, param from captured, enter operator=, param from captured
    value = from.value;  // EVENT: assign value 2, assign value 5, assign value 5
    return *this;  // EVENT: return *this pointer, return *this pointer, return *this pointer
  }  // EVENT: exit operator=, exit operator=, exit operator=
  Loud& operator+=(int more) {  // EVENT: enter operator+=, param more 3
    value += more;  // EVENT: update value 8
    return *this;  // EVENT: return *this pointer
  }  // EVENT: exit operator+=
  ~Loud() { std::printf("gone %d\n", value); }  // EVENT: enter ~Loud, exit ~Loud, enter ~Loud, exit ~Loud, enter ~Loud, exit ~Loud
  int value;
};
struct Returns {
  void operator=(int v) { value = v; }  // EVENT: enter operator=, param v 5, assign value 5, exit operator=, enter operator=, param v 9, assign value 9, exit operator=
  Returns operator-=(int v) {  // EVENT: enter operator-=, param v 1
    value -= v;  // EVENT: update value 4
    return *this;  // EVENT: return *this 04000000
  }  // EVENT: exit operator-=
  int operator*=(int v) { return value *= v; }  // EVENT: enter operator*=, param v 2, update value 8, return value *= v 8, exit operator*=
  int value;
};
struct ByValue {
  ByValue& operator=(ByValue from) {  // EVENT: enter operator=, param from captured, enter operator=, param from captured
    std::swap(text, from.text);
    return *this;  // EVENT: return *this pointer, return *this pointer
  }  // EVENT: exit operator=, exit operator=
  std::string text;
};
struct Throws {
  Throws& operator=(int v) { throw v; }  // EVENT: enter operator=, param v 3, throw v 3, exit operator= unwind
  int value = 0;
};
struct Defaulted {
  std::string text;
};
enum class Flags : unsigned { kNone = 0, kOne = 1, kTwo = 2 };
constexpr Flags operator|(Flags a, Flags b) { return static_cast<Flags>(unsigned(a) | unsigned(b)); }  // EVENT: enter operator|, param a 1, param b 2, return static_cast<Flags>(unsigned(a) | unsigned(b)) 3, exit operator|
constexpr Flags& operator|=(Flags& a, Flags b) { return a = a | b; }  // EVENT: enter operator|=, param a pointer, param b 2, reserve a, assign a 3, return a = a | b pointer, exit operator|=
struct Session {
  std::shared_ptr<Session> self;
  std::string name;
  void Close() { self = nullptr; }  // EVENT: enter Close, exit Close
  void Rename(const char* to) { name = to; }  // EVENT: enter Rename, param to pointer, reserve name, assign name captured, exit Rename
};
struct Constant {
  int value;
  constexpr Constant& operator=(int v) {  // EVENT: enter operator=, param v 3, enter operator=, param v 5
    value = v;  // EVENT: assign value 3, assign value 5
    return *this;  // EVENT: return *this pointer, return *this pointer
  }  // EVENT: exit operator=, exit operator=
};
union Either {
  Constant constant;
  int number;
};
constexpr int Folded(int v) {  // EVENT: enter Folded, param v 3
  Constant one{1}, list[2]{{1}, {2}};  // EVENT: init one 01000000, init list 0100000002000000
  one = v;  // EVENT: reserve one, assign one 03000000
  list[v - 3] = 5;  // EVENT: reserve list[v - 3], assign list[v - 3] 05000000
  Flags flags = Flags::kOne;  // EVENT: init flags 1
  flags |= Flags::kTwo;  // EVENT: reserve flags, update flags 3
  return one.value + list[0].value + static_cast<int>(flags);  // EVENT: return one.value + list[0].value + static_cast<int>(flags) 11
}  // EVENT: exit Folded
static_assert(Folded(3) == 3 + 5 + 3);

int turn = 0;
int Next(int expected) {  // EVENT: enter Next, param expected 0, enter Next, param expected 1, enter Next, param expected 2
  std::printf("%d %d\n", expected, turn);
  return turn++;  // EVENT: step turn 1, return turn++ 0, step turn 2, return turn++ 1, step turn 3, return turn++ 2
}  // EVENT: exit Next, exit Next, exit Next
Loud* At(Loud* louds, int n) {  // EVENT: enter At, param louds pointer, param n 1
  Next(1);
  return &louds[n];  // EVENT: return &louds[n] pointer
}  // EVENT: exit At
Loud Made(int n) {  // EVENT: enter Made, param n 5
  Next(0);
  return Loud(n);  // EVENT: return Loud(n) captured
}  // EVENT: exit Made
int Fail() { throw 7; }  // EVENT: enter Fail, throw 7 7, exit Fail unwind

int main() {  // EVENT: enter main
  std::string text, other;  // EVENT: init text captured, init other captured
  text = "abc";  // EVENT: reserve text, assign text captured
  text += "x";  // EVENT: reserve text, update text captured
  other = text = "both";  // EVENT: reserve other, reserve text, assign text captured, assign other captured
  std::vector<int> list{1, 2}, next;  // EVENT: init list captured, init next captured
  next = std::move(list);  // EVENT: reserve next, assign next captured
  next = {7, 8, 9};  // EVENT: reserve next, assign next captured
  std::map<std::string, std::string> map;  // EVENT: init map captured
  map["key"] = "value";  // EVENT: reserve map["key"], assign map["key"] captured
  std::optional<int> maybe;  // EVENT: init maybe captured
  maybe = 3;  // EVENT: reserve maybe, assign maybe captured
  maybe = std::nullopt;  // EVENT: reserve maybe, assign maybe captured
  std::pair<int, int> both;  // EVENT: init both captured
  both = {1, 2};  // EVENT: reserve both, assign both captured
  std::complex<double> number;  // EVENT: init number captured
  number += 2;  // EVENT: reserve number, update number captured
  Loud louds[2] = {Loud(1), Loud(2)};
  Loud* pointer = louds;  // EVENT: init pointer pointer
  *pointer = louds[1];  // EVENT: reserve *pointer, assign *pointer captured
  *At(louds, 1) = Made(5);  // EVENT: reserve *At(louds, 1), assign *At(louds, 1) captured
  louds[0] = louds[1];  // EVENT: reserve louds[0], assign louds[0] captured
  louds[0] += 3;  // EVENT: reserve louds[0], update louds[0] captured
  Returns returns{4};  // EVENT: init returns 04000000
  returns = 5;  // EVENT: reserve returns, assign returns 05000000
  returns -= 1;  // EVENT: reserve returns, update returns 04000000
  returns *= 2;  // EVENT: reserve returns, update returns 08000000
  (&returns)->operator=(9);
  ByValue by_value, list_of_them[1];  // EVENT: init by_value captured
  by_value = ByValue();  // EVENT: reserve by_value, assign by_value captured
  list_of_them[0] = by_value;
  Defaulted defaulted, copy{"copied"};  // EVENT: init defaulted captured, init copy captured
  defaulted = copy;  // EVENT: reserve defaulted, assign defaulted captured
  auto session = std::make_shared<Session>();  // EVENT: init session captured
  session->Rename("named");
  session->self = session;
  std::weak_ptr<Session> watch = session;
  Session* raw = session.get();  // EVENT: init raw pointer
  session = nullptr;  // EVENT: reserve session, assign session captured
  raw->Close();
  auto owner = std::make_unique<int>(3);  // EVENT: init owner captured
  owner = std::make_unique<int>(4);  // EVENT: reserve owner, assign owner captured
  auto found = map.begin();
  found = map.end();
  --found;
  std::function<int(int)> function;
  function = Next;
  function(2);
  std::vector<bool> bits(2);  // EVENT: init bits captured
  bits[1] = true;
  Throws throws;  // EVENT: init throws 00000000
  try {
    throws = 3;  // EVENT: reserve throws
  } catch (int) {  // EVENT: catch 3
  }
  try {
    text = std::to_string(Fail());  // EVENT: reserve text
  } catch (int) {  // EVENT: catch 7
  }
  auto inside = [&text, copied = other]() mutable {  // EVENT: enter operator()
    text = "captured";  // EVENT: reserve text, assign text captured
    copied = text;  // EVENT: reserve copied, assign copied captured
  };  // EVENT: exit operator()
  inside();
  return Folded(turn) - 11;  // EVENT: return Folded(turn) - 11 0
}  // EVENT: exit main
