// STANDARD: c++17
// Lambdas where no statement stands.
static int Call(int n, int (*f)(int) = [](int x) { return x + 1; }) { return f(n); }  // EVENT: enter Call, param n 1, param f pointer, enter operator(), param x 1, return x + 1 2, exit operator(), return f(n) 2, exit Call
static int Next(int n) { return n + 1; }  // EVENT: enter Next, param n 3, return n + 1 4, exit Next, enter Next, param n 20, return n + 1 21, exit Next
struct Widget {
  int scaled = [](int x) { return x * 2; }(4);  // EVENT: enter operator(), param x 4, return x * 2 8, exit operator()
  int size = Next(3);
};
struct Aggregate {
  int first;
  int second = [](int x) { return x + 5; }(2);  // EVENT: enter operator(), param x 2, return x + 5 7, exit operator()
};
static int Given(int a, int b = Next(20)) { return a + b; }  // EVENT: enter Given, param a 1, param b 21, return a + b 22, exit Given

int main() {  // EVENT: enter main
  Widget widget;  // EVENT: init widget 0800000004000000
  Aggregate aggregate{1};  // EVENT: init aggregate 0100000007000000
  return Call(1) + widget.scaled + aggregate.second + Given(1) - 39;  // EVENT: return Call(1) + widget.scaled + aggregate.second + Given(1) - 39 0
}  // EVENT: exit main
