// STANDARD: c++17
// LEVEL: all
static int Add(int a, int b) { return a + b; }  // EVENT: enter Add, param a 2, param b 3, read a 2, read b 3, return a + b 5, exit Add, enter Add, param a 1, param b 2, read a 1, read b 2, return a + b 3, exit Add, enter Add, param a 5, param b 3, read a 5, read b 3, return a + b 8, exit Add
static bool Odd(int n) { return n & 1; }  // EVENT: enter Odd, param n 5, read n 5, return n & 1 1, exit Odd

int main() {  // EVENT: enter main
  int x = 2;  // EVENT: init x 2
  int y = Add(x, 3);  // EVENT: read x 2, argument a 2, argument b 3, result Add 5, init y 5
  if (x > 5 || Odd(y)) y = Add(y, Add(1, x));  // EVENT: read x 2, branch x > 5 0, read y 5, argument n 5, result Odd 1, branch Odd(y) 1, branch x > 5 || Odd(y) 1, reserve y, read y 5, argument a 5, argument a 1, read x 2, argument b 2, result Add 3, argument b 3, result Add 8, assign y 8
  return y - 8;  // EVENT: read y 8, return y - 8 0
}  // EVENT: exit main
