// STANDARD: c++17
#include <any>
#include <string>
#include <typeindex>
#include <typeinfo>
#include <utility>
#include <variant>

struct Shape {
  virtual ~Shape() {}  // EVENT: enter ~Shape, exit ~Shape
};
struct Circle : Shape {};
struct Square : Shape {};
Shape& Same(Shape& shape) { return shape; }  // EVENT: enter Same, param shape pointer, return shape pointer, exit Same
struct Size {
  int operator()(int n) const { return n; }  // EVENT: enter operator(), param n 4, return n 4, exit operator(), enter operator(), param n 4, return n 4, exit operator()
  int operator()(const std::string& text) const { return static_cast<int>(text.size()); }  // EVENT: enter operator(), param text captured, return static_cast<int>(text.size()) 3, exit operator(), enter operator(), param text captured, return static_cast<int>(text.size()) 1, exit operator()
  template <class T>
  int operator()(const T& first, const std::string& text) const {  // EVENT: enter operator(), param first 4, param text captured
    return (*this)(first) + (*this)(text);  // EVENT: return (*this)(first) + (*this)(text) 5
  }  // EVENT: exit operator()
};

int main() {  // EVENT: enter main
  Circle circle;
  Shape* shape = &circle;  // EVENT: init shape pointer
  int found = dynamic_cast<Circle*>(shape) != nullptr;  // EVENT: match dynamic_cast<Circle*>(shape) pointer, init found 1
  found += dynamic_cast<Square*>(shape) == nullptr;  // EVENT: reserve found, match dynamic_cast<Square*>(shape) null, update found 2
  std::variant<int, double> number = 4;  // EVENT: init number captured
  if (std::holds_alternative<int>(number)) ++found;  // EVENT: match std::holds_alternative<int>(number) 1, branch std::holds_alternative<int>(number) 1, step found 3
  if (const double* value = std::get_if<double>(&number)) found += *value;  // EVENT: match std::get_if<double>(&number) null, init value null, branch value 0
  Circle& exact = dynamic_cast<Circle&>(*shape);  // EVENT: match dynamic_cast<Circle&>(*shape) pointer, init exact pointer
  try {
    (void)dynamic_cast<Square&>(*shape);
  } catch (const std::bad_cast&) {  // EVENT: catch captured
    ++found;  // EVENT: step found 4
  }
  found += typeid(*shape) == typeid(Circle);  // EVENT: reserve found, match typeid(*shape) captured, update found 5
  found += typeid(Same(*shape)) == typeid(Circle);  // EVENT: reserve found, match typeid(Same(*shape)) captured, update found 6
  found += std::type_index(typeid(found)) == typeid(int);  // EVENT: reserve found, update found 7
  std::variant<int, std::string> either = "abc";  // EVENT: init either captured
  found += std::visit(Size(), either);  // EVENT: reserve found, match either captured, update found 10
  either = 4;  // EVENT: reserve either, assign either captured
  found += std::visit(Size(), std::as_const(either));  // EVENT: reserve found, match std::as_const(either) captured, update found 14
  found += std::visit(Size(), either, std::variant<std::string>("x"));  // EVENT: reserve found, match either captured, update found 19
  std::any any = 5;
  found += std::any_cast<int>(any);  // EVENT: reserve found, match std::any_cast<int>(any) 5, update found 24
  found += std::any_cast<double>(&any) == nullptr;  // EVENT: reserve found, match std::any_cast<double>(&any) null, update found 25
  any = std::string("text");
  const std::string text = std::any_cast<std::string>(any);  // EVENT: match std::any_cast<std::string>(any) captured, init text captured
  found += static_cast<int>(std::any_cast<const std::string&>(any).size()) - (&exact != shape);  // EVENT: reserve found, match std::any_cast<const std::string&>(any) captured, update found 29
  std::any_cast<std::string&>(any) += "s";  // EVENT: reserve std::any_cast<std::string&>(any), match std::any_cast<std::string&>(any) captured, update std::any_cast<std::string&>(any) captured
  found += static_cast<int>(std::any_cast<std::string&&>(std::move(any)).size());  // EVENT: reserve found, match std::any_cast<std::string&&>(std::move(any)) captured, update found 34
  any = 6;
  std::any_cast<int&>(any) += 1;  // EVENT: match std::any_cast<int&>(any) 6, update std::any_cast<int&>(any) 7
  const int& seven = std::any_cast<const int&>(any);  // EVENT: match std::any_cast<const int&>(any) 7, init seven 7
  found += seven;  // EVENT: update found 41
  try {
    found += std::any_cast<const char&>(any);  // EVENT: reserve found
  } catch (const std::bad_any_cast&) {  // EVENT: catch captured
    ++found;  // EVENT: step found 42
  }
  int worst = found > 99 ? throw 1 : found;  // EVENT: branch found > 99 0, init worst 42
  return worst - 42;  // EVENT: return worst - 42 0
}  // EVENT: exit main
