// STANDARD: c++17
#include <stdexcept>
#include <string>

struct Guard {
  int* count;
  ~Guard() { ++*count; }  // EVENT: enter ~Guard, step *count 1, exit ~Guard, enter ~Guard, step *count 2, exit ~Guard
};

void Thrower(int n) {  // EVENT: enter Thrower, param n 0, enter Thrower, param n 1, enter Thrower, param n 2
  if (n == 0) throw n;  // EVENT: branch n == 0 1, throw n 0, branch n == 0 0, branch n == 0 0
  if (n == 1) throw std::string("text");  // EVENT: branch n == 1 1, throw std::string("text") captured, branch n == 1 0
  n == 2 ? throw 2.5 : (void)0;  // EVENT: branch n == 2 1, throw 2.5 2.5
}  // EVENT: exit Thrower unwind, exit Thrower unwind, exit Thrower unwind

int Function(int n) try {  // EVENT: enter Function, param n 0
  Thrower(n);
  return 1;
} catch (int number) {  // EVENT: catch number 0
  return 2;  // EVENT: return 2 2
}  // EVENT: exit Function

struct Member {
  Member(int n) try : value(n) {  // EVENT: enter Member, param n 1, member value 1
    if (n > 0) throw n;  // EVENT: branch n > 0 1, throw n 1
  } catch (...) {  // EVENT: catch
    ++failed;  // EVENT: step failed 1
  }  // EVENT: exit Member unwind
  int value;
  static int failed;
};
int Member::failed = 0;

int main() {  // EVENT: enter main
  int count = 0;  // EVENT: init count 0
  int result = Function(0);  // EVENT: init result 2
  for (int i = 1; i < 3; ++i) {  // EVENT: init i 1, loop i < 3 1, step i 2, loop i < 3 1, step i 3, loop i < 3 0
    try {
      Guard guard{&count};  // EVENT: member guard.count pointer, init guard captured, member guard.count pointer, init guard captured
      Thrower(i);
    } catch (const std::string& text) {  // EVENT: catch text captured
      result += 10;  // EVENT: update result 12
    } catch (double number) {  // EVENT: catch number 2.5
      result += 100;  // EVENT: update result 112
    }
  }
  try {
    Member member(1);
  } catch (int) {  // EVENT: catch 1
    result++;  // EVENT: step result 113
  }
  return result - 113 + count - 2;  // EVENT: return result - 113 + count - 2 0
}  // EVENT: exit main
