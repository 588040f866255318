/* scope/report_api.h - the table of functions through which a program reports by hand.
 *
 * Path:    scope/report.h -> THIS -> libscope_rt.so, if the environment names it
 * Threads: any, and signal handlers; the first event of a site and what says so below takes a lock.
 * Fails:   never; without a recording the table is absent and nothing happens.
 * Stable:  ABI. Functions are appended; `struct_size` says which there are.
 *
 * No link flag is needed: each object carries the few weak, hidden symbols below, and a binary
 * keeps one of each.
 */
#ifndef SCOPE_REPORT_API_H_
#define SCOPE_REPORT_API_H_

#ifdef __GNUC__
#pragma GCC system_header /* No compiler plugin looks into it, whatever folder it is in. */
#endif

#include <stddef.h>
#include <stdint.h>

#include "scope/event.h"
#include "scope/node.h"
#include "scope/wire/attach.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A call or another stretch of work, unique in its recording. 0: none. */
typedef uint64_t scope_correlation;

/* A member of the value of a declared event type; `type`: a scope_value_type that is not wide, or
 * kScopeValueText: a char array. */
typedef struct scope_field {
  const char* name;
  const char* unit; /* may be NULL */
  uint8_t type;
  uint16_t offset;
  uint16_t bytes;
} scope_field;

/* Declared once: its name and fields travel with the trace. The value is a struct without pointers.
 */
typedef struct scope_event_type {
  const char* name;
  const scope_field* fields;
  uint32_t field_count; /* at most SCOPE_DECLARED_FIELDS_MAX */
  uint32_t value_bytes; /* at most SCOPE_WIDE_PIECE_MAX */
} scope_event_type;

/* A place that reports. Static, or kept as long as it is used; SCOPE_SITE makes one. */
typedef struct scope_site {
  const scope_node* node; /* set by the runtime at the first event */
  const char* file;
  const char* function;
  const char* name;                   /* of the value; of a function or a zone: its own name */
  const char* unit;                   /* may be NULL */
  const scope_event_type* event_type; /* NULL: the value is a scalar or text */
  uint32_t line;
  uint8_t kind;      /* scope_event_kind */
  uint8_t type;      /* scope_value_type */
  uint16_t redacted; /* set by the runtime: bit i: field i never reaches the ring */
} scope_site;

/* What a thread works on, to be taken to another thread, task or process. */
typedef struct scope_context {
  uint64_t trace_high; /* the W3C trace id; the same in the whole recording */
  uint64_t trace_low;
  scope_correlation parent;
} scope_context;

/* Of the calling thread. */
typedef struct scope_correlation_metadata {
  uint32_t struct_size;
  uint32_t enabled;
  uint32_t process; /* numbers in the session */
  uint32_t thread;
  uint32_t depth; /* of the call stack of functions that were reported by hand */
  uint32_t declared_sites;
  scope_correlation correlation;
  scope_context context;
} scope_correlation_metadata;

typedef struct scope_buffer_info {
  uint32_t struct_size;
  uint32_t on_full; /* scope_on_full */
  uint64_t bytes;   /* room for records */
  uint64_t emitted; /* records, dropped ones included */
  uint64_t waiting; /* records that the collector has not read */
  uint64_t blocked_ns;
} scope_buffer_info;

/* Nanoseconds an event, of this machine, now. */
typedef struct scope_overhead {
  uint32_t struct_size;
  uint32_t iterations;
  double entry_ns;
  double exit_ns;
  double value_ns;
  double disabled_ns;
} scope_overhead;

typedef struct scope_api {
  uint32_t struct_size;
  uint32_t version; /* 1 */
  /* Gives the site its node, once, under a lock. 1: it is on. */
  int (*declare)(scope_site* site);
  /* The site for names that are only known at run time; kept for ever. NULL: no room, or off. */
  scope_site* (*find_site)(uint8_t kind, uint8_t type, const char* file, const char* function,
                           const char* name, uint32_t line);
  void (*value)(const scope_site* site, uint64_t bits);
  void (*bytes)(const scope_site* site, const void* value, uint64_t bytes);
  scope_correlation (*enter)(scope_site* site);
  void (*exit)(scope_correlation correlation, uint32_t how);
  scope_correlation (*current)(void);
  int (*enabled)(void);
  void (*disable)(int more); /* 1: one guard more on this thread, -1: one less */
  int (*initialize)(void);
  void (*clear)(void);
  int (*push)(scope_correlation correlation);
  scope_correlation (*pop)(void);
  void (*capture)(scope_context* context);
  int (*adopt)(const scope_context* context, scope_site* site);
  void (*metadata)(scope_correlation_metadata* metadata);
  int (*buffer)(scope_buffer_info* info);
  int (*measure)(uint32_t iterations, scope_overhead* overhead);
  void (*error)(scope_site* site, int64_t code, const char* message);
  void (*redact)(const char* glob);
  void (*limit_text)(uint32_t bytes);
  uint64_t (*now_ns)(void); /* CLOCK_MONOTONIC */
  void (*leave)(void);      /* a binary that reports by hand is unloaded */
} scope_api;

