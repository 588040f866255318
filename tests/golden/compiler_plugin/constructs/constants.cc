// STANDARD: c++20
#include <type_traits>

constexpr int Sum(int n) {  // EVENT: enter Sum, param n 2
  int sum = 0;  // EVENT: init sum 0
  for (int i = 1; i <= n; ++i) sum += i;  // EVENT: init i 1, loop i <= n 1, update sum 1, step i 2, loop i <= n 1, update sum 3, step i 3, loop i <= n 0
  return sum;  // EVENT: return sum 3
}  // EVENT: exit Sum
static_assert(Sum(3) == 6);

constexpr bool Debug() { return false; }  // UNREACHED
void Undefined();

consteval int AtCompileTime(int x) { return x + 1; }

struct Literal {
  int value;
  constexpr explicit Literal(int v) : value(v) { value++; }  // UNREACHED
};
constexpr Literal kLiteral(Sum(2));
static_assert(kLiteral.value == 4);

int main(int argc, char**) {  // EVENT: enter main, param argc 1
  constexpr int known = Sum(4);  // EVENT: init known 10
  const int also_known = 3;  // EVENT: init also_known 3
  const int not_known = argc;  // EVENT: init not_known 1
  int array[Sum(2)] = {};  // EVENT: init array 000000000000000000000000
  if (Debug()) Undefined();
  if (Debug() && argc) Undefined();
  int at_run_time = Sum(argc + 1);  // EVENT: init at_run_time 3
  int evaluated = AtCompileTime(1);  // EVENT: init evaluated 2
  static int kept = argc;  // EVENT: init kept 1
  array[0] = std::is_constant_evaluated() ? 1 : 2;  // EVENT: reserve array[0], assign array[0] 2
  return known + also_known + not_known + at_run_time + evaluated + array[0] + kept - 22;  // EVENT: return known + also_known + not_known + at_run_time + evaluated + array[0] + kept - 22 0
}  // EVENT: exit main
