/* What inline_code_test.cc steps through: compiled with the plugin at -O2.
 *
 * usage: inline_subject LEDGER FIRST COUNT: FIRST calls, a trap, COUNT calls, a trap.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/ptrace.h>

#define NOT_RECORDED __attribute__((annotate("scope:ignore")))

NOT_RECORDED static volatile uint64_t* ledger;

NOT_RECORDED static inline void Commit(uint64_t step) { ledger[0] = step; }

/* Entry, parameter, value; what the outside sees of it; value returned, exit. */
__attribute__((noinline)) static uint64_t Work(uint64_t i) {
  const uint64_t made = i * 1000003 + 7;
  Commit(2 * i + 1);
  return made;
}

/* Entry, parameter, exit. */
static void OnSignal(int number) { (void)number; }

NOT_RECORDED int main(int argc, char** argv) {
  if (argc < 4) return 2;
  const uint64_t first = strtoull(argv[2], 0, 10);
  const uint64_t end = first + strtoull(argv[3], 0, 10);
  signal(SIGUSR1, OnSignal);
  ledger = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, open(argv[1], O_RDWR), 0);
  if (ledger == MAP_FAILED) return 3;
  ptrace(PTRACE_TRACEME, 0, 0, 0);
  for (uint64_t i = 0; i < end; ++i) {
    if (i == first) __asm__ volatile("int3");
    Work(i);
    Commit(2 * i + 2);
  }
  __asm__ volatile("int3");
  return 0;
}
