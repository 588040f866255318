// STANDARD: c++17
// What is initialised before main and at the first use: namespace scope, classes, threads.
static int Next(int n) { return n + 1; }  // EVENT: enter Next, param n 20, return n + 1 21, exit Next, enter Next, param n 30, return n + 1 31, exit Next, enter Next, param n 7, return n + 1 8, exit Next, enter Next, param n 1, return n + 1 2, exit Next, enter Next, param n 2, return n + 1 3, exit Next, enter Next, param n 2, return n + 1 3, exit Next, enter Next, param n 0, return n + 1 1, exit Next, enter Next, param n 3, return n + 1 4, exit Next, enter Next, param n 10, return n + 1 11, exit Next, enter Next, param n 1, return n + 1 2, exit Next, enter Next, param n 1, return n + 1 2, exit Next

struct Counter {
  explicit Counter(int n) : count(n) {}  // EVENT: enter Counter, param n 3, member count 3, exit Counter, enter Counter, param n 1, member count 1, exit Counter, enter Counter, param n 4, member count 4, exit Counter
  int count;
};

int plain = Next(1);  // EVENT: enter plain::<init>, init plain 2, exit plain::<init>
static const int fixed = plain * 2;  // EVENT: enter fixed::<init>, init fixed 4, exit fixed::<init>
namespace inner {
Counter counter(Next(plain));  // EVENT: enter counter::<init>, init counter 03000000, exit counter::<init>
}
const int known = 3;
int zero;
struct Holder {
  static int member;
  static inline int within = Next(20);  // EVENT: enter within::<init>, init within 21, exit within::<init>
};
inline int shared = Next(30);  // EVENT: enter shared::<init>, init shared 31, exit shared::<init>
int Holder::member = inner::counter.count + known;  // EVENT: enter member::<init>, init member 6, exit member::<init>
Counter list[2] = {Counter(1), Counter(fixed)};  // EVENT: enter list::<init>, exit list::<init>
int numbers[] = {1, Next(2)};  // EVENT: enter numbers::<init>, member numbers[1] 3, exit numbers::<init>
int& alias = numbers[0];
int& chosen = numbers[Next(0)];  // EVENT: enter chosen::<init>, init chosen pointer, exit chosen::<init>
thread_local int per_thread = Next(10);  // EVENT: enter per_thread::<init>, init per_thread 11, exit per_thread::<init>
auto lambda = [](int x) { return x; };  // EVENT: enter operator(), param x 1, return x 1, exit operator()
auto keeps = [n = Next(3)](int x) { return x + n; };  // EVENT: enter keeps::<init>, init n 4, exit keeps::<init>, enter operator(), param x 1, return x + n 5, exit operator()

template <typename T>
T variable_template = T(Next(7));

int Static(int n) {  // EVENT: enter Static, param n 1, enter Static, param n 5
  static int first = Next(n);  // EVENT: init first 2
  thread_local int mine = Next(n);  // EVENT: init mine 2
  return first + mine;  // EVENT: return first + mine 4, return first + mine 4
}  // EVENT: exit Static, exit Static

int main() {  // EVENT: enter main
  ++per_thread;  // EVENT: step per_thread 12
  int sum = Static(1) + Static(5);  // EVENT: init sum 8
  return sum + plain + fixed + inner::counter.count + Holder::member + lambda(1) + keeps(1) +  // EVENT: return sum + plain + fixed + inner::counter.count + Holder::member + lambda(1) + keeps(... 0
         variable_template<int> + chosen + alias + zero +
         Holder::within + shared - 93;
}  // EVENT: exit main
