// STANDARD: c++17
// What a returned const reference names is seen, of any other the address.
#include <map>
#include <string>
#include <tuple>
#include <utility>

struct Point {
  int x, y;
};
struct Line {
  std::string name;
  Point from;
};
struct Shelf {
  std::string title = "shelf";
  Point size{2, 3};
  int count = 4;
  const std::string& Title() const { return title; }  // EVENT: enter Title, return title captured, exit Title
  const Point& Size() const { return size; }  // EVENT: enter Size, return size 0200000003000000, exit Size
  const int& Count() const { return count; }  // EVENT: enter Count, return count 4, exit Count
  int& Count() { return count; }  // EVENT: enter Count, return count pointer, exit Count, enter Count, return count pointer, exit Count
  Shelf& Self() { return *this; }  // EVENT: enter Self, return *this pointer, exit Self
  std::string&& Take() { return static_cast<std::string&&>(title); }  // EVENT: enter Take, return static_cast<std::string&&>(title) pointer, exit Take
  constexpr static const int& Least(const int& a, const int& b) { return a < b ? a : b; }  // EVENT: enter Least, param a 26, param b 1, branch a < b 0, return a < b ? a : b 1, exit Least
  auto Twice(int n) -> int (&)(int);
};
int Twice(int n) { return n * 2; }  // EVENT: enter Twice, param n 3, return n * 2 6, exit Twice
auto Shelf::Twice(int) -> int (&)(int) { return ::Twice; }  // EVENT: enter Twice, return ::Twice pointer, exit Twice
const std::string& Find(const std::map<int, std::string>& names, std::pair<int, int> key) {  // EVENT: enter Find, param names captured, param key captured
  return names.find(std::pair<int, int>(key).first)->second;  // EVENT: return names.find(std::pair<int, int>(key).first)->second captured
}  // EVENT: exit Find
static_assert(Shelf::Least(1, 2) == 1, "");

int main() {  // EVENT: enter main
  Shelf shelf;  // EVENT: init shelf captured
  const Shelf& same = shelf;  // EVENT: init same captured
  int sum = same.Size().x + same.Count() + static_cast<int>(same.Title().size());  // EVENT: init sum 11
  shelf.Self().Count() += 5;  // EVENT: update shelf.Self().Count() 9
  sum += shelf.Count() + shelf.Twice(0)(3);  // EVENT: reserve sum, update sum 26
  const std::string taken = shelf.Take();  // EVENT: init taken captured
  sum += Shelf::Least(sum, 1);  // EVENT: reserve sum, update sum 27
  const std::map<int, std::string> names = {{7, "seven"}};  // EVENT: init names captured
  for (const auto& [key, name] : names) sum += key + static_cast<int>(name.size());  // EVENT: loop names 1, init key 7, init name captured, reserve sum, update sum 39, loop names 0
  for (auto [key, name] : names) sum += key + static_cast<int>(name.size());  // EVENT: loop names 1, init key 7, init name captured, reserve sum, update sum 51, loop names 0
  sum += static_cast<int>(Find(names, {7, 0}).size());  // EVENT: reserve sum, update sum 56
  const auto& [title, from] = Line{"line", {5, 6}};  // EVENT: init title captured, init from 0500000006000000
  auto [x, y] = from;  // EVENT: init x 5, init y 6
  std::string text = "tied";  // EVENT: init text captured
  auto [tied, number] = std::tuple<std::string&, int>(text, 9);  // EVENT: init tied pointer, init number 9
  auto& [first, second] = shelf.size;
  if (auto [place, is_new] = std::map<int, std::string>().emplace(1, "a"); is_new) ++sum;  // EVENT: init is_new 1, branch is_new 1, step sum 57
  return sum + x + y + number + first + second + static_cast<int>(title.size() + tied.size()) - 90;  // EVENT: return sum + x + y + number + first + second + static_cast<int>(title.size() + tied.siz... 0
}  // EVENT: exit main
