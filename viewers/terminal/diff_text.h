// diff_text.h - where two traces part, for people and as JSON.
//
// Path:    analysis::Diff -> THIS -> scope diff
// Threads: any.
// Fails:   never.

#pragma once

#include <string>

#include "scope/analysis/diff.h"
#include "viewers/terminal/paint.h"
#include "viewers/terminal/places.h"

namespace scope::viewers {

// At most `rows` of each kind; what is left out is counted.
std::string DiffText(const analysis::Diff& diff, const Places& a, const Places& b, uint64_t rows,
                     const Paint& paint);

// One object.
std::string DiffJson(const analysis::Diff& diff);

}  // namespace scope::viewers
