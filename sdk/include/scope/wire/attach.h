/* scope/wire/attach.h - asks a program that was started without scope to be recorded.
 *
 * Path:    scope attach -> THIS, section "scope_attach" of each instrumented binary, written
 *          through /proc/PID/mem -> stub, at its next event -> libscope_rt.so
 * Threads: the collector writes the box and then `state`; the thread that takes it changes that.
 * Stable:  ABI between a binary and a collector of the same layout version.
 *
 * The runtime is loaded by the thread that meets the request, so only where that is safe: not in a
 * signal handler, which may have interrupted the memory allocator or the loader, and not while a
 * memory allocator of the program's own is at work on the stack. Elsewhere the request waits for
 * the next event; until it is done, events of this binary go nowhere. The folder of the session
 * holds a link "runtime" to the library.
 */
#ifndef SCOPE_WIRE_ATTACH_H_
#define SCOPE_WIRE_ATTACH_H_

#include <stdint.h>

#define SCOPE_ATTACH_SECTION "scope_attach"
/* One byte, 1 while some switch of the binary may be on: code that has a copy without events runs
 * that as long as it is 0. */
#define SCOPE_REGISTERED_SECTION "scope_registered"
#define SCOPE_REPORT_SECTION "scope_report"
#define SCOPE_ATTACH_MAGIC UINT64_C(0x3148434154535353) /* "SSSTACH1" */
#define SCOPE_ATTACH_LAYOUT 1u
#define SCOPE_ATTACH_RUNTIME "runtime"
#define SCOPE_ATTACH_RANGES 4u

enum scope_attach_state {
  kScopeAttachNone = 0,
  kScopeAttachAsked = 1,
  kScopeAttachTaken = 2, /* a thread is loading the runtime */
  kScopeAttachDone = 3,
  kScopeAttachFailed = 4 /* `reason` says why */
};

enum scope_attach_reason {
  kScopeAttachNoLoader = 1,  /* the program has no dynamic loader, or raised privileges */
  kScopeAttachNoRuntime = 2, /* dlopen failed: not there for this program, or no memory */
  kScopeAttachRefused = 3    /* the runtime: no such session, or it is in another one */
};

/* Code of a memory allocator: a return address into it must not be on the stack. */
typedef struct scope_attach_range {
  uint64_t begin;
  uint64_t end; /* 0: unused */
} scope_attach_range;

typedef struct scope_attach_box {
  uint64_t magic;
  uint32_t layout;
  uint32_t state; /* (atomic) scope_attach_state */
  uint32_t pid;   /* who is meant: a child of a fork has the box, too */
  uint32_t reason;
  scope_attach_range allocators[SCOPE_ATTACH_RANGES];
  char session[64]; /* the folder, zero-terminated */
} scope_attach_box;

/* What a program has asked for when nobody listened: lists of globs with commas between, "*" where
 * there was no room. `others`: of the program's other binaries, written by the collector. */
typedef struct scope_report_redacted {
  char globs[256];
  char others[256];
  uint32_t text_limit; /* 0: not set */
  uint32_t is_taken;   /* (atomic) somebody writes */
} scope_report_redacted;

/* The same for code that reports by hand (scope/report.h): section "scope_report" holds one for
 * each object, and the `self` of all points to the one that counts. */
typedef struct scope_report_box {
  scope_attach_box box;
  struct scope_report_box* self;
  uint8_t* state; /* (atomic) scope_report_state */
  scope_report_redacted* redacted;
  uint64_t reserved;
} scope_report_box;

/* One byte, so that there is no moment at which it is half written. */
enum scope_report_state {
  kScopeApiOff = 0,
  kScopeApiOn = 1,   /* the table of functions is there */
  kScopeApiAsked = 2 /* (collector) the box holds a request */
};

#endif /* SCOPE_WIRE_ATTACH_H_ */
