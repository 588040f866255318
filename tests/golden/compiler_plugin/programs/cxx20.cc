// Much of C++20 in one program.
// STANDARDS: c++20 c++23
#include <algorithm>
#include <coroutine>
#include <cstdio>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <vector>
struct Gen {
  struct promise_type {
    int v;
    Gen get_return_object() {
      return Gen{std::coroutine_handle<promise_type>::from_promise(*this)};
    }
    std::suspend_always initial_suspend() noexcept { return {}; }
    std::suspend_always final_suspend() noexcept { return {}; }
    std::suspend_always yield_value(int x) {
      v = x;
      return {};
    }
    void return_void() {}
    void unhandled_exception() {}
  };
  std::coroutine_handle<promise_type> h;
  ~Gen() { h.destroy(); }
};
Gen count(int n) {
  for (int i = 0; i < n; ++i) {
    int s = i * 2;
    co_yield s;
  }
}
struct Copy {
  static int copies;
  int v = 0;
  Copy() = default;
  Copy(const Copy& o) : v(o.v) { copies++; }
  Copy(Copy&& o) noexcept : v(o.v) { copies += 100; }
  Copy& operator=(const Copy&) = default;
};
int Copy::copies;
Copy make(int x) {
  Copy c;
  c.v = x;
  return c;
}
Copy ternary(bool b) { return b ? Copy() : make(2); }
struct NM {
  NM(int a) : a(a) {}
  NM(NM&&) = delete;
  int a;
};
NM nm(int x) { return NM(x + 1); }
struct B {
  virtual ~B() {}
  virtual int f(int x) { return x; }
};
struct D : virtual B {
  int y;
  D(int q) try : y(q) {
    if (q < 0) throw q;
  } catch (int e) {
    std::printf("caught %d\n", e);
  }
  int f(int x) override { return B::f(x) + y; }
};
int ftry(int x) try {
  if (x) throw 1L;
  return 3;
} catch (long l) {
  return (int)l;
}
constexpr int fib(int n) { return n < 2 ? n : fib(n - 1) + fib(n - 2); }
template <int N>
struct Arr {
  int a[N];
};
Arr<fib(6)> arr;
constexpr struct CS {
  int x;
  constexpr CS(int v) : x(v) {
    x += 1;
    int t = x++;
    x = t;
  }
  constexpr ~CS() {}
} cs(4);
static_assert(cs.x == 5);
enum class E : unsigned char { A = 200 };
E en(E e) {
  E f = e;
  return f;
}
int sw(int x) {
  switch (int y = x; y) {
    case 1:
    case 2:
      return 1;
    default:
      [[fallthrough]];
    case 7: {
      int q = y;
      return q;
    }
  }
}
int go(int n) {
  int i = 0;
again:
  i++;
  if (i < n) goto again;
  return i;
}
int cg(int n) {
  static void* t[] = {&&a, &&b};
  goto* t[n];
a:
  return 1;
b:
  return 2;
}
extern void undefined_function();
constexpr bool debug() { return false; }
int folded() {
  if (debug()) undefined_function();
  if (debug() && folded()) return 2;
  return debug() ? (undefined_function(), 1) : 0;
}
[[gnu::noinline]] int mt(int n) {
  if (n == 0) return 7;
  [[clang::musttail]] return mt(n - 1);
}
struct BF {
  int a : 3;
  unsigned b : 5;
  bool c : 1;
};
int bf() {
  BF f{};
  f.a = 3;
  f.a++;
  f.b += 9;
  f.b = 33;
  f.c = true;
  int r = f.a-- + f.b;
  f.c ^= 1;
  return r + f.c;
}
auto lam = [](int q) {
  int w = q * 2;
  return w;
};
template <class F>
int call(F f) {
  return f(2);
}
template <class T>
struct Box {
  T v;
  Box(T t) : v(t) {}
  T get() const {
    auto l = [this] { return v; };
    return l();
  }
  template <class U>
  U as() {
    U u = (U)v;
    return u;
  }
  friend int fr(Box b) { return (int)b.v; }
};
template struct Box<int>;
template int call<int (*)(int)>(int (*)(int));
int vol() {
  volatile int v = 1;
  v = 2;
  v++;
  v += 3;
  return v;
}
long double ld(long double x) {
  float f = (float)x;
  f *= 2;
  return f + x;
}
struct OD {
  int operator->*(int x) const { return x; }
  bool operator<(const OD&) const { return true; }
  auto operator<=>(const OD&) const = default;
  explicit operator bool() const { return true; }
};
void thrower(int x) {
  x > 1 ? throw std::string("a") : (void)0;
  if (x) throw std::make_unique<int>(x);
}
int sideeff(int* p) {
  int a[3] = {1, 2, 3};
  int i = 0;
  a[i++] = i;
  *p++ = a[0];
  return a[0] + i;
}
int rangeinit() {
  int t = 0;
  for (std::vector<int> v{1, 2, 3}; auto& x : v) {
    x++;
    t += x;
  }
  std::map<int, int> m{{1, 2}};
  for (auto [k, v] : m) t += k + v;
  for (auto& [k, v] : m) {
    v += k;
    t += v;
  }
  return t;
}
int whilevar(int n) {
  int t = 0;
  while (int x = n--) t += x;
  if (int* p = &t; p) t++;
  do t--;
  while (t > 3);
  return t;
}
int gnu(int x) {
  int y = x ?: 5;
  int z = ({
    int q = x + 1;
    q * 2;
  });
  return y + z + (x, y);
}
consteval int ce(int x) { return x + 1; }
int ifce(int x) {
  if
    consteval { return ce(1); }
  else {
    return x + ce(2);
  }
}
int main() {
  {
    Gen g = count(3);
    while (g.h.resume(), !g.h.done()) std::printf("%d ", g.h.promise().v);
  }
  Copy c = make(3), d = ternary(true), e = ternary(false);
  std::printf("copies %d %d\n", Copy::copies, c.v + d.v + e.v);
  std::printf("%d\n", nm(3).a);
  D dd(3);
  B* b = &dd;
  std::printf("%d %d %d\n", b->f(4), ftry(0), ftry(1));
  try {
    D x(-1);
  } catch (int i) {
    std::printf("again %d\n", i);
  }
  std::printf("%d %d %zu\n", fib(10), (int)en(E::A), sizeof arr);
  std::printf("%d %d %d %d %d\n", sw(1), sw(9), go(4), cg(0), cg(1));
  std::printf("%d %d %d %d\n", folded(), mt(100000), bf(), lam(3));
  Box<int> bx(3);
  Box<double> bd(2.5);
  std::printf("%d %g %d %d %g\n", bx.get(), bd.get(), bd.as<int>(), fr(bx), bx.as<double>());
  int cap = 3;
  auto gl = [&, k = cap + 1](auto x) mutable {
    k++;
    auto in = [&](auto y) { return y + x + k + cap; };
    return in(x);
  };
  std::printf("%d %g %d\n", gl(1), gl(1.5), call([=](int z) { return z + cap; }));
  std::printf("%d %Lg\n", vol(), ld(1.5L));
  for (int i = 0; i < 3; i++) try {
      thrower(i);
    } catch (const std::string& s) {
      std::printf("str\n");
    } catch (std::unique_ptr<int>& p) {
      std::printf("up %d\n", *p);
    } catch (...) {
      throw;
    }
  int q[2];
  std::printf("%d %d %d %d\n", sideeff(q), rangeinit(), whilevar(4), gnu(0));
  OD o1, o2;
  std::printf("%d %d %d %d\n", o1 < o2, o1->*3, ifce(4), o1 ? 1 : 0);
  std::function<int(int)> rec = [&](int n) { return n ? n * rec(n - 1) : 1; };
  std::printf("%d\n", rec(5));
  std::vector<int> v{3, 1, 2};
  std::sort(v.begin(), v.end(), [](int a, int b) { return a < b; });
  std::printf("%d\n", v[0]);
  const int& lr = v[0] + 1;
  const int nn = v[1];
  auto l2 = [=] { return nn + lr; };
  std::printf("%d\n", l2());
  auto [x, y] = std::tuple(1, 2.5);
  auto l3 = [&] { return x + y; };
  std::printf("%g\n", l3());
  static int once = cap * 2;
  std::printf("%d %s\n", once, __func__);
}
