/* Duff's device, computed jumps, variable arrays, setjmp, variable arguments, comma, unions. */
// STANDARDS: gnu99 gnu11 gnu17 gnu2x
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static jmp_buf back;
union Word {
  unsigned whole;
  unsigned char bytes[4];
};
struct List {
  struct List* next;
  int value : 5;
  unsigned kind : 2;
};

static void Duff(char* to, const char* from, int count) {
  int n = (count + 3) / 4;
  switch (count % 4) {
    case 0:
      do {
        *to++ = *from++;
        case 3:
          *to++ = *from++;
        case 2:
          *to++ = *from++;
        case 1:
          *to++ = *from++;
      } while (--n > 0);
  }
}

static int Sum(int count, ...) {
  va_list list;
  va_start(list, count);
  int sum = 0;
  while (count-- > 0) sum += va_arg(list, int);
  va_end(list);
  return sum;
}

static int Interpret(const char* code) {
  static const void* const targets[] = {&&add, &&twice, &&end};
  int value = 1;
  goto* targets[*code - '0'];
add:
  value++;
  goto* targets[*++code - '0'];
twice:
  value *= 2;
  goto* targets[*++code - '0'];
end:
  return value;
}

static void Jump(int depth) {
  if (depth == 0) longjmp(back, 5);
  Jump(depth - 1);
}

static int Matrix(int rows, int columns, int cells[rows][columns]) {
  int trace = 0;
  for (int r = 0, c = 0; r < rows && c < columns; r++, c++) trace += cells[r][c];
  return trace;
}

static inline long Factorial(int n) { return n <= 1 ? 1 : n * Factorial(n - 1); }

int main(void) {
  char text[8] = "";
  Duff(text, "abcdef", 7);
  printf("%s %d %d\n", text, Sum(3, 1, 2, 3), Interpret("0112"));
  volatile int kept = 4;
  int jumped = setjmp(back);
  if (!jumped) Jump(3);
  printf("%d %d\n", jumped, kept++);
  union Word word = {.whole = 0x01020304};
  word.bytes[0] ^= 0xff;
  struct List second = {NULL, -3, 2}, first = {&second, 20, 1};
  first.value += 3;
  first.next->kind++;
  printf("%x %d %d %u\n", word.whole, first.value, (first.next->value--, second.value),
         second.kind);
  int n = 3, cells[n][n];
  memset(cells, 0, sizeof cells);
  cells[1][1] = cells[2][2] = n++;
  printf("%d %ld %d\n", Matrix(3, 3, cells), Factorial(10), _Generic(n, int : n, default : 0));
  double _Complex z = 1.0;
  z *= 2;
  __int128 big = 1;
  big <<= 70;
  float f = 1;
  for (f = 0.5f; f < 4; f *= 2) n ^= (int)f;
  asm("" : "+r"(n));
  return (int)(big >> 69) + n + (int)__real__ z;
}
