// STANDARD: gnu89
#include <setjmp.h>
static jmp_buf there;
static int duff(int n) {  // EVENT: enter duff, param n 3
  int sum = 0;  // EVENT: init sum 0
  switch (n % 2) {  // EVENT: switch n % 2 1
    case 0:
      do {
        sum += 2;  // EVENT: update sum 3
        case 1:  // EVENT: case 1, case 1
          sum += 1;  // EVENT: update sum 1, update sum 4
      } while ((n -= 2) > 0);  // EVENT: update n 1, loop (n -= 2) > 0 1, update n -1, loop (n -= 2) > 0 0
  }
  return sum;  // EVENT: return sum 4
}  // EVENT: exit duff
static int computed(int n) {  // EVENT: enter computed, param n 1
  static const void* const labels[] = {&&zero, &&one};
  goto *labels[n];
zero:
  return 10;
one:
  return 20;  // EVENT: return 20 20
}  // EVENT: exit computed
static int into(int n) {  // EVENT: enter into, param n 0, enter into, param n 7
  if (n) goto inside;  // EVENT: branch n 0, branch n 7
  {
    int local = 1;  // EVENT: init local 1
  inside:
    local = n + 1;  // EVENT: assign local 1, assign local 8
    if (local > 5) goto out;  // EVENT: branch local > 5 0, branch local > 5 1
    n = local;  // EVENT: assign n 1
  }
out:
  return n;  // EVENT: return n 1, return n 7
}  // EVENT: exit into, exit into
static int local_labels(int n) {  // EVENT: enter local_labels, param n 3
  int i;
  int found = 0;  // EVENT: init found 0
  for (i = 0; i < n; i++) {  // EVENT: assign i 0, loop i < n 1, step i 1, loop i < n 1, step i 2, loop i < n 1, step i 3, loop i < n 0
    __label__ next;
    if (i == 1) goto next;  // EVENT: branch i == 1 0, branch i == 1 1, branch i == 1 0
    found += i;  // EVENT: update found 0, update found 2
  next:;
  }
  return found;  // EVENT: return found 2
}  // EVENT: exit local_labels
static void jump(int n) { longjmp(there, n); }  // EVENT: enter jump, param n 5
static int vla(int n) {  // EVENT: enter vla, param n 2
  int i;
  int list[n];
  for (i = 0; i < n; i++) list[i] = i;  // EVENT: assign i 0, loop i < n 1, assign list[i] 0, step i 1, loop i < n 1, assign list[i] 1, step i 2, loop i < n 0
  return list[n - 1] + (int)sizeof(list) / (int)sizeof(list[0]);  // EVENT: return list[n - 1] + (int)sizeof(list) / (int)sizeof(list[0]) 3
}  // EVENT: exit vla

int main(void) {  // EVENT: enter main
  volatile int calls = 0;
  int result = duff(3) + computed(1) + into(0) + into(7) + local_labels(3) + vla(2);  // EVENT: init result 37
  int again = setjmp(there);  // EVENT: init again 0, init again 5
  calls++;
  if (again == 0) jump(5);  // EVENT: branch again == 0 1, branch again == 0 0
  return result + again - 42;  // EVENT: return result + again - 42 0
}  // EVENT: exit main
