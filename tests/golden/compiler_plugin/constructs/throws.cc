// STANDARD: c++11
int limit = 3;
int Pick(int n) {  // EVENT: enter Pick, param n 1, enter Pick, param n 2, enter Pick, param n 3
  int other = 5;  // EVENT: init other 5, init other 5, init other 5
  int& place = n > 2 ? throw n : n > 1 ? limit : other;  // EVENT: branch n > 2 0, branch n > 1 0, init place pointer, branch n > 2 0, branch n > 1 1, init place pointer, branch n > 2 1, throw n 3
  return place;  // EVENT: return place 5, return place 3
}  // EVENT: exit Pick, exit Pick, exit Pick unwind
int Comma(int n) { return n > 1 ? (limit++, throw n + 1, n) : n; }  // EVENT: enter Comma, param n 2, branch n > 1 1, step limit 4, throw n + 1 3, exit Comma unwind
int main() {  // EVENT: enter main
  int sum = 0;  // EVENT: init sum 0
  for (int i = 1; i < 4; ++i) {  // EVENT: init i 1, loop i < 4 1, step i 2, loop i < 4 1, step i 3, loop i < 4 1, step i 4, loop i < 4 0
    try {
      sum += Pick(i);  // EVENT: reserve sum, update sum 5, reserve sum, update sum 8, reserve sum
    } catch (int e) {  // EVENT: catch e 3
      sum += e;  // EVENT: update sum 11
    }
  }
  try {
    Comma(2);
  } catch (int e) {  // EVENT: catch e 3
    try {
      sum > 100 ? (void)0 : throw;  // EVENT: branch sum > 100 0, throw
    } catch (int again) {  // EVENT: catch again 3
      sum += again;  // EVENT: update sum 14
    }
  }
  return sum - 14;  // EVENT: return sum - 14 0
}  // EVENT: exit main
