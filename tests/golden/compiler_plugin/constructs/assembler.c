// STANDARD: gnu89
static int twice(int n) {  // EVENT: enter twice, param n 3
  int result;
  __asm__("lea (%1,%1), %0" : "=r"(result) : "r"((long)n));
  return result;  // EVENT: return result 6
}  // EVENT: exit twice
static int is_zero(int n) {  // EVENT: enter is_zero, param n 0, enter is_zero, param n 4
  __asm__ goto("test %0, %0\n\tjz %l1" : : "r"(n) : "cc" : zero);
  return 0;  // EVENT: return 0 0
zero:
  return 1;  // EVENT: return 1 1
}  // EVENT: exit is_zero, exit is_zero
int main(void) { return twice(3) + is_zero(0) + is_zero(4) - 7; }  // EVENT: enter main, return twice(3) + is_zero(0) + is_zero(4) - 7 0, exit main
