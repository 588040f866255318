// STANDARD: c++23
struct Counter {
  int count = 0;
  template <typename Self>
  auto&& Add(this Self&& self, int n) {  // EVENT: enter Add, param self pointer, param n 2, enter Add, param self pointer, param n 3
    self.count += n;  // EVENT: update self.count 2, update self.count 5
    return self;  // EVENT: return self pointer, return self pointer
  }  // EVENT: exit Add, exit Add
  int Get(this Counter const& self) { return self.count; }  // EVENT: enter Get, param self 05000000, return self.count 5, exit Get
};
int main() {  // EVENT: enter main
  Counter counter;  // EVENT: init counter 00000000
  counter.Add(2).Add(3);
  auto down = [](this auto const& self, int n) -> int { return n == 0 ? 0 : n + self(n - 1); };  // EVENT: enter operator(), param self pointer, param n 2, branch n == 0 0, enter operator(), param self pointer, param n 1, branch n == 0 0, enter operator(), param self pointer, param n 0, branch n == 0 1, return n == 0 ? 0 : n + self(n - 1) 0, exit operator(), return n == 0 ? 0 : n + self(n - 1) 1, exit operator(), return n == 0 ? 0 : n + self(n - 1) 3, exit operator()
  return counter.Get() + down(2) - 8;  // EVENT: return Get() + down(2) - 8 0
}  // EVENT: exit main
