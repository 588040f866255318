// Values of every scalar type, as a person writes them.

enum Colour { kRed = 1, kGreen = 2 };
enum class Wide : unsigned long long { kBig = 18446744073709551615u };

int main() {
  bool yes = true;                  // EVENT: init yes true
  char letter = 'a';                // EVENT: init letter a
  signed char small = -5;           // EVENT: init small -5
  unsigned char byte = 200;         // EVENT: init byte 200
  short s = -30000;                 // EVENT: init s -30000
  unsigned short us = 60000;        // EVENT: init us 60000
  int i = -2147483647 - 1;          // EVENT: init i -2147483648
  unsigned int u = 4294967295u;     // EVENT: init u 4294967295
  long l = -9223372036854775807L - 1;         // EVENT: init l -9223372036854775808
  unsigned long ul = 18446744073709551615ul;  // EVENT: init ul 18446744073709551615
  float f = 0.5f;                   // EVENT: init f 0.5
  double d = -0.1;                  // EVENT: init d -0.1
  long double ld = 2.25L;           // EVENT: init ld 2.25
  int* none = nullptr;              // EVENT: init none 0x0
  Colour colour = kGreen;           // EVENT: init colour 2
  Wide wide = Wide::kBig;           // EVENT: init wide 18446744073709551615
  double not_a_number = __builtin_nan("");  // EVENT: init not_a_number nan
  return yes && letter && small && byte && s && us && i && u && l && ul && f != 0 && d != 0 &&
                 ld != 0 && !none && colour && wide == Wide::kBig && not_a_number != 0
             ? 0
             : 1;
}
