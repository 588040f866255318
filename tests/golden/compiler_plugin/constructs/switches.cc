// STANDARD: c++17
int Kind(int n) {  // EVENT: enter Kind, param n 0, enter Kind, param n 1, enter Kind, param n 2, enter Kind, param n 3, enter Kind, param n 4
  switch (int kind = n % 5; kind) {  // EVENT: init kind 0, switch kind 0, init kind 1, switch kind 1, init kind 2, switch kind 2, init kind 3, switch kind 3, init kind 4, switch kind 4
    case 0:  // EVENT: case 0, 1, case 0, 1
    case 1:
      return 10;  // EVENT: return 10 10, return 10 10
    case 2: {  // EVENT: case 2
      n += 1;  // EVENT: update n 3
      [[fallthrough]];
    }
    case 3:  // EVENT: case 3, case 3
      int late;
      late = n;  // EVENT: assign late 3, assign late 3
      return late;  // EVENT: return late 3, return late 3
    default:  // EVENT: case default
      break;
  }
  return -1;  // EVENT: return -1 -1
}  // EVENT: exit Kind, exit Kind, exit Kind, exit Kind, exit Kind

template <typename T>
T Pick(T n) {  // EVENT: enter Pick, param n 1, enter Pick, param n 2
  switch (n) {  // EVENT: switch n 1, switch n 2
    case 1:  // EVENT: case 1
      return n + 1;  // EVENT: return n + 1 2
    default:  // EVENT: case default
      return n;  // EVENT: return n 2
  }
}  // EVENT: exit Pick, exit Pick

int main() {  // EVENT: enter main
  int sum = 0;  // EVENT: init sum 0
  for (int n = 0; n < 5; ++n) sum += Kind(n);  // EVENT: init n 0, loop n < 5 1, reserve sum, update sum 10, step n 1, loop n < 5 1, reserve sum, update sum 20, step n 2, loop n < 5 1, reserve sum, update sum 23, step n 3, loop n < 5 1, reserve sum, update sum 26, step n 4, loop n < 5 1, reserve sum, update sum 25, step n 5, loop n < 5 0
  return sum - 25 + Pick(1) - Pick(2L);  // EVENT: return sum - 25 + Pick(1) - Pick(2L) 0
}  // EVENT: exit main
