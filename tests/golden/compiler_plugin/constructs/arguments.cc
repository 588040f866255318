// STANDARD: c++17
// What a call is given and gives back, where the function that is called asks for it.
[[clang::annotate("scope:capture_args")]] static long Sum(int a, long b, const int& c) {  // EVENT: enter Sum, param a 3, param b 4, param c 5
  return a + b + c;  // EVENT: return a + b + c 12
}  // EVENT: exit Sum
static int Quiet(int a) { return a; }  // EVENT: enter Quiet, param a 2, return a 2, exit Quiet

int main() {  // EVENT: enter main
  int x = 2;  // EVENT: init x 2
  long total = Sum(x + 1, 4, 5) + Quiet(x);  // EVENT: argument a 3, argument b 4, argument c 5, result Sum 12, init total 14
  return total - 14;  // EVENT: return total - 14 0
}  // EVENT: exit main
