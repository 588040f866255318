// event_text.h - what one event says: "y = 1521", "if (k > 3): true".
//
// Path:    Event -> THIS -> replay
// Threads: any.
// Fails:   never.

#pragma once

#include <string>

#include "scope/trace/reader.h"

namespace scope::viewers {

// Printable, on one line. A gap: what is missing, and why.
std::string EventText(const trace::Event& event);

// The value as a person reads it, and safe to print.
std::string ValueText(const trace::Event& event);

}  // namespace scope::viewers
