// STANDARD: c++17
#include <cstdio>
#include <exception>
#include <stdexcept>
#include <string>
#include <system_error>

struct Loud {
  explicit Loud(int v) : value(v) { std::printf("make %d\n", v); }  // EVENT: enter Loud, param v 0, member value 0, exit Loud, enter Loud, param v 1, member value 1, exit Loud, enter Loud, param v 2, member value 2, exit Loud, enter Loud, param v 20, member value 20, exit Loud, enter Loud, param v 3, member value 3, exit Loud, enter Loud, param v 4, member value 4, exit Loud, enter Loud, param v 5, member value 5, exit Loud, enter Loud, param v 6, member value 6, exit Loud, enter Loud, param v 7, member value 7, exit Loud, enter Loud, param v 8, member value 8, exit Loud, enter Loud, param v 9, member value 9, exit Loud, enter Loud, param v 10, member value 10, exit Loud, enter Loud, param v 11, member value 11, exit Loud, enter Loud, param v 1, member value 1, exit Loud
  Loud(const Loud& other) : value(other.value) { std::printf("copy %d\n", value); }  // EVENT: enter Loud, param other captured, member value 20, exit Loud, enter Loud, param other captured, member value 3, exit Loud
  Loud(Loud&& other) noexcept : value(other.value) { std::printf("move %d\n", value); }  // EVENT: enter Loud, param other pointer, member value 20, exit Loud, enter Loud, param other pointer, member value 3, exit Loud, enter Loud, param other pointer, member value 3, exit Loud
  ~Loud() { std::printf("gone %d\n", value); }  // EVENT: enter ~Loud, exit ~Loud, enter ~Loud, exit ~Loud, enter ~Loud, exit ~Loud, enter ~Loud, exit ~Loud, enter ~Loud, exit ~Loud, enter ~Loud, exit ~Loud, enter ~Loud, exit ~Loud, enter ~Loud, exit ~Loud, enter ~Loud, exit ~Loud, enter ~Loud, exit ~Loud, enter ~Loud, exit ~Loud, enter ~Loud, exit ~Loud, enter ~Loud, exit ~Loud, enter ~Loud, exit ~Loud, enter ~Loud, exit ~Loud, enter ~Loud, exit ~Loud, enter ~Loud, exit ~Loud, enter ~Loud, exit ~Loud, enter ~Loud, exit ~Loud
  int value;
};
struct Problem : std::runtime_error {
  explicit Problem(int c) : std::runtime_error("problem " + std::to_string(c)), code(c) {}  // EVENT: enter Problem, param c 7, member code 7, exit Problem
  int code;
};
enum class Code { kBad = 3 };
struct Nothing {};
struct Point {
  int x, y;
};
struct Fails {
  explicit Fails(int v) { throw v; }  // EVENT: enter Fails, param v 90, throw v 90, exit Fails unwind
};

void Throw(int n) {  // EVENT: enter Throw, param n 0, enter Throw, param n 1, enter Throw, param n 2, enter Throw, param n 3, enter Throw, param n 4, enter Throw, param n 5, enter Throw, param n 6, enter Throw, param n 7, enter Throw, param n 8, enter Throw, param n 9, enter Throw, param n 10, enter Throw, param n 11
  Loud local(n);  // EVENT: init local captured, init local captured, init local captured, init local captured, init local captured, init local captured, init local captured, init local captured, init local captured, init local captured, init local captured, init local captured
  switch (n) {  // EVENT: switch n 0, switch n 1, switch n 2, switch n 3, switch n 4, switch n 5, switch n 6, switch n 7, switch n 8, switch n 9, switch n 10, switch n 11
    case 0: throw 42;  // EVENT: case 0, throw 42 42
    case 1: throw std::runtime_error("x");  // EVENT: case 1, throw std::runtime_error("x") captured
    case 2: throw Loud(20);  // EVENT: case 2, throw Loud(20) captured
    case 3: throw local;  // EVENT: case 3, throw local captured
    case 4: throw Problem(7);  // EVENT: case 4, throw Problem(7) captured
    case 5: throw Code::kBad;  // EVENT: case 5, throw Code::kBad 3
    case 6: throw Nothing();  // EVENT: case 6, throw Nothing()
    case 7: throw Point{1, 2};  // EVENT: case 7, throw Point{1, 2} 0100000002000000
    case 8: throw "text";  // EVENT: case 8, throw "text" pointer
    case 9: throw Fails(90);  // EVENT: case 9
    case 10: throw std::system_error(std::make_error_code(std::errc::io_error));  // EVENT: case 10, throw std::system_error(std::make_error_code(std::errc::io_error)) captured
    default: throw nullptr;  // EVENT: case default, throw nullptr null
  }
}  // EVENT: exit Throw unwind, exit Throw unwind, exit Throw unwind, exit Throw unwind, exit Throw unwind, exit Throw unwind, exit Throw unwind, exit Throw unwind, exit Throw unwind, exit Throw unwind, exit Throw unwind, exit Throw unwind

