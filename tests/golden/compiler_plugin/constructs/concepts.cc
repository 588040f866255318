// STANDARD: c++20
template <typename T>
concept Adds = requires(T a) {
  a + a;
  { a.size() };
} || sizeof(T) == 4;
template <Adds T>
T Twice(T a) requires(sizeof(T) < 100) {  // EVENT: enter Twice, param a 2
  if constexpr (requires { a + 1; }) return a + a;  // EVENT: return a + a 4
  return a;  // UNREACHED
}  // EVENT: exit Twice
auto Short(auto x) { return x + 1; }  // EVENT: enter Short, param x 3, return x + 1 4, exit Short
int main() { return Twice(2) + Short(3) - 8; }  // EVENT: enter main, return Twice(2) + Short(3) - 8 0, exit main
