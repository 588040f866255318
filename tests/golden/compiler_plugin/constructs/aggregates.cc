// STANDARD: c++17
// Elements that are computed one by one.
struct Point {
  int x;
  int y = 5;
};
struct Line {
  Point from, to;
};
union Either {
  int number;
  float real;
};
static int Next(int n) { return n + 1; }  // EVENT: enter Next, param n 3, return n + 1 4, exit Next, enter Next, param n 1, return n + 1 2, exit Next
static Point Make(int n) { return {n, Next(n)}; }  // EVENT: enter Make, param n 3, member x 3, member y 4, return {n, Next(n)} 0300000004000000, exit Make

int main() {  // EVENT: enter main
  int one = 1;  // EVENT: init one 1
  Point p{one + 1, 4};  // EVENT: member p.x 2, init p 0200000004000000
  Point defaulted{one};  // EVENT: member defaulted.x 1, init defaulted 0100000005000000
  Line line = {{one, 2}, Make(3)};  // EVENT: member line.from.x 1, init line 01000000020000000300000004000000
  int array[3] = {one, Next(one)};  // EVENT: member array[0] 1, member array[1] 2, init array 010000000200000000000000
  Either either = {one};  // EVENT: member either.number 1, init either 01000000
  const int constants[] = {1, 2, 3};  // EVENT: init constants 010000000200000003000000
  Point* heap = new Point{one, one + 1};  // EVENT: member x 1, member y 2, init heap pointer
  int result = p.x + defaulted.y + line.from.x + array[1] + either.number + constants[0] + heap->y;  // EVENT: init result 14
  delete heap;
  return result - 14;  // EVENT: return result - 14 0
}  // EVENT: exit main
