// The small program of the README.

static long step(long k) {
  long y = k * k;
  return y;
}

int main() {
  long total = 0;
  for (long k = 0; k < 300000; ++k) total += step(k);
  return total == 8999955000050000 ? 0 : 1;
}
