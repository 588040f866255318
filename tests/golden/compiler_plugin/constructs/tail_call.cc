// STANDARD: c++17
// The exit comes before the call that takes the place of this one.
int Down(int n) {  // EVENT: enter Down, param n 2, enter Down, param n 1, enter Down, param n 0
  if (n == 0) return 0;  // EVENT: branch n == 0 0, branch n == 0 0, branch n == 0 1, return 0 0
  int next = n - 1;  // EVENT: init next 1, init next 0
  [[clang::musttail]] return Down(next);
}  // EVENT: exit Down tail_call, exit Down tail_call, exit Down

int main() { return Down(2); }  // EVENT: enter main, return Down(2) 0, exit main
