// STANDARD: gnu89 to c17
/* A function in the style of before C89. */
int add(a, b)  // EVENT: enter add
int a;  // EVENT: param a 2
short b;  // EVENT: param b 3
{
  int sum;
  sum = a + b;  // EVENT: assign sum 5
  return sum;  // EVENT: return sum 5
}  // EVENT: exit add

int main() { return add(2, 3) - 5; }  // EVENT: enter main, return add(2, 3) - 5 0, exit main
