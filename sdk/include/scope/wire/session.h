/* scope/wire/session.h - the files through which a recording's processes meet.
 *
 * Path:    collector makes the folder and "control"; each instrumented process adds "process-N",
 *          "modules-N-B" if it has many binaries, each thread "ring-N" (scope/wire/ring.h).
 * Threads: fields marked (atomic) change while others read.
 * Stable:  ABI between a runtime and a collector of the same layout version.
 *
 * The folder is 0700 under /dev/shm, its name unguessable; files are 0600 and created exclusively.
 * The environment carries SCOPE_SESSION (the folder) and SCOPE_RUNTIME (path of libscope_rt.so).
 */
#ifndef SCOPE_WIRE_SESSION_H_
#define SCOPE_WIRE_SESSION_H_

#include <stdint.h>

#define SCOPE_ENV_SESSION "SCOPE_SESSION"
#define SCOPE_ENV_RUNTIME "SCOPE_RUNTIME"

#define SCOPE_SESSION_MAGIC UINT64_C(0x3153455353435353) /* "SSCSSES1" */
#define SCOPE_PROCESS_MAGIC UINT64_C(0x31434f5250435353) /* "SSCPROC1" */
#define SCOPE_SESSION_LAYOUT 4u

enum scope_session_state {
  kScopeSessionOpen = 1,
  kScopeSessionStopped = 2, /* the size limit was reached: events are dropped and counted */
  kScopeSessionClosed = 3   /* the collector is gone: writers switch everything off */
};

typedef struct scope_session {
  uint64_t magic;
  uint32_t layout;     /* SCOPE_SESSION_LAYOUT */
  uint32_t state;      /* (atomic) scope_session_state */
  uint64_t ring_bytes; /* size of a thread's ring, a power of two */
  uint32_t on_full;    /* scope_on_full */
  uint32_t clock;      /* scope_clock */
  uint32_t block_timeout_ms;
  uint32_t selects; /* 1: a module's nodes stay off until the collector has answered */
  uint32_t select_timeout_ms;
  uint32_t collector_pid;
  uint32_t ring_count;    /* (atomic) number of the next "ring-N" */
  uint32_t process_count; /* (atomic) number of the next "process-N" */
  uint32_t doorbell;      /* (atomic, futex) bumped by a writer that waits, or by a new process */
  /* A thread gets a ring while fewer than `rings_ended_max` (0: any number) of those whose threads
   * have ended wait for the collector, so that short threads cannot fill the memory. */
  uint32_t rings_ended_max;
  uint32_t rings_ended;    /* (atomic) by writers */
  uint32_t rings_released; /* (atomic, futex) by the collector: ended, read, and let go */
  uint32_t clock_source;   /* scope_clock_source */
  uint32_t attached_pid; /* of a program that was attached to, even before it has joined; else 0 */
  uint32_t reserved[8];
  char trace[1024]; /* folder that the collector writes to, absolute: who takes over looks there */
} scope_session;

enum scope_module_state {
  kScopeModuleNone = 0,
  kScopeModuleLoaded = 1,   /* (runtime) registered; events may follow */
  kScopeModuleAnswered = 2, /* (collector) "switches-P-M" holds a byte per byte of the section */
  kScopeModuleUnloaded = 3, /* (runtime) dlclose; its memory may be gone once `changing` is 0 */
  kScopeModuleReady = 4,    /* (runtime) the switches are as they were asked for: from here on the
                               collector may change them, see scope/wire/control.h */
  kScopeModuleRetired = 5   /* (collector) it was unloaded and all its events are taken: the entry,
                               and the addresses, may be used for another binary */
};

/* One binary with instrumented code in one process. */
typedef struct scope_module_entry {
  uint32_t state;          /* (atomic, futex) scope_module_state */
  uint32_t build_id_bytes; /* 0: the binary has none */
  uint64_t nodes_address;  /* section "scope_nodes" in the process */
  uint64_t nodes_bytes;
  uint8_t build_id[32];
  char path[1024]; /* absolute, zero-terminated */
} scope_module_entry;

/* The first entries are in "process-N"; each file "modules-N-B" holds an array of more. It is there
 * before `module_count` says that one of its entries is. */
#define SCOPE_MODULES_FIRST 32u
#define SCOPE_MODULES_IN_BLOCK 256u
#define SCOPE_MODULE_BLOCKS_MAX 64u
#define SCOPE_MODULES_MAX (SCOPE_MODULES_FIRST + SCOPE_MODULES_IN_BLOCK * SCOPE_MODULE_BLOCKS_MAX)
#define SCOPE_MODULE_BLOCK_BYTES (sizeof(scope_module_entry) * SCOPE_MODULES_IN_BLOCK)
/* Of an entry that is not among the first: which file, and where in it. */
#define SCOPE_MODULE_BLOCK(place) (((place)-SCOPE_MODULES_FIRST) / SCOPE_MODULES_IN_BLOCK)
#define SCOPE_MODULE_IN_BLOCK(place) (((place)-SCOPE_MODULES_FIRST) % SCOPE_MODULES_IN_BLOCK)

enum scope_process_state { kScopeProcessNew = 0, kScopeProcessLive = 1, kScopeProcessExited = 2 };

typedef struct scope_process {
  uint64_t magic;
  uint32_t layout;
  uint32_t state;  /* (atomic) scope_process_state */
  uint32_t number; /* the N of "process-N" */
  uint32_t pid;
  uint32_t parent_pid;
  uint32_t module_count;         /* (atomic) */
  uint64_t started_ticks;        /* time stamp counter, and ... */
  uint64_t started_monotonic_ns; /* ... CLOCK_MONOTONIC at the same moment */
  uint64_t dropped_without_ring; /* (atomic) events of threads that could not get a ring */
  uint32_t threads_without_ring; /* (atomic) */
  int32_t ring_errno;            /* (atomic) why the last ring could not be made */
  uint32_t changing; /* (atomic, futex) 1: the collector writes switches; dlclose waits for 0 */
  uint32_t threads_held_up; /* (atomic) had no ring, or not at once: see rings_ended_max */
  char executable[1024];
  scope_module_entry modules[SCOPE_MODULES_FIRST];
  uint32_t declared_blocks; /* (atomic) files "declared-P-B": scope/wire/declared.h */
  uint32_t declared_parent; /* of a fork's child: number + 1 of whose nodes it also has */
  uint32_t modules_refused; /* (atomic) binaries that stay off: no room for their entry, or not in
                               time */
  uint32_t reserved;
} scope_process;

#endif /* SCOPE_WIRE_SESSION_H_ */
