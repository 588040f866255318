/* stub.c - what every instrumented object carries, and every binary keeps once.
 *
 * Path:    inline hooks -> THIS (slow path, plain hooks) -> libscope_rt.so, if the environment
 * names it Threads: any, and signal handlers; constructor and destructor run under the loader.
 * Fails:   without runtime or session the switches stay off and nothing happens.
 *
 * Compiled to bitcode and linked into each module by compiler_plugin/lowering/link_stub.h, which
 * also makes __scope_start a constructor and __scope_stop a destructor. Everything is weak and
 * hidden. The library functions are weak references: where there is no loader, there is no
 * recording.
 */
#include <dlfcn.h>
#include <stddef.h>
#include <stdint.h>

#include "runtime/hot/cursor.h"
#include "scope/hooks.h"
#include "scope/module.h"
#include "scope/wire/session.h"

#define SHARED_IN_BINARY __attribute__((weak, visibility("hidden")))
#define SLOW SHARED_IN_BINARY __attribute__((preserve_most, cold, noinline))

extern char* secure_getenv(const char* name) __attribute__((weak));
extern __typeof__(dlopen) dlopen __attribute__((weak));
extern __typeof__(dlsym) dlsym __attribute__((weak));

extern char __start_scope_nodes[] SHARED_IN_BINARY;
extern char __stop_scope_nodes[] SHARED_IN_BINARY;

SHARED_IN_BINARY scope_cursor __scope_idle;
SHARED_IN_BINARY __thread scope_cursor* __scope_cursor __attribute__((tls_model("initial-exec"))) =
    &__scope_idle;
/* Where records go while there is no runtime. */
SHARED_IN_BINARY scope_record __scope_nowhere[SCOPE_GROUP_BYTES_MAX / sizeof(scope_record)];
SHARED_IN_BINARY scope_module __scope_module;
SHARED_IN_BINARY scope_unregister_module_fn __scope_unregister;

SLOW uint64_t __scope_reserve(uint64_t bytes) {
  if (__scope_module.reserve != NULL) return __scope_module.reserve(&__scope_module, bytes);
  return (uintptr_t)__scope_nowhere;
}

static inline uint64_t Room(void) {
  scope_cursor* const cursor = __scope_cursor;
  if (__builtin_expect(!ScopeHasRoom(cursor, SCOPE_RECORD_BYTES), 0)) {
    return __scope_reserve(SCOPE_RECORD_BYTES);
  }
  return ScopeTakeRoom(cursor, SCOPE_RECORD_BYTES);
}

static inline uint64_t Stamp(void) { return ScopeStamp(__scope_cursor); }

/* The adaptive clock's countdown has run out. */
SLOW uint64_t __scope_due_stamp(void) { return ScopeTakeDueStamp(__scope_cursor); }

/* One record of a group of which only some nodes are switched on. */
SLOW void __scope_emit(uint64_t node_and_flags, uint64_t value) {
  ScopePutRecord(Room(), node_and_flags, value);
}

/* The same for entry and exit. */
SLOW void __scope_emit_stamp(uint64_t node_and_flags) {
  const uint64_t room = Room(); /* First: it gives the thread its cursor, and so its clock. */
  ScopePutRecord(room, node_and_flags, Stamp());
}

static inline int IsOn(const scope_node* node) {
  const char* const byte = (const char*)node - node->switch_back;
  return __atomic_load_n(byte, __ATOMIC_RELAXED) != SCOPE_SWITCH_OFF;
}

static inline void Report(const scope_node* node, uint64_t value) {
  if (IsOn(node)) ScopePutRecord(Room(), (uintptr_t)node, value);
}

static inline void ReportStamped(const scope_node* node, uint64_t flags) {
  if (!IsOn(node)) return;
  const uint64_t room = Room();
  ScopePutRecord(room, (uintptr_t)node | flags, Stamp());
}

SHARED_IN_BINARY void __scope_report_enter(const scope_node* node) { ReportStamped(node, 0); }

SHARED_IN_BINARY void __scope_report_exit(const scope_node* node, uint32_t how) {
  ReportStamped(node, how);
}

SHARED_IN_BINARY void __scope_report_value(const scope_node* node, uint64_t value) {
  Report(node, value);
}

SHARED_IN_BINARY void __scope_report_double(const scope_node* node, double value) {
  uint64_t bits;
  __builtin_memcpy(&bits, &value, sizeof(bits));
  Report(node, bits);
}

SHARED_IN_BINARY void __scope_report_pointer(const scope_node* node, const volatile void* value) {
  Report(node, (uintptr_t)value);
}

SHARED_IN_BINARY void __scope_report_mark(const scope_node* node) { Report(node, 0); }

SHARED_IN_BINARY void __scope_bind(scope_cursor* cursor) { __scope_cursor = cursor; }

SHARED_IN_BINARY void __scope_start(void) {
  if (secure_getenv == NULL || dlopen == NULL || dlsym == NULL) return;
  if (__scope_module.struct_size != 0 || secure_getenv(SCOPE_ENV_SESSION) == NULL) return;
  const char* const path = secure_getenv(SCOPE_ENV_RUNTIME);
  if (path == NULL) return;
  void* const runtime = dlopen(path, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
  if (runtime == NULL) return;
  const scope_register_module_fn register_module =
      (scope_register_module_fn)dlsym(runtime, "scope_register_module_v1");
  __scope_unregister = (scope_unregister_module_fn)dlsym(runtime, "scope_unregister_module_v1");
  if (register_module == NULL || __scope_unregister == NULL) return;
  __scope_module.struct_size = sizeof(__scope_module);
  __scope_module.nodes_begin = __start_scope_nodes;
  __scope_module.nodes_end = __stop_scope_nodes;
  __scope_module.idle = &__scope_idle;
  __scope_module.bind = __scope_bind;
  register_module(&__scope_module);
}

SHARED_IN_BINARY void __scope_stop(void) {
  if (__scope_unregister != NULL) __scope_unregister(&__scope_module);
}
