#include "tests/bench/hot_path_work.h"

namespace SCOPE_BENCH_NAMESPACE {
namespace {

[[gnu::noinline]] uint64_t Leaf(uint64_t x) {
  asm volatile("" : "+r"(x));
  return x * 3 + 1;
}

}  // namespace

[[gnu::noinline]] uint64_t Values(uint64_t n, uint64_t a, uint64_t b) {
  uint64_t x = n, y = 0;
  for (uint64_t i = 0; i < n; ++i) {
    x = x * a + b;
    uint64_t y1 = x ^ i;
    y += y1;
  }
  return x + y;
}

[[gnu::noinline]] uint64_t Calls(uint64_t n) {
  uint64_t x = 1;
  for (uint64_t i = 0; i < n; ++i) x = Leaf(x);
  return x;
}

}  // namespace SCOPE_BENCH_NAMESPACE
