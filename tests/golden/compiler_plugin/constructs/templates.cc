// STANDARD: c++17
int global = 0;

template <typename T>
T Twice(T value) {  // EVENT: enter Twice, param value 2, enter Twice, param value 1.5
  T result = value + value;  // EVENT: init result 4, init result 3
  ++global;  // EVENT: step global 1, step global 2
  if constexpr (sizeof(T) == 8) global = 9;  // EVENT: assign global 9
  return result;  // EVENT: return result 4, return result 3
}  // EVENT: exit Twice, exit Twice

template <typename T>
struct Box {
  T value;
  explicit Box(T v) : value(v) {}  // EVENT: enter Box, param v 3, member value 3, exit Box
  template <typename U>
  U As() const {  // EVENT: enter As
    U converted = static_cast<U>(value);  // EVENT: init converted 3
    return converted;  // EVENT: return converted 3
  }  // EVENT: exit As
};

template int Twice<int>(int);

int main() {  // EVENT: enter main
  int a = Twice(2);  // EVENT: init a 4
  double b = Twice(1.5);  // EVENT: init b 3
  Box<int> box(3);  // EVENT: init box 03000000
  long c = box.As<long>();  // EVENT: init c 3
  return a + b + c == 10 ? 0 : 1;  // EVENT: branch a + b + c == 10 1, return a + b + c == 10 ? 0 : 1 0
}  // EVENT: exit main
