/* attach.h - loads the runtime into a program that runs already, when a collector asks for it.
 *
 * Path:    stub's slow path -> THIS (scope/wire/attach.h) -> libscope_rt.so
 * Threads: any that reports; one of them takes the request.
 * Fails:   the box says why, and nothing is recorded.
 *
 * Looks at the stack as words: what a handler or an allocator has left on it are addresses that are
 * known. What lies there from earlier calls looks the same and puts the request off, never the
 * other way round.
 */
#ifndef SCOPE_RUNTIME_STUB_ATTACH_H_
#define SCOPE_RUNTIME_STUB_ATTACH_H_

#include <stddef.h>
#include <stdint.h>

#include "scope/module.h"
#include "scope/wire/attach.h"

extern __typeof__(getauxval) getauxval __attribute__((weak));
extern __typeof__(dlopen) dlopen __attribute__((weak));
extern __typeof__(dlsym) dlsym __attribute__((weak));
extern int* __errno_location(void) __attribute__((weak));

/* System calls themselves: no library function is certain to be there, and errno stays. */
static inline long System(long number, long a, long b, long c, long d, long e, long f) {
  register long r10 __asm__("r10") = d;
  register long r8 __asm__("r8") = e;
  register long r9 __asm__("r9") = f;
  __asm__ volatile("syscall"
                   : "+a"(number)
                   : "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
                   : "rcx", "r11", "memory");
  return number;
}

enum {
  kCallProtect = 9, /* mmap */
  kCallUnmap = 11,
  kCallAction = 13,
  kCallMask = 14,
  kCallPid = 39,
  kCallAltStack = 131
};

/* As the kernel has them. */
struct KernelAction {
  uint64_t handler;
  uint64_t flags;
  uint64_t restorer;
  uint64_t mask;
};
struct KernelStack {
  uint64_t begin;
  uint32_t flags;
  uint64_t bytes;
};

#define SCOPE_SIGNALS 64
#define SCOPE_RESTORERS 4

/* Where handlers return to: the C library's function, nearly always one for all. Returns how many;
 * more than there is room for: SCOPE_RESTORERS + 1. */
static inline __attribute__((always_inline)) unsigned FindRestorers(uint64_t* restorers) {
  unsigned count = 0;
  for (int signal = 1; signal <= SCOPE_SIGNALS; ++signal) {
    struct KernelAction action;
    if (System(kCallAction, signal, 0, (long)&action, 8, 0, 0) != 0) continue;
    unsigned i = 0;
    while (i < count && restorers[i] != action.restorer) ++i;
    if (i < count || action.restorer == 0) continue;
    if (count == SCOPE_RESTORERS) return SCOPE_RESTORERS + 1;
    restorers[count++] = action.restorer;
  }
  return count;
}

/* rt_sigprocmask reads the given mask before it finds that it shall do nothing with it. */
static inline __attribute__((always_inline)) int IsReadable(uint64_t address) {
  const long kEinval = -22;
  return System(kCallMask, ~0L, (long)address, 0, 8, 0, 0) == kEinval;
}

/* Behind a handler's return address the kernel keeps the interrupted thread's registers: the code
 * segment among them is known. */
static inline __attribute__((always_inline)) int IsSignalFrame(uint64_t at) {
  const uint64_t kSegment = 192;
  return !IsReadable(at + kSegment) || *(const volatile uint16_t*)(at + kSegment) == 0x33;
}

static inline __attribute__((always_inline)) int IsMentioned(uint64_t word,
                                                             const uint64_t* restorers,
                                                             unsigned restorer_count) {
  for (unsigned i = 0; i < restorer_count; ++i) {
    if (word == restorers[i]) return 1;
  }
  return 0;
}

static inline __attribute__((always_inline)) int IsInAllocator(const scope_attach_box* box,
                                                               uint64_t word) {
  for (unsigned i = 0; i < SCOPE_ATTACH_RANGES; ++i) {
    if (word - box->allocators[i].begin < box->allocators[i].end - box->allocators[i].begin)
      return 1;
  }
  return 0;
}

/* The end of the stack that the calling thread runs on, as far as that can be known: a thread's own
 * block lies above its stack, and what the kernel gave the program above the first thread's. */
static inline __attribute__((always_inline)) uint64_t StackEnd(uint64_t here) {
  const uint64_t thread = (uint64_t)__builtin_thread_pointer();
  const uint64_t first = getauxval(25 /* AT_RANDOM */);
  if (thread > here && (first <= here || thread < first)) return thread;
  return first > here ? first : here;
}

static inline __attribute__((always_inline)) int IsSafeHere(const scope_attach_box* box) {
  const uint64_t kPage = 4096;
  const uint64_t kLongest = UINT64_C(256) << 20;
  struct KernelStack alternate;
  if (System(kCallAltStack, 0, (long)&alternate, 0, 0, 0, 0) != 0 || (alternate.flags & 1) != 0) {
    return 0; /* SS_ONSTACK */
  }
  uint64_t restorers[SCOPE_RESTORERS];
  const unsigned count = FindRestorers(restorers);
  if (count > SCOPE_RESTORERS) return 0;
  const uint64_t begin = (uint64_t)__builtin_frame_address(0);
  const uint64_t end = StackEnd(begin);
  for (uint64_t at = begin & ~UINT64_C(7); at < end; at += 8) {
    if (at - begin > kLongest) return 0;
    if ((at & (kPage - 1)) == 0 && !IsReadable(at)) return 1;
    const uint64_t word = *(const volatile uint64_t*)at;
    if (IsMentioned(word, restorers, count) && IsSignalFrame(at)) return 0;
    if (IsInAllocator(box, word)) return 0;
  }
  return 1;
}

/* Calls on a stack of its own: the loader needs more than a small thread has left. */
static inline __attribute__((always_inline)) int CallOnNewStack(void (*function)(void)) {
  const long kBytes = 512 << 10;
  const long begin = System(kCallProtect, 0, kBytes, 3, 0x22, -1, 0); /* read, write; private */
  if (begin < 0 && begin > -4096) return 0;
  __asm__ volatile(
      "movq %%rsp, %%rbx\n\t"
      "movq %[top], %%rsp\n\t"
      "callq *%[function]\n\t"
      "movq %%rbx, %%rsp"
      :
      : [top] "r"(begin + kBytes), [function] "r"(function)
      : "rax", "rbx", "rcx", "rdx", "rsi", "rdi", "r8", "r9", "r10", "r11", "memory", "cc", "xmm0",
        "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", "xmm11",
        "xmm12", "xmm13", "xmm14", "xmm15");
  System(kCallUnmap, begin, kBytes, 0, 0, 0, 0);
  return 1;
}

#endif /* SCOPE_RUNTIME_STUB_ATTACH_H_ */
