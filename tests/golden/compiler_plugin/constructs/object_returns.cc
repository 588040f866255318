// STANDARD: c++20
#include <complex>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

struct Loud {
  explicit Loud(int v) : value(v) { std::printf("make %d\n", v); }  // EVENT: enter Loud, param v 1, member value 1, exit Loud, enter Loud, param v 2, member value 2, exit Loud, enter Loud, param v 3, member value 3, exit Loud, enter Loud, param v 4, member value 4, exit Loud, enter Loud, param v 5, member value 5, exit Loud, enter Loud, param v 1, member value 1, exit Loud, enter Loud, param v 2, member value 2, exit Loud, enter Loud, param v 6, member value 6, exit Loud, enter Loud, param v 8, member value 8, exit Loud, enter Loud, param v 9, member value 9, exit Loud, enter Loud, param v 5, member value 5, exit Loud
  Loud(const Loud& other) : value(other.value) { std::printf("copy %d\n", value); }  // EVENT: enter Loud, param other captured, member value 6, exit Loud, enter Loud, param other captured, member value 6, exit Loud, enter Loud, param other captured, member value 6, exit Loud
  Loud(Loud&& other) noexcept : value(other.value) { std::printf("move %d\n", value); }  // EVENT: enter Loud, param other pointer, member value 4, exit Loud, enter Loud, param other pointer, member value 2, exit Loud, enter Loud, param other pointer, member value 6, exit Loud
  ~Loud() { std::printf("gone %d\n", value); }  // EVENT: enter ~Loud, exit ~Loud, enter ~Loud, exit ~Loud, enter ~Loud, exit ~Loud, enter ~Loud, exit ~Loud, enter ~Loud, exit ~Loud, enter ~Loud, exit ~Loud, enter ~Loud, exit ~Loud, enter ~Loud, exit ~Loud, enter ~Loud, exit ~Loud, enter ~Loud, exit ~Loud, enter ~Loud, exit ~Loud, enter ~Loud, exit ~Loud, enter ~Loud, exit ~Loud, enter ~Loud, exit ~Loud, enter ~Loud, exit ~Loud, enter ~Loud, exit ~Loud
  int value;
};
struct Fixed {
  explicit Fixed(int v) : value(v), self(this) {}  // EVENT: enter Fixed, param v 1, member value 1, member self pointer, exit Fixed
  Fixed(const Fixed&) = delete;
  int value;
  ~Fixed() {}  // EVENT: enter ~Fixed, exit ~Fixed
  const Fixed* self;
};
struct Point {
  int x, y;
};
struct Wide {
  long values[6];
};
struct Nothing {};

