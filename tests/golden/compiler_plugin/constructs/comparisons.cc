// STANDARD: c++20
#include <compare>
struct Number {
  int value;
  bool operator==(const Number& other) const { return value == other.value; }  // EVENT: enter operator==, param other 02000000, return value == other.value 0, exit operator==
  auto operator<=>(const Number& other) const { return value <=> other.value; }  // EVENT: enter operator<=>, param other 02000000, exit operator<=>, enter operator<=>, param other 02000000, exit operator<=>, enter operator<=>, param other 02000000, exit operator<=>
};
struct Pair {
  int a, b;
  auto operator<=>(const Pair&) const = default;
};
static Number Make(int n) { return Number{n}; }  // EVENT: enter Make, param n 2, member value 2, return Number{n} 02000000, exit Make

int main() {  // EVENT: enter main
  Number one{1}, two{2};  // EVENT: init one 01000000, init two 02000000
  if (one != two) one.value = 3;  // EVENT: branch one != two 1, assign one.value 3
  bool less = one < Make(two.value);  // EVENT: init less 0
  bool reversed = Pair{1, 2} > Pair{1, less + 1};  // EVENT: member b 1, init reversed 1
  auto order = one <=> two;
  return less + reversed + (order > 0) + (one >= two) - 3;  // EVENT: return less + reversed + (order > 0) + (one >= two) - 3 0
}  // EVENT: exit main
