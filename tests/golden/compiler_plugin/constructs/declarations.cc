// STANDARD: c++17
#include <tuple>
#include <utility>

static int Next() {  // EVENT: enter Next
  static int last = 40;
  static const int step = last / 20;  // EVENT: init step 2
  return last += step;  // EVENT: update last 42, return last += step 42
}  // EVENT: exit Next

int main() {  // EVENT: enter main
  auto [first, second] = std::make_pair(1, 2.5);  // EVENT: init first 1, init second 2.5
  const auto [left, right] = std::tuple<int, char>(3, 'r');  // EVENT: init left 3, init right 114
  int array[2] = {4, 5};  // EVENT: init array 0400000005000000
  auto [a, b] = array;  // EVENT: init a 4, init b 5
  auto add = [n = Next(), &array](int m) { return n + m + array[0]; };  // EVENT: init n 42, enter operator(), param m 1, return n + m + array[0] 47, exit operator()
  if (int got = add(1); got > 0) array[1] = got;  // EVENT: init got 47, branch got > 0 1, assign array[1] 47
  int* pointer = &array[0];  // EVENT: init pointer pointer
  *pointer = 9;  // EVENT: assign *pointer 9
  pointer[1] += 1;  // EVENT: update pointer[1] 48
  return array[0] + array[1] - 57 + first - 1 + (left - 3) + (a - 4) + (b - 5) + (second > 2) - 1 + (right == 'r') - 1;  // EVENT: return array[0] + array[1] - 57 + first - 1 + (left - 3) + (a - 4) + (b - 5) + (second ... 0
}  // EVENT: exit main
