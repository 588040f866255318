// scope/trace/event_words.h - the words for kinds of event, types of value and gaps.
//
// Path:    scope/event.h -> THIS -> views, SQL
// Threads: any.
// Fails:   never; unknown numbers get a word too, because newer traces may hold them.

#pragma once

#include <string>

#include "scope/trace/reader.h"

namespace scope::trace {

// "enter", "update"; "kind-77" for a kind that this build does not know.
std::string KindWord(int kind);
// "i32", "pointer".
std::string TypeWord(int type);
// How a function was left, "unwind": an Exit's `how` in JSON.
std::string ExitWord(int how);
// "dropped", "torn".
std::string GapWord(uint32_t reason);

// Its records carry a value at all.
bool HasValue(const Node& node);

}  // namespace scope::trace
