/* A binary with nodes of its own that the subject loads and unloads. */
#include "tests/unit/runtime/hand_made_nodes.h"

__attribute__((visibility("default"))) void ReportFromPlugin(uint64_t first, uint64_t count);

void ReportFromPlugin(uint64_t first, uint64_t count) {
  for (uint64_t i = first; i < first + count; ++i) {
    __scope_report_value(&g_table.nodes[kNodeMain], i);
  }
}
