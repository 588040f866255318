// why_text.h - the chain of values behind a value, as a tree and as JSON.
//
// Path:    analysis::Why -> THIS -> scope why
// Threads: any.
// Fails:   never.

#pragma once

#include "scope/analysis/why.h"
#include "viewers/terminal/paint.h"
#include "viewers/terminal/places.h"
#include "viewers/terminal/text_sink.h"

namespace scope::viewers {

void WhyText(const analysis::Why& why, const Places& places, const Paint& paint,
             const TextSink& sink);

// One object a hop; parents come before their children.
void WhyJson(const analysis::Why& why, const TextSink& sink);

}  // namespace scope::viewers
