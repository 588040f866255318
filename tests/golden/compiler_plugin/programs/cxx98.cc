// What every C++ has: virtual bases, exceptions through constructors, temporaries, operators.
// STANDARDS: c++98 c++11 c++14 c++17 c++20 c++23
#include <cstdio>
#include <stdexcept>
#include <string>
#include <vector>

static int alive = 0;
static int copies = 0;

struct Counted {
  int value;
  Counted(int v) : value(v) { ++alive; }
  Counted(const Counted& other) : value(other.value) {
    ++alive;
    ++copies;
  }
  Counted& operator=(const Counted& other) {
    value = other.value;
    return *this;
  }
  ~Counted() { --alive; }
  Counted operator+(const Counted& other) const { return Counted(value + other.value); }
  operator bool() const { return value != 0; }
  Counted& operator++() {
    ++value;
    return *this;
  }
  Counted operator++(int) {
    Counted old(*this);
    value++;
    return old;
  }
};

struct Base {
  int id;
  explicit Base(int i) : id(i) {}
  virtual ~Base() {}
  virtual int Work(int x) { return x + id; }
};
struct Left : virtual Base {
  explicit Left(int i) : Base(i) {}
  int Work(int x) {
    if (x < 0) throw std::runtime_error("negative");
    return Base::Work(x) * 2;
  }
};
struct Both : Left {
  Counted part;
  explicit Both(int i) : Base(i), Left(i), part(i) {
    if (i == 9) throw i;
  }
};

static int Count(const std::vector<int>& values) {
  int sum = 0;
  for (std::vector<int>::const_iterator at = values.begin(); at != values.end(); ++at) sum += *at;
  return sum;
}

static Counted Pick(bool first, const Counted& a, const Counted& b) { return first ? a : b; }

template <class T, int N>
T Fill(T (&array)[N], T value) {
  T sum = T();
  for (int i = 0; i < N; i++) sum += array[i] = value++;
  return sum;
}

int main(int argc, char** argv) {
  {
    Counted a(1), b(2);
    Counted c = a + b, d = Pick(argc > 1, a, b);
    c++;
    ++c = d;
    std::printf("%d %d %d\n", c.value, alive, c ? copies : -1);
  }
  std::printf("%d %d\n", alive, copies);
  Both both(3);
  Base* base = &both;
  std::printf("%d\n", base->Work(4));
  try {
    base->Work(-1);
  } catch (const std::exception& e) {
    std::printf("%s\n", e.what());
  }
  try {
    Both wrong(9);
  } catch (int i) {
    std::printf("int %d, alive %d\n", i, alive);
  }
  std::vector<int> values(3, 7);
  int array[4];
  double doubles[2];
  std::printf("%d %d %g\n", Count(values), Fill(array, 5), Fill(doubles, 1.5));
  int i = 0, Base::*member = &Base::id;
  array[i++] = i, array[i] += both.*member;
  std::printf("%d %d %d %s\n", array[0], array[1], i, argv[0] ? "named" : "unnamed");
  return 3;
}