int Again(int n) {  // EVENT: enter Again, param n 0, enter Again, param n 1, enter Again, param n 2, enter Again, param n 3, enter Again, param n 4, enter Again, param n 5, enter Again, param n 6, enter Again, param n 7, enter Again, param n 8, enter Again, param n 9, enter Again, param n 10, enter Again, param n 11
  try {
    Throw(n);
  } catch (std::exception& e) {  // EVENT: catch e captured, catch e captured, catch e captured
    throw;  // EVENT: throw, throw, throw
  } catch (Loud loud) {  // EVENT: catch loud captured, catch loud captured
    throw loud;  // EVENT: throw loud captured, throw loud captured
  }
  return 0;
}  // EVENT: exit Again unwind, exit Again unwind, exit Again unwind, exit Again unwind, exit Again unwind
const int& Lvalue(const int& n) { return n > 0 ? n : throw n; }  // EVENT: enter Lvalue, param n 0, branch n > 0 0, throw n 0, exit Lvalue unwind
int Prvalue(int n) { return n > 0 ? n : throw n - 1; }  // EVENT: enter Prvalue, param n -1, branch n > 0 0, throw n - 1 -2, exit Prvalue unwind

int main() {  // EVENT: enter main
  for (int n = 0; n < 12; ++n) {  // EVENT: init n 0, loop n < 12 1, step n 1, loop n < 12 1, step n 2, loop n < 12 1, step n 3, loop n < 12 1, step n 4, loop n < 12 1, step n 5, loop n < 12 1, step n 6, loop n < 12 1, step n 7, loop n < 12 1, step n 8, loop n < 12 1, step n 9, loop n < 12 1, step n 10, loop n < 12 1, step n 11, loop n < 12 1, step n 12, loop n < 12 0
    try {
      Again(n);
    } catch (int number) {  // EVENT: catch number 42, catch number 90
      std::printf("int %d\n", number);
    } catch (const Problem& problem) {  // EVENT: catch problem captured
      std::printf("problem %d\n", problem.code);
    } catch (const std::exception&) {  // EVENT: catch captured, catch captured
      std::puts("exception");
    } catch (Loud&) {  // EVENT: catch captured, catch captured
      std::puts("loud");
    } catch (Code code) {  // EVENT: catch code 3
      std::puts("code");
    } catch (Point point) {  // EVENT: catch point 0100000002000000
      std::puts("point");
    } catch (const char* text) {  // EVENT: catch text pointer, catch text null
      std::puts(text == nullptr ? "null" : text);  // EVENT: branch text == nullptr 0, branch text == nullptr 1
    } catch (...) {  // EVENT: catch
      std::puts("other");
    }
  }
  try {
    Lvalue(0);
  } catch (int& number) {  // EVENT: catch number 0
    std::printf("%d\n", number);
  }
  try {
    Prvalue(-1);
  } catch (const int number) {  // EVENT: catch number -2
    std::printf("%d\n", number);
  }
  try {
    try {
      throw Loud(1);  // EVENT: throw Loud(1) captured
    } catch (Loud&) {  // EVENT: catch captured
      std::throw_with_nested(std::logic_error("outer"));
    }
  } catch (const std::nested_exception& nested) {  // EVENT: catch nested captured
    try {
      nested.rethrow_nested();
    } catch (const Loud& inner) {  // EVENT: catch inner captured
      std::printf("inner %d\n", inner.value);
    }
  }
}  // EVENT: exit main
