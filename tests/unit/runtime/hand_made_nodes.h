/* hand_made_nodes.h - a node table written by hand, for programs that carry the stub as source.
 *
 * Path: tests of the runtime -> THIS -> runtime/stub/stub.c
 *
 * The table is page-aligned, so that a test knows a node by the low bits of its address.
 */
#ifndef SCOPE_TESTS_HAND_MADE_NODES_H_
#define SCOPE_TESTS_HAND_MADE_NODES_H_

#include "scope/hooks.h"
#include "tests/unit/runtime/hand_made_layout.h"

#define SCOPE_TEST_NODE(n, kind)                                                                   \
  {                                                                                                \
    100 + (n), SCOPE_TEST_NODE_OFFSET(n) - offsetof(struct hand_made_table, switches) - (n), kind, \
        kScopeValueU64, 0                                                                          \
  }

__attribute__((section(SCOPE_NODES_SECTION), used,
               aligned(4096))) static struct hand_made_table g_table = {
    {SCOPE_FUNCTION_TABLE_MAGIC, kNodeCount, 102},
    {0},
    {SCOPE_TEST_NODE(kNodeMain, kScopeEventAssign),
     SCOPE_TEST_NODE(kNodeHandler, kScopeEventAssign),
     SCOPE_TEST_NODE(kNodeEnter, kScopeEventEnter)}};

/* What the compiler plugin adds to every module. */
#ifdef __cplusplus
extern "C" {
#endif
void __scope_start(void);
void __scope_stop(void);
#ifdef __cplusplus
}
#endif
__attribute__((constructor(101))) static void StartScope(void) { __scope_start(); }
__attribute__((destructor(101))) static void StopScope(void) { __scope_stop(); }

#endif /* SCOPE_TESTS_HAND_MADE_NODES_H_ */
