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
    const char* wanted = image + (first - begin);
    for (uint64_t i = 0; i < count; ++i) {
      Store(first[i], static_cast<char>(wanted[i] != 0 ? SCOPE_SWITCH_ON : SCOPE_SWITCH_OFF));
    }
  });
}

}  // namespace scope::runtime
