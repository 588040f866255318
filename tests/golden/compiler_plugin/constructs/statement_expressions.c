// STANDARD: gnu89
static int next(int n) { return n + 1; }  // EVENT: enter next, param n 1, return n + 1 2, exit next
struct Point {
  int x, y;
};

int main(void) {  // EVENT: enter main
  int a = ({  // EVENT: init a 8
    int b = next(1);  // EVENT: init b 2
    const int c = 4;  // EVENT: init c 4
    struct Point p = {1, 2};  // EVENT: init p 0100000002000000
    b + c + p.y;
  });
  int chosen = a ?: next(9);  // EVENT: branch a 8, init chosen 8
  ({ a++; });  // EVENT: step a 9
  a = ({  // EVENT: reserve a, assign a 11
    switch (a) {  // EVENT: switch a 9
      case 9:  // EVENT: case 9
        a = 3;  // EVENT: assign a 3
    }
    a + chosen;
  });
  return a - 11;  // EVENT: return a - 11 0
}  // EVENT: exit main
