// throw, catch and how each function was left.

int Risky(int n) {      // EVENT: param n 0 1 2
  if (n > 1) throw n;   // EVENT: branch * false false true | throw * 2
  return n;             // EVENT: return * 0 1
}

int Middle(int n) {     // EVENT: exit Middle return return unwind
  int got = Risky(n);   // EVENT: init got 0 1
  return got;
}

int main() {
  int caught = 0;
  for (int i = 0; i < 3; ++i) {
    try {
      Middle(i);
    } catch (int e) {   // EVENT: catch * 2
      caught = e;       // EVENT: assign caught 2
    }
  }
  return caught - 2;
}
