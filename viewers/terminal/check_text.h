// check_text.h - what checks found, for people and as JSON.
//
// Path:    analysis::CheckReport -> THIS -> scope check
// Threads: any.
// Fails:   never.

#pragma once

#include <string>

#include "scope/analysis/check.h"
#include "viewers/terminal/paint.h"
#include "viewers/terminal/places.h"

namespace scope::viewers {

// One line.
std::string CheckText(const analysis::Check& check, const analysis::CheckResult& result,
                      const Places& places, const Paint& paint);

std::string CheckJson(const analysis::Check& check, const analysis::CheckResult& result,
                      const analysis::CheckReport& report);

}  // namespace scope::viewers
