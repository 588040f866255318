// STANDARD: c++23
constexpr int Where(int x) {  // EVENT: enter Where, param x 1
  if consteval {
    return x;
  } else {
    return x + 1;  // EVENT: return x + 1 2
  }
}  // EVENT: exit Where
static_assert(Where(1) == 1);

int main(int argc, char**) { return Where(argc) - 2; }  // EVENT: enter main, param argc 1, return Where(argc) - 2 0, exit main
