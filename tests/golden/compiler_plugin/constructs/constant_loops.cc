// STANDARD: c++11
int main() {  // EVENT: enter main
  int n = 0;  // EVENT: init n 0
  for (;;) {  // EVENT: loop 1, loop 1
    if (++n == 2) break;  // EVENT: step n 1, branch ++n == 2 0, step n 2, branch ++n == 2 1
  }
  while (true) {  // EVENT: loop true 1, loop true 1
    if (++n == 4) break;  // EVENT: step n 3, branch ++n == 4 0, step n 4, branch ++n == 4 1
    continue;
  }
  do {
    n++;  // EVENT: step n 5, step n 6
    if (n > 5) break;  // EVENT: branch n > 5 0, branch n > 5 1
  } while (1);  // EVENT: loop 1 1, loop 1 1
  do n++;  // EVENT: step n 7
  while (0);
  for (int i = 0;; i++)  // EVENT: init i 0, loop 1, step i 1, loop 1
    if (i == 1) return n - 7;  // EVENT: branch i == 1 0, branch i == 1 1, return n - 7 0
}  // EVENT: exit main
