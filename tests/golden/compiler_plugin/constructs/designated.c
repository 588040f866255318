// STANDARD: gnu99
struct Point {
  int x, y;
};
static int sum(const struct Point* p) { return p->x + p->y; }  // EVENT: enter sum, param p pointer, return p->x + p->y 5, exit sum
static int next(int n) { return n + 1; }  // EVENT: enter next, param n 1, return n + 1 2, exit next, enter next, param n 2, return n + 1 3, exit next, enter next, param n 3, return n + 1 4, exit next, enter next, param n 4, return n + 1 5, exit next, enter next, param n 5, return n + 1 6, exit next

int main(void) {  // EVENT: enter main
  int one = 1;  // EVENT: init one 1
  struct Point p = {.y = next(one), .x = one};  // EVENT: member p.x 1, member p.y 2, init p 0100000002000000
  int array[4] = {[2] = next(2), [0] = one, 5};  // EVENT: member array[0] 1, member array[2] 3, init array 01000000050000000300000000000000
  int total = sum(&(struct Point){one, next(3)});  // EVENT: member x 1, member y 4, init total 5
  int scalar = (int){next(4)};  // EVENT: member (int){next(4)} 5, init scalar 5
  int* list = (int[]){one, 2, next(5)};  // EVENT: member list[0] 1, member list[2] 6, init list pointer
  struct Point copy = (struct Point){.x = total};  // EVENT: member copy.x 5, init copy 0500000000000000
  return p.y + array[2] + total + scalar + list[2] + copy.x - 26;  // EVENT: return p.y + array[2] + total + scalar + list[2] + copy.x - 26 0
}  // EVENT: exit main
