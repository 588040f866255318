// STANDARD: c++17
#include <variant>

struct Shape {
  virtual ~Shape() {}  // EVENT: enter ~Shape, exit ~Shape
};
struct Circle : Shape {};
struct Square : Shape {};

int main() {  // EVENT: enter main
  Circle circle;
  Shape* shape = &circle;  // EVENT: init shape pointer
  int found = dynamic_cast<Circle*>(shape) != nullptr;  // EVENT: match dynamic_cast<Circle*>(shape) pointer, init found 1
  found += dynamic_cast<Square*>(shape) == nullptr;  // EVENT: reserve found, match dynamic_cast<Square*>(shape) null, update found 2
  std::variant<int, double> number = 4;  // EVENT: init number captured
  if (std::holds_alternative<int>(number)) ++found;  // EVENT: match std::holds_alternative<int>(number) 1, branch std::holds_alternative<int>(number) 1, step found 3
  if (const double* value = std::get_if<double>(&number)) found += *value;  // EVENT: match std::get_if<double>(&number) null, init value null, branch value 0
  int worst = found > 9 ? throw 1 : found;  // EVENT: branch found > 9 0, init worst 3
  return worst - 3;  // EVENT: return worst - 3 0
}  // EVENT: exit main
