// overhead.h - measures what reporting by hand costs here and now.
//
// Path: scope_measure_overhead() -> THIS -> records of its own sites

#pragma once

#include "scope/report_api.h"

namespace scope::runtime {

int MeasureOverhead(uint32_t iterations, scope_overhead* overhead);

}  // namespace scope::runtime
