// STANDARD: c++17
// LEVEL: all
struct Point {
  int x;
  int y;
  int Sum() const { return x + y; }  // EVENT: enter Sum, read x 1, read y 2, return x + y 3, exit Sum
};

int Next(int n) { return n + 1; }  // EVENT: enter Next, param n 4, read n 4, return n + 1 5, exit Next

int main() {  // EVENT: enter main
  int a = 1;  // EVENT: init a 1
  int b = 2;  // EVENT: init b 2
  int x;
  x = a + b;  // EVENT: read a 1, read b 2, assign x 3
  x += a;  // EVENT: read a 1, update x 4
  Point point{a, b};  // EVENT: read a 1, member point.x 1, read b 2, member point.y 2, init point 0100000002000000
  int sum = point.Sum() * Next(x);  // EVENT: result Sum 3, read x 4, argument n 4, result Next 5, init sum 15
  int* where = &x;  // EVENT: init where pointer
  sum = *where + where[0];  // EVENT: read where pointer, read where pointer, assign sum 8
  const int constant = 4;  // EVENT: init constant 4
  auto lambda = [] { return constant; };  // EVENT: enter operator(), return constant 4, exit operator()
  return sum == 8 && lambda() == 4 ? 0 : 1;  // EVENT: read sum 8, branch sum == 8 1, result operator() 4, branch sum == 8 && lambda() == 4 1, return sum == 8 && lambda() == 4 ? 0 : 1 0
}  // EVENT: exit main
