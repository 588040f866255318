// bounds.h - what constraints mean: bounds of a number, sets of nodes.
//
// Path:    Plan -> THIS -> ScanRequest, filters of cursors
// Threads: any.
// Fails:   never; a value that a column cannot have selects nothing.

#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "sdk/query/catalog.h"
#include "sdk/query/table.h"

namespace scope::query {

// Both inclusive; nothing when first > last.
struct Bounds {
  uint64_t first = 0;
  uint64_t last = ~uint64_t{0};

  bool is_empty() const { return first > last; }
  bool Has(uint64_t value) const { return value >= first && value <= last; }
  void Meet(Op op, const Value& value);
};

// Of a column of numbers from 0; of several values for one constraint, the bounds around them.
Bounds BoundsOf(const Plan& plan, int column);

// True for those that meet each equality that `plan` has for `column`.
bool Meets(const Plan& plan, int column, uint64_t number);
bool Meets(const Plan& plan, int column, const std::string& text);

}  // namespace scope::query
