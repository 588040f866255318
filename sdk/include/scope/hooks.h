/* scope/hooks.h - the calls that the compiler plugin injects.
 *
 * Path:    instrumented code -> THIS -> stub in the object -> runtime
 * Threads: any thread, any signal handler.
 * Fails:   never; an event that cannot be recorded is counted as dropped.
 * Stable:  ABI.
 *
 * Each call names its node. With lower=calls they stay calls; with lower=inline (the default) the
 * plugin replaces them by writes into the thread's ring. A node that is switched off reports
 * nothing. The definitions travel, weak and hidden, inside every instrumented object.
 */
#ifndef SCOPE_HOOKS_H_
#define SCOPE_HOOKS_H_

#include <stdint.h>

#include "scope/node.h"

#define SCOPE_TEXT_BYTES_MAX 160u

#ifdef __cplusplus
extern "C" {
#endif

void __scope_report_enter(const scope_node* node);
/* how: a scope_exit_how. */
void __scope_report_exit(const scope_node* node, uint32_t how);
/* value: sign- or zero-extended as the node's type says. */
void __scope_report_value(const scope_node* node, uint64_t value);
void __scope_report_double(const scope_node* node, double value);
void __scope_report_pointer(const scope_node* node, const volatile void* value);
/* A wide value (SCOPE_WIDE in scope/event.h): `bytes` of the `whole` bytes that it has. */
void __scope_report_bytes(const scope_node* node, const volatile void* value, uint64_t bytes,
                          uint64_t whole);
/* A value of type Captured: the text at `text`, up to its zero or SCOPE_TEXT_BYTES_MAX bytes. Null
 * and what can be no address are not read. */
void __scope_report_text(const scope_node* node, const char* text);
/* Nonzero while the node reports: for values that are costly to make. */
int __scope_is_on(const scope_node* node);
/* An event without a value: throw, catch. */
void __scope_report_mark(const scope_node* node);

#ifdef __cplusplus
}
#endif

#endif /* SCOPE_HOOKS_H_ */
