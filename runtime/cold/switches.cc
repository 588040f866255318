#include "runtime/cold/switches.h"

#include "runtime/hot/shared.h"
#include "scope/node.h"

namespace scope::runtime {
namespace {

// Calls visit(first switch, count) for each function table of the section.
template <typename Visit>
void ForEachTable(char* begin, char* end, const Visit& visit) {
  constexpr uint64_t kStep = sizeof(scope_function_table);
  uint64_t offset = 0;
  const uint64_t size = static_cast<uint64_t>(end - begin);
  while (offset + kStep <= size) {
    const auto* table = reinterpret_cast<const scope_function_table*>(begin + offset);
    const uint64_t count = table->node_count;
    const uint64_t bytes = kStep + SCOPE_PAD16(count) + count * sizeof(scope_node);
    if (table->magic != SCOPE_FUNCTION_TABLE_MAGIC || bytes > size - offset) {
      offset += kStep;
      continue;
    }
    visit(begin + offset + kStep, count);
    offset += bytes;
  }
}

}  // namespace

void SetSwitches(char* begin, char* end, uint8_t value) {
  ForEachTable(begin, end, [value](char* first, uint64_t count) {
    const auto* nodes = reinterpret_cast<const scope_node*>(first + SCOPE_PAD16(count));
    for (uint64_t i = 0; i < count; ++i) {
      const bool armed = (nodes[i].flags & SCOPE_NODE_ARMED) != 0;
      Store(first[i], armed ? char{SCOPE_SWITCH_OFF} : static_cast<char>(value));
    }
  });
}

void CopySwitches(char* begin, char* end, const char* image) {
  ForEachTable(begin, end, [begin, image](char* first, uint64_t count) {
    const char* const wanted = image + (first - begin);
    const uint64_t to_nodes = SCOPE_PAD16(count);
    auto* const nodes = reinterpret_cast<scope_node*>(first + to_nodes);
    const auto* const wanted_nodes = reinterpret_cast<const scope_node*>(wanted + to_nodes);
    for (uint64_t i = 0; i < count; ++i) {
      // The slot first: the switch may be a rule, which counts there.
      const uint16_t own = nodes[i].flags & ((1u << SCOPE_NODE_SLOT_SHIFT) - 1);
      const uint32_t slot = SCOPE_NODE_SLOT(wanted_nodes[i].flags);
      Store(nodes[i].flags, static_cast<uint16_t>(own | slot << SCOPE_NODE_SLOT_SHIFT));
      Store(first[i], wanted[i]);
    }
  });
}

}  // namespace scope::runtime
