// STANDARD: c++20
#include <atomic>

enum class Flags : unsigned { kA = 1, kB = 2 };
struct Point {
  int x, y;
};
struct Base {
  short tag;
};
struct Derived : Base {
  Point at;
  unsigned low : 3;
  char name[4];
};
union Either {
  int number;
  float real;
};
struct Port {
  volatile int in;
};
struct Maker {
  Maker() : made(3) {}  // EVENT: enter Maker, member made 3, exit Maker
  int made;
};
using Four = float __attribute__((vector_size(16)));

static int Sum(Point p, const Point& q, Point& r, const int& s) {  // EVENT: enter Sum, param p 0100000002000000, param q 0100000002000000, param r pointer, param s 1
  r = p;  // EVENT: assign r 0100000002000000
  return p.x + q.y + s;  // EVENT: return p.x + q.y + s 4
}  // EVENT: exit Sum

int main() {  // EVENT: enter main
  Point p = {1, 2};  // EVENT: init p 0100000002000000
  Point q{};  // EVENT: init q 0000000000000000
  Point nothing_yet;
  Maker maker;  // EVENT: init maker 03000000
  q = p;  // EVENT: assign q 0100000002000000
  Derived derived{{3}, {4, 5}, 5, "abc"};  // EVENT: init derived 0300000004000000050000000561626300000000
  Either either = {.number = 7};  // EVENT: init either 07000000
  Port port = {1};
  int list[2] = {1, 2};  // EVENT: init list 0100000002000000
  Four four = {1, 2, 3, 4};  // EVENT: init four 0000803f000000400000404000008040
  four = four + four;  // EVENT: assign four 00000040000080400000c04000000041
  __int128 wide = -3;  // EVENT: init wide -1:18446744073709551613
  wide *= 2;  // EVENT: update wide -1:18446744073709551610
  long double exact = 0.1L;  // EVENT: init exact 0.1
  _Complex float complex = 1.5f;  // EVENT: init complex 0000c03f00000000
  int Point::*member = &Point::y;  // EVENT: init member 0400000000000000
  _BitInt(100) odd = 77;  // EVENT: init odd 0:77
  decltype(nullptr) null = nullptr;  // EVENT: init null null
  char16_t letter = u'x';  // EVENT: init letter 120
  Flags flags = static_cast<Flags>(3);  // EVENT: init flags 3
  std::atomic<int> count{3};  // EVENT: init count captured
  count = 4;  // EVENT: assign count 4
  count += 2;  // EVENT: update count 6
  ++count;  // EVENT: step count 7
  int& reference = p.x;  // EVENT: init reference pointer
  const Point& seen = p;  // EVENT: init seen 0100000002000000
  auto closure = [p] { return p.x; };  // EVENT: enter operator(), return p.x 1, exit operator()
  return Sum(p, seen, nothing_yet, reference) + closure() - 5 + (four[0] == 2 ? 0 : 1);  // EVENT: branch four[0] == 2 1, return Sum(p, seen, nothing_yet, reference) + closure() - 5 + (four[0] == 2 ? 0 : 1) 0
}  // EVENT: exit main
