/* hand_made_layout.h - the layout of the table in hand_made_nodes.h, also for who only reads
 * events. */
#ifndef SCOPE_TESTS_HAND_MADE_LAYOUT_H_
#define SCOPE_TESTS_HAND_MADE_LAYOUT_H_

#include <stddef.h>

#include "scope/event.h"
#include "scope/node.h"

enum { kNodeMain = 0, kNodeHandler = 1, kNodeEnter = 2, kNodeCount = 3 };

struct hand_made_table {
  scope_function_table head;
  char switches[SCOPE_PAD16(kNodeCount)];
  scope_node nodes[kNodeCount];
};

#define SCOPE_TEST_NODE_OFFSET(n) (offsetof(struct hand_made_table, nodes) + 16 * (n))

#endif /* SCOPE_TESTS_HAND_MADE_LAYOUT_H_ */
