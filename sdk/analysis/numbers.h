// numbers.h - values of all types as one that holds them all.
//
// Path:    trace::Event -> THIS -> checks and differences
// Threads: any.
// Fails:   false where a value has no order.

#pragma once

#include "scope/trace/reader.h"

namespace scope::analysis {

// Exact up to 64 bits: a long double has as many.
bool NumberOf(const trace::Event& event, long double& number);

}  // namespace scope::analysis
