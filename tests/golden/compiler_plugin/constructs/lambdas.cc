// STANDARD: c++17
auto global = [](int x) { return x + 1; };  // EVENT: enter operator(), param x 1, return x + 1 2, exit operator()

template <typename F>
int Call(F f) {  // EVENT: enter Call
  return f(2);  // EVENT: return f(2) 2
}  // EVENT: exit Call

int main() {  // EVENT: enter main
  int base = 10;  // EVENT: init base 10
  auto add = [&](int n) { return base += n; };  // EVENT: enter operator(), param n 1, update base 11, return base += n 11, exit operator()
  auto generic = [base](auto n) {  // EVENT: enter operator(), param n 2, enter operator(), param n 0.5
    auto inner = [&] { return n + base; };  // EVENT: enter operator(), return n + base 12, exit operator(), enter operator(), return n + base 10.5, exit operator()
    return inner();  // EVENT: return inner() 12, return inner() 10.5
  };  // EVENT: exit operator(), exit operator()
  int a = add(1);  // EVENT: init a 11
  int b = generic(2);  // EVENT: init b 12
  double c = generic(0.5);  // EVENT: init c 10.5
  int d = Call([](int v) mutable { return v++; });  // EVENT: enter operator(), param v 2, step v 3, return v++ 2, exit operator(), init d 2
  return a + b + d + global(1) + c - 37.5;  // EVENT: return a + b + d + global(1) + c - 37.5 0
}  // EVENT: exit main
