// STANDARD: c++20
// A coroutine is entered once and left once; in between it gives way and goes on.
#include <coroutine>

struct Numbers {
  struct promise_type {
    int current = 0;
    Numbers get_return_object() {  // EVENT: enter get_return_object
      return {std::coroutine_handle<promise_type>::from_promise(*this)};  // EVENT: return {std::coroutine_handle<promise_type>::from_promise(*this)} captured
    }  // EVENT: exit get_return_object
    std::suspend_always initial_suspend() noexcept { return {}; }  // EVENT: enter initial_suspend, return {} captured, exit initial_suspend
    std::suspend_always final_suspend() noexcept { return {}; }  // EVENT: enter final_suspend, return {} captured, exit final_suspend
    std::suspend_always yield_value(int value) {  // EVENT: enter yield_value, param value 0, enter yield_value, param value 1
      current = value;  // EVENT: assign current 0, assign current 1
      return {};  // EVENT: return {} captured, return {} captured
    }  // EVENT: exit yield_value, exit yield_value
    void return_void() {}  // EVENT: enter return_void, exit return_void
    void unhandled_exception() {}
  };
  std::coroutine_handle<promise_type> handle;
};

Numbers Count(int n) {  // EVENT: enter Count, param n 2, suspend initial_suspend, resume initial_suspend
  for (int i = 0; i < n; ++i) co_yield i;  // EVENT: init i 0, loop i < n 1, yield i 0, suspend i, resume i, step i 1, loop i < n 1, yield i 1, suspend i, resume i, step i 2, loop i < n 0
}  // EVENT: exit Count

int main() {  // EVENT: enter main
  Numbers numbers = Count(2);  // EVENT: init numbers captured
  int sum = 0;  // EVENT: init sum 0
  while (numbers.handle.resume(), !numbers.handle.done()) sum += numbers.handle.promise().current;  // EVENT: loop numbers.handle.resume(), !numbers.handle.done() 1, reserve sum, update sum 0, loop numbers.handle.resume(), !numbers.handle.done() 1, reserve sum, update sum 1, loop numbers.handle.resume(), !numbers.handle.done() 0
  numbers.handle.destroy();
  return sum - 1;  // EVENT: return sum - 1 0
}  // EVENT: exit main
