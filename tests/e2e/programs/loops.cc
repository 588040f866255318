// Loops and nested loops: what is assigned, in order.

int main() {
  int x;
  for (x = 10; x > 7;) x = x - 1;  // EVENT: assign x 10 9 8 7
  int last = 0;
  for (int i = 0; i < 2; i++) {    // EVENT: init i 0 | step i 1 2
    for (int j = 0; j < 3; j++) {  // EVENT: init j 0 0 | step j 1 2 3 1 2 3
      last = i * 10 + j;           // EVENT: assign last 0 1 2 10 11 12
    }
  }
  int n = 0;
  while (n < 3) ++n;               // EVENT: step n 1 2 3
  do {
    n -= 2;                        // EVENT: update n 1 -1
  } while (n > 0);                 // EVENT: loop * true false
  return last - 12;
}
