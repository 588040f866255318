// STANDARD: c++14
// LEVEL: functions
int Square(int x) { return x * x; }  // EVENT: enter Square, exit Square, enter Square, exit Square

int main() {  // EVENT: enter main
  int sum = 0;
  auto add = [&](int n) { sum += n; };  // EVENT: enter operator(), exit operator(), enter operator(), exit operator()
  for (int i = 0; i < 2; ++i) add(Square(i));
  try {
    throw 1;  // EVENT: throw 1
  } catch (int e) {  // EVENT: catch e
    sum--;
  }
  return sum;
}  // EVENT: exit main
