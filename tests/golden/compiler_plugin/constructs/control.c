// STANDARD: c11
static int classify(int n) {  // EVENT: enter classify, param n 0, enter classify, param n 2, enter classify, param n 4, enter classify, param n 9
  switch (n) {  // EVENT: switch n 0, switch n 2, switch n 4, switch n 9
    case 0:  // EVENT: case 0
      return 10;  // EVENT: return 10 10
    case 1:  // EVENT: case 1, 2
    case 2:
      return 20;  // EVENT: return 20 20
    default:  // EVENT: case default, case default
      return n > 5 ? 30 : 40;  // EVENT: branch n > 5 0, return n > 5 ? 30 : 40 40, branch n > 5 1, return n > 5 ? 30 : 40 30
  }
}  // EVENT: exit classify, exit classify, exit classify, exit classify

int main(void) {  // EVENT: enter main
  int total = 0;  // EVENT: init total 0
  for (int i = 0; i < 2; i++) total += i;  // EVENT: init i 0, loop i < 2 1, update total 0, step i 1, loop i < 2 1, update total 1, step i 2, loop i < 2 0
  while (total) {  // EVENT: loop total 1, loop total 0
    if (total > 0) total--;  // EVENT: branch total > 0 1, step total 0
  }
  do {
    ++total;  // EVENT: step total 1, step total 2
  } while (total < 2);  // EVENT: loop total < 2 1, loop total < 2 0
  if (1) total = 7;  // EVENT: assign total 7
again:
  if (total++ < 8) goto again;  // EVENT: step total 8, branch total++ < 8 1, step total 9, branch total++ < 8 0
  return classify(0) + classify(2) + classify(4) + classify(9) - 100;  // EVENT: return classify(0) + classify(2) + classify(4) + classify(9) - 100 0
}  // EVENT: exit main
