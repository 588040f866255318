// STANDARD: c++17
#include <cstdio>

struct Loud {
  Loud() = default;
  Loud(const Loud&) { std::puts("copy"); }
  Loud(Loud&&) noexcept { std::puts("move"); }  // UNREACHED
  ~Loud() { std::puts("gone"); }  // EVENT: enter ~Loud, exit ~Loud, enter ~Loud, exit ~Loud
  int value = 1;
};
struct Fixed {
  explicit Fixed(int v) : value(v) {}  // EVENT: enter Fixed, param v 4, member value 4, exit Fixed
  Fixed(Fixed&&) = delete;
  int value;
};

Loud Named() {  // EVENT: enter Named
  Loud loud;  // EVENT: init loud captured
  loud.value = 2;  // EVENT: assign loud.value 2
  return loud;  // EVENT: return loud captured
}  // EVENT: exit Named
Fixed Unmovable(int v) { return Fixed(v + 1); }  // EVENT: enter Unmovable, param v 3, return Fixed(v + 1) 04000000, exit Unmovable

int main() {  // EVENT: enter main
  Loud a = Named();  // EVENT: init a captured
  Loud b = a.value == 2 ? Loud() : a;  // EVENT: branch a.value == 2 1, init b captured
  const int& extended = Unmovable(3).value;  // EVENT: init extended 4
  return extended - 4;  // EVENT: return extended - 4 0
}  // EVENT: exit main
