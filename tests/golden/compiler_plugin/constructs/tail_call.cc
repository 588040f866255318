// FLAGS: -std=c++17
// A guard would turn the tail call into an ordinary one.
int Down(int n) {  // EVENT: param n 2, param n 1, param n 0
  if (n == 0) return 0;  // EVENT: branch n == 0 0, branch n == 0 0, branch n == 0 1, return 0 0
  int next = n - 1;  // EVENT: init next 1, init next 0
  [[clang::musttail]] return Down(next);
}

int main() { return Down(2); }  // EVENT: enter main, return Down(2) 0, exit main
