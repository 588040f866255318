// STANDARD: c++20
#include <utility>
#include <vector>

int main() {  // EVENT: enter main
  int total = 0;  // EVENT: init total 0
  for (int value : std::vector<int>{1, 2}) total += value;  // EVENT: loop std::vector<int>{1, 2} 1, init value 1, update total 1, loop std::vector<int>{1, 2} 1, init value 2, update total 3, loop std::vector<int>{1, 2} 0
  for (int numbers[2] = {3, 4}; int& number : numbers) number++;  // EVENT: init numbers 0300000004000000, loop numbers 1, init number pointer, step number 4, loop numbers 1, init number pointer, step number 5, loop numbers 0
  for (auto [a, b] : {std::pair(1, 2)}) total += a * b;  // EVENT: loop {std::pair(1, 2)} 1, init a 1, init b 2, update total 5, loop {std::pair(1, 2)} 0
  while (int left = 5 - total) total += left;  // EVENT: init left 0, loop left 0
  if (int half = total / 2; half > 1) total = half;  // EVENT: init half 2, branch half > 1 1, assign total 2
  return total - 2;  // EVENT: return total - 2 0
}  // EVENT: exit main
