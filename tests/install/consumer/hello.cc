#include "scope/report.h"

namespace {

int Twice(int x) {
  int doubled = x + x;
  return doubled;
}

int NotWanted(int x) { return x; }

}  // namespace

int main() {
  int answer = NotWanted(Twice(21));
  SCOPE_PLOT("answer", answer);
  return answer == 42 ? 0 : 1;
}
