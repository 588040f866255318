// Functions of every shape: parameters, results, how they were left.

namespace shapes {

template <typename T>
T Twice(T value) {             // EVENT: param value 21 1.25
  T doubled = value + value;   // EVENT: init doubled 42 2.5
  return doubled;              // EVENT: return * 42 2.5
}

class Counter {
 public:
  explicit Counter(int start) {  // EVENT: param start 5
    count_ = start;              // EVENT: assign count_ 5
  }
  int Next() { return ++count_; }  // EVENT: step count_ 6 7 | return * 6 7
  ~Counter() { count_ = -1; }      // EVENT: assign count_ -1

 private:
  int count_;
};

constexpr int Square(int n) {  // EVENT: param n 3
  int result = n * n;          // EVENT: init result 9
  return result;
}

}  // namespace shapes

static_assert(shapes::Square(4) == 16, "constant evaluation is as it was");

int JustBeforeReturn(int a) {
  int answer = a + 1;          // EVENT: init answer 42
  return answer;
}

int main(int argc, char**) {
  shapes::Counter counter(5);
  int same = 0;                // EVENT: init same 0
  for (int i = 0; i < 5; ++i) same = 7;  // EVENT: assign same 7 7 7 7 7
  auto add = [&](int d) { return same + d; };  // EVENT: param d 1 | return * 8
  int sum = add(1);            // EVENT: init sum 8
  int run_time = argc + 2;
  bool ok = shapes::Twice(21) == 42 && shapes::Twice(1.25) == 2.5;  // EVENT: init ok true
  ok = ok && counter.Next() == 6 && counter.Next() == 7;            // EVENT: assign ok true
  ok = ok && shapes::Square(run_time) == 9 && JustBeforeReturn(41) == 42 && sum == 8;
  return ok ? 0 : 1;           // EVENT: return * 0
}