/* Exported by libscope_rt.so. NULL: nothing is recorded. */
typedef const scope_api* (*scope_api_fn)(uint32_t version);

#ifdef SCOPE_DISABLE
#define scope_api_table ((const scope_api*)0)
#else

#define SCOPE_WEAK_HIDDEN __attribute__((weak, visibility("hidden")))

/* The runtime's parts that are declared here under other names: their own headers may not be
 * included, or may declare them otherwise. */
extern char* scope_sys_getenv(const char*) __asm__("secure_getenv") __attribute__((weak));
extern void* scope_sys_dlopen(const char*, int) __asm__("dlopen") __attribute__((weak));
extern void* scope_sys_dlsym(void*, const char*) __asm__("dlsym") __attribute__((weak));

/* Stays when the recording is over: others may be at it. */
SCOPE_WEAK_HIDDEN const scope_api* scope_api_table = NULL;
SCOPE_WEAK_HIDDEN uint8_t scope_api_state = 0; /* scope_report_state */
SCOPE_WEAK_HIDDEN int scope_api_left = 0;
SCOPE_WEAK_HIDDEN int scope_api_heed(void); /* scope/report_attach.h */
/* Not NULL when the runtime was loaded for all to see: into a program that was attached to. */
extern const scope_api* scope_api_of_all(uint32_t) __asm__("scope_api_v1") __attribute__((weak));

/* Says to tools, which only see the file, that it reports by hand. */
static const char scope_api_note[] __attribute__((section("scope_api"), used)) = "report.h 1";

SCOPE_WEAK_HIDDEN __attribute__((constructor(101))) void scope_api_start(void) {
  void* runtime;
  void* symbol;
  scope_api_fn get;
  const char* path;
  if (scope_api_table != NULL) return;
  if (scope_sys_getenv == NULL || scope_sys_dlopen == NULL || scope_sys_dlsym == NULL) return;
  if (scope_sys_getenv("SCOPE_SESSION") == NULL) {
    if (scope_api_of_all == NULL) return;
    get = scope_api_of_all;
  } else {
    path = scope_sys_getenv("SCOPE_RUNTIME");
    /* RTLD_NOW | RTLD_NODELETE, local. */
    runtime = path == NULL ? NULL : scope_sys_dlopen(path, 0x2 | 0x1000);
    if (runtime == NULL) return;
    symbol = scope_sys_dlsym(runtime, "scope_api_v1");
    if (symbol == NULL) return;
    __builtin_memcpy(&get, &symbol, sizeof(get));
  }
  scope_api_table = get(1);
  if (scope_api_table != NULL) __atomic_store_n(&scope_api_state, kScopeApiOn, __ATOMIC_RELEASE);
}

SCOPE_WEAK_HIDDEN __attribute__((destructor(101))) void scope_api_stop(void) {
  if (scope_api_table == NULL || scope_api_left) return;
  scope_api_left = 1;
  scope_api_table->leave();
}
#endif

/* Whether the table is there and a recording may be, too. */
static inline int scope_api_is_there(void) {
#ifdef SCOPE_DISABLE
  return 0;
#else
  const uint8_t state = __atomic_load_n(&scope_api_state, __ATOMIC_ACQUIRE);
  if (__builtin_expect(state == kScopeApiOff, 1)) return 0;
  return state == kScopeApiOn || scope_api_heed();
#endif
}

/* Whether an event of the site is wanted. */
static inline int scope_wants(scope_site* site) {
  const scope_node* node;
  if (!scope_api_is_there()) return 0;
  node = __atomic_load_n(&site->node, __ATOMIC_ACQUIRE);
  if (__builtin_expect(node == NULL, 0)) return scope_api_table->declare(site);
  return __atomic_load_n((const uint8_t*)node - node->switch_back, __ATOMIC_RELAXED) != 0;
}

#ifdef __cplusplus
}
#endif

#include "scope/report_attach.h"

#endif /* SCOPE_REPORT_API_H_ */
