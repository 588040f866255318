// STANDARD: c23
constexpr int kLimit = 3;

int main() {  // EVENT: enter main
  constexpr int two = 2;  // EVENT: init two 2
  auto sum = two + kLimit;  // EVENT: init sum 5
  bool done = sum == 5;  // EVENT: init done 1
  int* none = nullptr;  // EVENT: init none null
  return done && none == nullptr ? 0 : 1;  // EVENT: branch done && none == nullptr 1, return done && none == nullptr ? 0 : 1 0
}  // EVENT: exit main
