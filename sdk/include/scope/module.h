/* scope/module.h - how an instrumented binary and the runtime meet inside a process.
 *
 * Path:    stub (in every object, one copy a binary) -> THIS -> libscope_rt.so
 * Threads: registration in the loader's constructors; reserve and emit on any thread, any handler.
 * Stable:  ABI; a break gets entry points with _v2 beside these.
 *
 * All binaries of a process share one ring a thread without exporting a symbol. The runtime has a
 * thread-local pointer to the thread's cursor, whose place it tells; an executable has another one
 * of its own. At first they point to a cursor whose cur and end are 0, an executable's to `idle`:
 * the first event takes the slow path, and the runtime binds the thread's ring.
 */
#ifndef SCOPE_MODULE_H_
#define SCOPE_MODULE_H_

#include <stdint.h>

#include "scope/node.h"
#include "scope/wire/ring.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct scope_module {
  uint32_t struct_size;
  uint32_t number;   /* set by the runtime */
  char* nodes_begin; /* the binary's section "scope_nodes" */
  char* nodes_end;
  scope_cursor* idle;
  /* Makes the calling thread's pointer in this binary, if it has one, point to `cursor`. */
  void (*bind)(scope_cursor* cursor);
  /* Set by the runtime: takes `bytes` in the calling thread's ring and binds it to this module.
   * Returns the old cur (tag | address): always memory that may be written. */
  uint64_t (*reserve)(struct scope_module* module, uint64_t bytes);
  struct scope_module* next; /* the runtime's list */
  /* Set by the runtime: whether an event is stored of a node whose switch is `rule`, which is more
   * than SCOPE_SWITCH_ON. `frame`: an address near the stack pointer of the code that reports. */
  int (*admit)(const scope_node* node, uint8_t rule, const void* frame);
} scope_module;

/* Defined by libscope_rt.so. Returns 0; otherwise the binary's switches stay off. */
int scope_register_module_v1(scope_module* module);
void scope_unregister_module_v1(scope_module* module);

/* Where the runtime's pointer to a thread's cursor lies in every thread, counted from the thread
 * pointer. To be asked for before a binary is registered. */
int64_t scope_thread_cursor_v1(void);

/* As scope_register_module_v1() for a program that runs already: it joins the session in `folder`.
 * Nonzero: it does not, and the binary's switches are off. */
int scope_attach_module_v1(scope_module* module, const char* folder);

typedef int64_t (*scope_thread_cursor_fn)(void);
typedef int (*scope_attach_module_fn)(scope_module*, const char*);
typedef int (*scope_register_module_fn)(scope_module*);
typedef void (*scope_unregister_module_fn)(scope_module*);

#ifdef __cplusplus
}
#endif

#endif /* SCOPE_MODULE_H_ */
