// STANDARD: c11
// Only one of several is taken, and the compiler knows which.
static int next(int n) { return n + 1; }  // EVENT: enter next, param n 2, return n + 1 3, exit next, enter next, param n 2, return n + 1 3, exit next
static double half(double x) { return x / 2; }  // EVENT: enter half, param x 3, return x / 2 1.5, exit half
#define KIND(x) _Generic((x), int: next, double: half)(x)

int main(void) {  // EVENT: enter main
  int n = 2;  // EVENT: init n 2
  int m = KIND(n);  // EVENT: init m 3
  double d = KIND(3.0);  // EVENT: init d 1.5
  n = _Generic(n, int: n++, default: next(7));  // EVENT: reserve n, step n 3, assign n 2
  n = __builtin_choose_expr(sizeof(int) == 4, next(n), next(9));  // EVENT: reserve n, assign n 3
  return n + m + (d > 1) - 7;  // EVENT: return n + m + (d > 1) - 7 0
}  // EVENT: exit main
