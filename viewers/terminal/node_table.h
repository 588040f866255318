// node_table.h - nodes of a binary, and what became of them since another build.
//
// Path:    scope/trace/binary.h, scope/trace/node_changes.h -> THIS -> scope nodes
// Threads: any.
// Fails:   stops when nobody reads any more.

#pragma once

#include <vector>

#include "scope/trace/node_changes.h"
#include "viewers/terminal/paint.h"
#include "viewers/terminal/text_sink.h"

namespace scope::viewers {

// A line for each function, and below it one for each of its nodes. Copies are shown once.
void NodesText(const std::vector<trace::Node>& nodes, const Paint& paint, const TextSink& sink);
// One object a line: id, kind, function, function_id, template, file, line, col, end_line, end_col,
// name, type, value_type, parent, armed, redacted.
void NodesJson(const std::vector<trace::Node>& nodes, const TextSink& sink);

// The sums first, then what did not stay.
void ChangesText(const std::vector<trace::NodeChange>& changes, const Paint& paint,
                 const TextSink& sink);
// One object a line: change, confidence, before, after.
void ChangesJson(const std::vector<trace::NodeChange>& changes, const TextSink& sink);

}  // namespace scope::viewers
