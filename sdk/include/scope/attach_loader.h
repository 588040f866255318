/* scope/attach_loader.h - whether the calling thread may load the runtime now, and a stack for
 * that.
 *
 * Path:    an event's slow path, in a program that is attached to -> THIS -> libscope_rt.so
 * Threads: any that reports; one of them takes the request (scope/wire/attach.h).
 * Fails:   the box says why, and nothing is recorded.
 *
 * Looks at the stack as words: what a handler or an allocator has left on it are addresses that are
 * known. What lies there from earlier calls looks the same and puts the request off, never the
 * other way round.
 * Stable:  source. C11 and C++11, x86-64; beside getauxval no library function is called.
 */
#ifndef SCOPE_ATTACH_LOADER_H_
#define SCOPE_ATTACH_LOADER_H_

#include <stddef.h>
#include <stdint.h>

#include "scope/wire/attach.h"

#ifdef __GNUC__
#pragma GCC system_header
#endif

#ifdef __cplusplus
extern "C" {
#endif

extern unsigned long scope_sys_getauxval(unsigned long) __asm__("getauxval") __attribute__((weak));

/* Not looked into by sanitizers: it reads what other functions have on the stack. */
#define SCOPE_LOADER_PART \
  __attribute__((no_sanitize_address, no_sanitize_thread, no_instrument_function))
#define SCOPE_LOADER_INLINE static inline __attribute__((always_inline)) SCOPE_LOADER_PART

/* System calls themselves: no library function is certain to be there, and errno stays. */
SCOPE_LOADER_INLINE long scope_system(long number, long a, long b, long c, long d, long e, long f) {
  __asm__ volatile(
      "movq %[d], %%r10\n\t"
      "movq %[e], %%r8\n\t"
      "movq %[f], %%r9\n\t"
      "syscall"
      : "+a"(number)
      : "D"(a), "S"(b), "d"(c), [d] "r"(d), [e] "r"(e), [f] "r"(f)
      : "rcx", "r8", "r9", "r10", "r11", "memory");
  return number;
}

enum {
  kScopeCallMap = 9, /* mmap */
  kScopeCallUnmap = 11,
  kScopeCallAction = 13,
  kScopeCallMask = 14,
  kScopeCallPid = 39,
  kScopeCallAltStack = 131
};

/* As the kernel has them. */
struct scope_kernel_action {
  uint64_t handler;
  uint64_t flags;
  uint64_t restorer;
  uint64_t mask;
};
struct scope_kernel_stack {
  uint64_t begin;
  uint32_t flags;
  uint64_t bytes;
};

#define SCOPE_SIGNALS 64
#define SCOPE_RESTORERS 4

/* Where handlers return to: the C library's function, nearly always one for all. Returns how many;
 * more than there is room for: SCOPE_RESTORERS + 1. */
SCOPE_LOADER_INLINE unsigned scope_find_restorers(uint64_t* restorers) {
  unsigned count = 0;
  for (int signal = 1; signal <= SCOPE_SIGNALS; ++signal) {
    struct scope_kernel_action action;
    if (scope_system(kScopeCallAction, signal, 0, (long)&action, 8, 0, 0) != 0) continue;
    unsigned i = 0;
    while (i < count && restorers[i] != action.restorer) ++i;
    if (i < count || action.restorer == 0) continue;
    if (count == SCOPE_RESTORERS) return SCOPE_RESTORERS + 1;
    restorers[count++] = action.restorer;
  }
  return count;
}

/* rt_sigprocmask reads the given mask before it finds that it shall do nothing with it. */
SCOPE_LOADER_INLINE int scope_is_readable(uint64_t address) {
  const long kEinval = -22;
  return scope_system(kScopeCallMask, ~0L, (long)address, 0, 8, 0, 0) == kEinval;
}

/* Behind a handler's return address the kernel keeps the interrupted thread's registers: the code
 * segment among them is known. */
SCOPE_LOADER_INLINE int scope_is_signal_frame(uint64_t at) {
  const uint64_t kSegment = 192;
  return !scope_is_readable(at + kSegment) || *(const volatile uint16_t*)(at + kSegment) == 0x33;
}

SCOPE_LOADER_INLINE int scope_is_mentioned(uint64_t word, const uint64_t* restorers,
                                           unsigned restorer_count) {
  for (unsigned i = 0; i < restorer_count; ++i) {
    if (word == restorers[i]) return 1;
  }
  return 0;
}

SCOPE_LOADER_INLINE int scope_is_in_allocator(const scope_attach_box* box, uint64_t word) {
  for (unsigned i = 0; i < SCOPE_ATTACH_RANGES; ++i) {
    if (word - box->allocators[i].begin < box->allocators[i].end - box->allocators[i].begin)
      return 1;
  }
  return 0;
}

/* The end of the stack that the calling thread runs on, as far as that can be known: a thread's own
 * block lies above its stack, and what the kernel gave the program above the first thread's. */
SCOPE_LOADER_INLINE uint64_t scope_stack_end(uint64_t here) {
  const uint64_t first = scope_sys_getauxval(25 /* AT_RANDOM */);
  uint64_t thread;
  __asm__("movq %%fs:0, %0" : "=r"(thread));
  if (thread > here && (first <= here || thread < first)) return thread;
  return first > here ? first : here;
}

SCOPE_LOADER_INLINE int scope_is_safe_here(const scope_attach_box* box) {
  const uint64_t kPage = 4096;
  const uint64_t kLongest = UINT64_C(256) << 20;
  struct scope_kernel_stack alternate;
  if (scope_system(kScopeCallAltStack, 0, (long)&alternate, 0, 0, 0, 0) != 0 ||
      (alternate.flags & 1) != 0) {
    return 0; /* SS_ONSTACK */
  }
  uint64_t restorers[SCOPE_RESTORERS];
  const unsigned count = scope_find_restorers(restorers);
  if (count > SCOPE_RESTORERS) return 0;
  const uint64_t begin = (uint64_t)__builtin_frame_address(0);
  const uint64_t end = scope_stack_end(begin);
  for (uint64_t at = begin & ~UINT64_C(7); at < end; at += 8) {
    if (at - begin > kLongest) return 0;
    if ((at & (kPage - 1)) == 0 && !scope_is_readable(at)) return 1;
    const uint64_t word = *(const volatile uint64_t*)at;
    if (scope_is_mentioned(word, restorers, count) && scope_is_signal_frame(at)) return 0;
    if (scope_is_in_allocator(box, word)) return 0;
  }
  return 1;
}

/* Calls on a stack of its own: the loader needs more than a small thread has left. */
SCOPE_LOADER_INLINE int scope_call_on_new_stack(void (*function)(void)) {
  const long kBytes = 512 << 10;
  const long begin =
      scope_system(kScopeCallMap, 0, kBytes, 3, 0x22, -1, 0); /* read, write; private */
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
  scope_system(kScopeCallUnmap, begin, kBytes, 0, 0, 0, 0);
  return 1;
}

#ifdef __cplusplus
}
#endif

#endif /* SCOPE_ATTACH_LOADER_H_ */
