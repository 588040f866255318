// STANDARD: c++17
// A constructor is entered before its bases and members are made, and left when one of them throws.
struct Base {
  explicit Base(int n) : kept(n) {  // EVENT: enter Base, param n 4, member kept 4, enter Base, param n -1, member kept -1, enter Base, param n 2, member kept 2
    if (n < 0) throw n;  // EVENT: branch n < 0 0, branch n < 0 1, throw n -1, branch n < 0 0
  }  // EVENT: exit Base, exit Base unwind, exit Base
  ~Base() { --alive; }  // EVENT: enter ~Base, step alive -1, exit ~Base, enter ~Base, step alive -2, exit ~Base
  int kept;
  static int alive;
};
int Base::alive = 0;

struct Part {
  int value = 7;
  ~Part() { value = 0; }  // EVENT: enter ~Part, assign value 0, exit ~Part
};

template <typename T>
struct Whole : virtual Base {
  explicit Whole(T n) : Base(n - 1), doubled(n * 2), braced{n} {}  // EVENT: enter Whole, param n 5, member doubled 10, member braced 5, exit Whole, enter Whole, param n 0, exit Whole unwind
  Whole() : Whole(5) {}  // EVENT: enter Whole, exit Whole
  using Self = Whole;
  T doubled;
  T braced;
  T given = 3;  // EVENT: member given 3
  Part part;
  ~Whole() { doubled = 0; }  // EVENT: enter ~Whole, assign doubled 0, exit ~Whole
};

struct Derived : Base {
  using Base::Base;
};

constexpr int Twice(int n) { return n + n; }  // EVENT: enter Twice, param n 2, return n + n 4, exit Twice
struct Fixed {
  constexpr explicit Fixed(int n) : value(Twice(n)) {}  // EVENT: enter Fixed, param n 2, member value 4, exit Fixed
  int value;
};
constexpr Fixed kFixed(3);
static_assert(kFixed.value == 6);

int main() {  // EVENT: enter main
  { Whole<int> whole; }  // EVENT: init whole captured
  try {
    Whole<int> bad(0);
  } catch (int) {  // EVENT: catch -1
  }
  Derived derived(2);  // EVENT: init derived captured
  Fixed fixed(derived.kept);  // EVENT: init fixed 04000000
  return fixed.value - 4;  // EVENT: return fixed.value - 4 0
}  // EVENT: exit main