Loud Named(int v) {  // EVENT: enter Named, param v 1, enter Named, param v 3
  Loud loud(v);  // EVENT: init loud captured, init loud captured
  loud.value += 1;  // EVENT: update loud.value 2, update loud.value 4
  return loud;  // EVENT: return loud captured, return loud captured
}  // EVENT: exit Named, exit Named
Loud Temporary(int v) { return Loud(v); }  // EVENT: enter Temporary, param v 2, return Loud(v) captured, exit Temporary
Loud Passed(int v) { return Named(v); }  // EVENT: enter Passed, param v 3, return Named(v) captured, exit Passed
Loud OneOfTwo(int v) {  // EVENT: enter OneOfTwo, param v 4, enter OneOfTwo, param v 1
  Loud first(v), second(v + 1);  // EVENT: init first captured, init second captured, init first captured, init second captured
  if (v > 3) return first;  // EVENT: branch v > 3 1, return first captured, branch v > 3 0
  return second;  // EVENT: return second captured
}  // EVENT: exit OneOfTwo, exit OneOfTwo
Loud Parameter(Loud loud) { return loud; }  // EVENT: enter Parameter, param loud captured, return loud captured, exit Parameter
Loud Chosen(bool which, const Loud& loud) { return which ? loud : Loud(8); }  // EVENT: enter Chosen, param which 1, param loud captured, branch which 1, return which ? loud : Loud(8) captured, exit Chosen, enter Chosen, param which 0, param loud captured, branch which 0, return which ? loud : Loud(8) captured, exit Chosen
Loud Member(const std::pair<Loud, int>& both) { return both.first; }  // EVENT: enter Member, param both captured, return both.first captured, exit Member
Fixed Unmovable(int v) { return Fixed(v); }  // EVENT: enter Unmovable, param v 1, return Fixed(v) captured, exit Unmovable
Point InRegisters(int x) { return {x, 2}; }  // EVENT: enter InRegisters, param x 1, member x 1, return {x, 2} 0100000002000000, exit InRegisters
Wide ThroughMemory(long x) {  // EVENT: enter ThroughMemory, param x 3
  Wide wide{{x, x + 1}};  // EVENT: member wide.values[0] 3, member wide.values[1] 4, init wide 030000000000000004000000000000000000000000000000000000000000000000000000000000000000000000000000
  return wide;  // EVENT: return wide 030000000000000004000000000000000000000000000000000000000000000000000000000000000000000000000000
}  // EVENT: exit ThroughMemory
Nothing Empty() { return {}; }  // EVENT: enter Empty, exit Empty
std::pair<int, int> Pair(int x) { return {x, x + 1}; }  // EVENT: enter Pair, param x 5, return {x, x + 1} captured, exit Pair
std::complex<double> Complex(double x) { return {x, 2}; }  // EVENT: enter Complex, param x 1, return {x, 2} captured, exit Complex
std::string_view View(const char* text) { return text; }  // EVENT: enter View, param text pointer, return text captured, exit View
std::optional<int> Maybe(int x) {  // EVENT: enter Maybe, param x 0, enter Maybe, param x 7
  if (x == 0) return std::nullopt;  // EVENT: branch x == 0 1, return std::nullopt captured, branch x == 0 0
  return x;  // EVENT: return x captured
}  // EVENT: exit Maybe, exit Maybe
std::unique_ptr<int> Owner(int x) { return std::make_unique<int>(x); }  // EVENT: enter Owner, param x 3, return std::make_unique<int>(x) captured, exit Owner
std::string Text(int x) {  // EVENT: enter Text, param x 4, enter Text, param x 1
  std::string text = "a";  // EVENT: init text captured, init text captured
  return text + std::to_string(x);  // EVENT: return text + std::to_string(x) captured, return text + std::to_string(x) captured
}  // EVENT: exit Text, exit Text
constexpr Point AtCompileTime(int x) { return Point{x, 1}; }  // EVENT: enter AtCompileTime, param x 1, member x 1, return Point{x, 1} 0100000001000000, exit AtCompileTime
constexpr Point NamedAtCompileTime(int x) {  // EVENT: enter NamedAtCompileTime, param x 1
  Point p{x, 1};  // EVENT: member p.x 1, init p 0100000001000000
  return p;  // EVENT: return p 0100000001000000
}  // EVENT: exit NamedAtCompileTime
template <class T>
std::vector<T> List(T x) {  // EVENT: enter List, param x 2, enter List, param x captured
  return std::vector<T>(2, x);  // EVENT: return std::vector<T>(2, x) captured, return std::vector<T>(2, x) captured
}  // EVENT: exit List, exit List
Loud Throws(bool really) { return really ? throw 3 : Loud(9); }  // EVENT: enter Throws, param really 1, branch really 1, throw 3 3, exit Throws unwind, enter Throws, param really 0, branch really 0, return really ? throw 3 : Loud(9) captured, exit Throws
struct Late {
  ~Late() noexcept(false) { throw 4; }  // EVENT: enter ~Late, throw 4 4, exit ~Late unwind
};
Loud DestroyedAgain() {  // EVENT: enter DestroyedAgain
  Late late;
  return Loud(5);  // EVENT: return Loud(5) captured
}  // EVENT: exit DestroyedAgain unwind
struct Convertible {
  operator std::string() const { return "converted"; }  // EVENT: enter operator basic_string, return "converted" captured, exit operator basic_string
};
std::string Conversion() { return Convertible(); }  // EVENT: enter Conversion, return Convertible() captured, exit Conversion

constexpr Point kPoint = AtCompileTime(7);
static_assert(kPoint.x == 7 && NamedAtCompileTime(2).x == 2);
const Point in_data = AtCompileTime(9);

int main(int argc, char**) {  // EVENT: enter main, param argc 1
  Loud a = Named(1), b = Temporary(2), c = Passed(3), d = OneOfTwo(4), e = OneOfTwo(1);  // EVENT: init a captured, init b captured, init c captured, init d captured, init e captured
  Loud f = Parameter(Loud(6)), g = Chosen(true, f), h = Chosen(false, f), i = Member({g, 1});  // EVENT: init f captured, init g captured, init h captured, init i captured
  Fixed fixed = Unmovable(argc);  // EVENT: init fixed captured
  Point point = InRegisters(1);  // EVENT: init point 0100000002000000
  Wide wide = ThroughMemory(3);  // EVENT: init wide 030000000000000004000000000000000000000000000000000000000000000000000000000000000000000000000000
  Empty();
  auto pair = Pair(5);  // EVENT: init pair captured
  auto complex = Complex(1);  // EVENT: init complex captured
  auto view = View("text");  // EVENT: init view captured
  auto none = Maybe(0), some = Maybe(7);  // EVENT: init none captured, init some captured
  auto owner = Owner(3);  // EVENT: init owner captured
  auto text = Text(4);  // EVENT: init text captured
  Point made = AtCompileTime(argc), named = NamedAtCompileTime(argc);  // EVENT: init made 0100000001000000, init named 0100000001000000
  auto list = List(2);  // EVENT: init list captured
  Text(1);
  List(std::string("x"));
  auto lambda = [](int n) { return std::to_string(n); };  // EVENT: enter operator(), param n 12, return std::to_string(n) captured, exit operator()
  auto by_lambda = lambda(12);  // EVENT: init by_lambda captured
  auto converted = Conversion();  // EVENT: init converted captured
  try {
    Throws(true);
  } catch (int) {  // EVENT: catch 3
  }
  Throws(false);
  try {
    DestroyedAgain();
  } catch (int) {  // EVENT: catch 4
  }
  return fixed.self != &fixed || in_data.x != 9;  // EVENT: return fixed.self != &fixed || in_data.x != 9 0
}  // EVENT: exit main
