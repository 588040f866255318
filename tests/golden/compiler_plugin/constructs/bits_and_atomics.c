// STANDARD: c11
#include <stdatomic.h>
struct Bits {
  int small : 3;
  unsigned flag : 1, wide : 10;
};
int main(void) {  // EVENT: enter main
  struct Bits bits = {0, 0, 0};  // EVENT: init bits 00000000
  int n = 5;  // EVENT: init n 5
  bits.small += n;  // EVENT: update bits.small -3
  bits.wide |= 0x3ff;  // EVENT: update bits.wide 1023
  bits.wide++;  // EVENT: step bits.wide 0
  bits.flag ^= 1;  // EVENT: update bits.flag 1
  --bits.small;  // EVENT: step bits.small -4
  bits = (struct Bits){1, n & 1, n};  // EVENT: member flag 1, member wide 5, assign bits 59000000
  _Atomic int count = n;  // EVENT: init count 5
  count += 2;  // EVENT: update count 7
  count = n;  // EVENT: assign count 5
  ++count;  // EVENT: step count 6
  count--;  // EVENT: step count 5
  atomic_fetch_add(&count, n);
  atomic_store(&count, n + 1);  // EVENT: assign count 6
  int seen = atomic_load(&count);  // EVENT: init seen 6
  int expected = 6;  // EVENT: init expected 6
  _Bool swapped = atomic_compare_exchange_strong(&count, &expected, 9);  // EVENT: init swapped 1
  return seen + swapped + count + bits.wide + bits.small - 22;  // EVENT: return seen + swapped + count + bits.wide + bits.small - 22 0
}  // EVENT: exit main
