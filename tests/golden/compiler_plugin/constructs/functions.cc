// STANDARD: c++98 to c++98
namespace outer {
int Add(int a, const short& b, int& unused, int) { return a + b; }  // EVENT: enter Add, param a 1, param b 2, param unused pointer, return a + b 3, exit Add
}  // namespace outer

void Nothing() {}  // EVENT: enter Nothing, exit Nothing

struct Counter {
  Counter(int start) : count(start) { count++; }  // EVENT: enter Counter, param start 3, member count 3, step count 4, exit Counter
  ~Counter() { count = 0; }  // EVENT: enter ~Counter, assign count 0, exit ~Counter
  int Get() const { return count; }  // EVENT: enter Get, return count 4, exit Get
  static double Half(double x) { return x / 2; }  // EVENT: enter Half, param x 4, return x / 2 2, exit Half
  int count;
};

int main() {  // EVENT: enter main
  int out = 0;  // EVENT: init out 0
  Nothing();
  int sum = outer::Add(1, 2, out, 3);  // EVENT: init sum 3
  Counter counter(sum);
  double half = Counter::Half(counter.Get());  // EVENT: init half 2
  return half == 2 ? 0 : 1;  // EVENT: branch half == 2 1, return half == 2 ? 0 : 1 0
}  // EVENT: exit main
