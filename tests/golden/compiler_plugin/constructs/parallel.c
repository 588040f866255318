// STANDARD: gnu99
// FLAGS: -fopenmp
// NEEDS: libomp
// What OpenMP distributes, here to one thread.
static int next(int n) { return n + 1; }  // EVENT: enter next, param n 12, return n + 1 13, exit next
int main(void) {  // EVENT: enter main
  int sum = 0, most = 0;  // EVENT: init sum 0, init most 0
#pragma omp parallel for reduction(+ : sum) num_threads(1) schedule(static)
  for (int i = 0; i < 4; i++) {
    int twice = i * 2;  // EVENT: init twice 0, init twice 2, init twice 4, init twice 6
    sum += twice;  // EVENT: update sum 0, update sum 2, update sum 6, update sum 12
  }
#pragma omp parallel num_threads(1)
  {
    int inside = next(sum);  // EVENT: init inside 13
#pragma omp critical
    most = inside;  // EVENT: assign most 13
  }
#pragma omp simd
  for (int i = 0; i < 2; i++) most += i;  // EVENT: update most 13, update most 14
#pragma omp atomic
  most += 1;
  return sum + most - 27;  // EVENT: return sum + most - 27 0
}  // EVENT: exit main
