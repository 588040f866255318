// event_words.h - the words for kinds of event, types of value and gaps, as all views have them.
//
// Path:    scope/trace/event_words.h -> THIS -> views
// Threads: any.
// Fails:   never.

#pragma once

#include "scope/trace/event_words.h"

namespace scope::viewers {

using trace::ExitWord;
using trace::GapWord;
using trace::HasValue;
using trace::KindWord;
using trace::TypeWord;

}  // namespace scope::viewers
