// STANDARD: c++20
#include <coroutine>

struct Ready {
  int value;
  bool await_ready() { return true; }  // EVENT: enter await_ready, return true 1, exit await_ready
  void await_suspend(std::coroutine_handle<>) {}
  int await_resume() { return value; }  // EVENT: enter await_resume, return value 3, exit await_resume
};
struct Refuses {
  bool await_ready() { return false; }  // EVENT: enter await_ready, return false 0, exit await_ready
  bool await_suspend(std::coroutine_handle<>) { return false; }  // EVENT: enter await_suspend, return false 0, exit await_suspend
  int await_resume() { return 6; }  // EVENT: enter await_resume, return 6 6, exit await_resume
};
struct Task {
  struct promise_type {
    int result = 0;
    Task get_return_object() {  // EVENT: enter get_return_object, enter get_return_object
      return {std::coroutine_handle<promise_type>::from_promise(*this)};  // EVENT: return {std::coroutine_handle<promise_type>::from_promise(*this)} captured, return {std::coroutine_handle<promise_type>::from_promise(*this)} captured
    }  // EVENT: exit get_return_object, exit get_return_object
    std::suspend_never initial_suspend() noexcept { return {}; }  // EVENT: enter initial_suspend, return {} captured, exit initial_suspend, enter initial_suspend, return {} captured, exit initial_suspend
    std::suspend_always final_suspend() noexcept { return {}; }  // EVENT: enter final_suspend, return {} captured, exit final_suspend, enter final_suspend, return {} captured, exit final_suspend
    void return_value(int n) { result = n; }  // EVENT: enter return_value, param n 10, assign result 10, exit return_value
    void unhandled_exception() { result = -1; }  // EVENT: enter unhandled_exception, assign result -1, exit unhandled_exception
  };
  std::coroutine_handle<promise_type> handle;
};

Task Sums(int n) {  // EVENT: enter Sums, param n 2
  int sum = co_await Ready{n + 1};  // EVENT: member value 3, await Ready{n + 1} 3, init sum 3
  sum += co_await Refuses{};  // EVENT: reserve sum, suspend Refuses{}, resume Refuses{}, await Refuses{} 6, update sum 9
  co_return sum + 1;  // EVENT: return sum + 1 10
}  // EVENT: exit Sums

Task Throws() {  // EVENT: enter Throws
  co_await std::suspend_never{};
  throw 5;  // EVENT: throw 5 5
  co_return 0;
}  // EVENT: exit Throws unwind

int main() {  // EVENT: enter main
  Task sums = Sums(2);  // EVENT: init sums captured
  Task throws = Throws();  // EVENT: init throws captured
  int both = sums.handle.promise().result + throws.handle.promise().result;  // EVENT: init both 9
  sums.handle.destroy();
  throws.handle.destroy();
  return both - 9;  // EVENT: return both - 9 0
}  // EVENT: exit main
