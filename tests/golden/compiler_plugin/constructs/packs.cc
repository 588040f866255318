// STANDARD: c++17
template <typename... T>
auto Sum(T... values) {  // EVENT: enter Sum, param values 1, param values 2, param values 5
  return (values + ... + 0);  // EVENT: return values + ... + 0 8
}  // EVENT: exit Sum
template <typename... T>
void Each(int& out, T... values) {  // EVENT: enter Each, param out pointer, param values 1, param values 2
  ((out += values), ...);  // EVENT: update out 1, update out 3
  int list[] = {values...};  // EVENT: member list[0] 1, member list[1] 2, init list 0100000002000000
  out += list[0];  // EVENT: update out 4
}  // EVENT: exit Each
template <typename T>
struct Box {
  T value;
  Box(T v) : value(v) {}  // EVENT: enter Box, param v 5, member value 5, exit Box
};
template <typename T, int... I>
int Chosen(T* from) {  // EVENT: enter Chosen, param from pointer
  int total = 0;  // EVENT: init total 0
  (void(total = total + from[I]), ...);  // EVENT: assign total 1, assign total 4
  return total;  // EVENT: return total 4
}  // EVENT: exit Chosen

int main() {  // EVENT: enter main
  int out = 0;  // EVENT: init out 0
  Each(out, 1, 2);
  Box box(out + 1);  // EVENT: init box 05000000
  int from[] = {1, 2, 3};  // EVENT: init from 010000000200000003000000
  return Sum(1, 2, box.value) + Chosen<int, 0, 2>(from) - 12;  // EVENT: return Sum(1, 2, box.value) + Chosen<int, 0, 2>(from) - 12 0
}  // EVENT: exit main
