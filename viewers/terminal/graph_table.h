// graph_table.h - where values of nodes come from, and the blocks and calls of functions.
//
// Path:    scope/trace/code_graph.h -> THIS -> scope nodes --graph
// Threads: any.
// Fails:   stops when nobody reads any more.

#pragma once

#include <vector>

#include "scope/trace/code_graph.h"
#include "scope/trace/reader.h"
#include "viewers/terminal/paint.h"
#include "viewers/terminal/text_sink.h"

namespace scope::viewers {

// Each node, and below it what its value comes from and what decided about it.
void GraphText(const std::vector<trace::Node>& nodes, const trace::CodeGraph& graph,
               const Paint& paint, const TextSink& sink);

// One object a line. "what" is "node": id, kind, file, line, col, name, macro, from: [{id, how}];
// "function": id, name, instance, blocks, calls; or "source": file, hash, bytes, text.
void GraphJson(const std::vector<trace::Node>& nodes, const trace::CodeGraph& graph,
               const TextSink& sink);

}  // namespace scope::viewers
