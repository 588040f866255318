// STANDARD: c++20
struct Point {
  int x;
  int y = 5;
  int z;
};
struct Nested {
  Point at;
  int list[2];
};
template <typename T>
struct Pair {
  T first, second;
};
template <typename T>
Pair(T, T) -> Pair<T>;

int main() {  // EVENT: enter main
  int one = 1;  // EVENT: init one 1
  Point p{.x = one + 1, .z = one};  // EVENT: member p.x 2, member p.z 1, init p 020000000500000001000000
  Nested nested{.at = {.y = p.z}, .list = {one, 2}};  // EVENT: member nested.at.y 1, member nested.list[0] 1, init nested 0000000001000000000000000100000002000000
  Point round(one, 2, 3);  // EVENT: member round.x 1, init round 010000000200000003000000
  Pair pair{one, one + 2};  // EVENT: member pair.first 1, member pair.second 3, init pair 0100000003000000
  int values[2](one, 7);  // EVENT: member values[0] 1, init values 0100000007000000
  return p.x + p.y + nested.at.y + round.x + pair.second + values[0] - 13;  // EVENT: return p.x + p.y + nested.at.y + round.x + pair.second + values[0] - 13 0
}  // EVENT: exit main
