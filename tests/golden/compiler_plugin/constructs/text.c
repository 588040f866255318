// STANDARD: c11
#include <stddef.h>
#include <string.h>

#define TEXT __attribute__((annotate("scope:text")))

struct Named {
  const char* name;
};

TEXT static const char* Choose(TEXT const char* first, const char* second) {  // EVENT: enter Choose, param first null, param second pointer, enter Choose, param first ello, param second pointer
  return first != NULL ? first : second;  // EVENT: branch first != NULL 0, return first != NULL ? first : second second, branch first != NULL 1, return first != NULL ? first : second ello
}  // EVENT: exit Choose, exit Choose

static size_t Length(TEXT const unsigned char* bytes) { return strlen((const char*)bytes); }  // EVENT: enter Length, param bytes ello, return strlen((const char*)bytes) 4, exit Length

int main(int count, char** arguments) {  // EVENT: enter main, param count 1, param arguments pointer
  TEXT const char* text = "hello";  // EVENT: init text hello
  const char* not_asked = text;  // EVENT: init not_asked pointer
  text = NULL;  // EVENT: assign text null
  text = not_asked;  // EVENT: assign text hello
  text++;  // EVENT: step text ello
  char letters[4] = "abc";  // EVENT: init letters 61626300
  TEXT char* made = letters;  // EVENT: init made abc
  made = made + 1;  // EVENT: assign made bc
  TEXT int number = count;  // EVENT: init number 1
  struct Named named;
  named.name = Choose(NULL, "second");  // EVENT: reserve named.name, assign named.name pointer
  named.name = Choose(text, not_asked);  // EVENT: reserve named.name, assign named.name pointer
  return (int)Length((const unsigned char*)named.name) - 4 + (arguments == NULL) + number - 1;  // EVENT: return (int)Length((const unsigned char*)named.name) - 4 + (arguments == NULL) + number... 0
}  // EVENT: exit main
