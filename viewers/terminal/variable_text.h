// variable_text.h - a variable's history for people and for programs.
//
// Path:    VariableHistory -> THIS -> scope vars
// Threads: any.
// Fails:   never.

#pragma once

#include <string>

#include "scope/trace/reader.h"
#include "viewers/terminal/paint.h"
#include "viewers/terminal/places.h"
#include "viewers/terminal/variable_history.h"

namespace scope::viewers {

// Three lines: what and where; first, last, min, max, changes; the curve. Places with their counts
// follow when there are several.
std::string VariableText(const VariableHistory& history, const Places& places, const Paint& paint);

// One object without a newline: name, type, value_type, file, line, col, function, count, lost,
// first, last, min, max, changes, nan, first_seq, last_seq, threads, sparkline, places.
std::string VariableJson(const VariableHistory& history);

}  // namespace scope::viewers
