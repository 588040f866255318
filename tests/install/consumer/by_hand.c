#include "scope/report.h"

static int Half(int n) {
  SCOPE_FUNCTION();
  SCOPE_VALUE(n);
  return n / 2;
}

int main(void) { return Half(84) == 42 ? 0 : 1; }
