// STANDARD: c17
#include <stdbool.h>
#include <stddef.h>

enum Color { kRed, kGreen = 7 };
struct Bits {
  int small : 3;
  unsigned flag : 1;
};
struct Point {
  int x, y;
};

int main(void) {  // EVENT: enter main
  signed char negative = -3;  // EVENT: init negative -3
  unsigned char byte = 200;  // EVENT: init byte 200
  unsigned long big = 18446744073709551615ul;  // EVENT: init big 18446744073709551615
  bool truth = byte > 3;  // EVENT: init truth 1
  enum Color color = kGreen;  // EVENT: init color 7
  float half = 0.5f;  // EVENT: init half 0.5
  long double wide = 2.25L;  // EVENT: init wide 2.25
  const char* text = "text";  // EVENT: init text pointer
  void* nothing = NULL;  // EVENT: init nothing null
  struct Bits bits = {0, 0};  // EVENT: init bits 00000000
  bits.small = 9;  // EVENT: assign bits.small 1
  bits.flag = 1;  // EVENT: assign bits.flag 1
  struct Point point = {1, 2};  // EVENT: init point 0100000002000000
  point.x = 5;  // EVENT: assign point.x 5
  struct Point* where = &point;  // EVENT: init where pointer
  where->y += 4;  // EVENT: update where->y 6
  int numbers[3] = {1, 2, 3};  // EVENT: init numbers 010000000200000003000000
  numbers[1]++;  // EVENT: step numbers[1] 3
  byte += 100;  // EVENT: update byte 44
  volatile int port = 1;
  port = 2;
  port++;
  _Atomic int counter = 0;  // EVENT: init counter 0
  counter++;  // EVENT: step counter 1
  half *= 3;  // EVENT: update half 1.5
  text++;  // EVENT: step text pointer
  return negative + 3;  // EVENT: return negative + 3 0
}  // EVENT: exit main
