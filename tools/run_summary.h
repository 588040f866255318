// run_summary.h - what is said at the end of a recording.
//
// Path:    RecordResult, the new trace -> THIS -> stderr
// Threads: any.
// Fails:   a trace that cannot be read leaves the tables out and says so.

#pragma once

#include <string>

#include "pipeline/recording.h"
#include "viewers/terminal/paint.h"

namespace scope::tools {

// "1,203,118 events, 0 lost, 2 threads, 0.41 s (+0.09 s recording), 1.1 MB in scope.data".
std::string RunHeadline(const pipeline::RecordResult& result,
                        const pipeline::RecordOptions& options);

// The headline, the functions, the busiest values, what a big trace could leave out, what is next.
// The folder of the newest snapshot that is whole when a window was kept, empty if there is none;
// otherwise the recording's.
std::string NewestTrace(const pipeline::RecordResult& result,
                        const pipeline::RecordOptions& options);

std::string RunSummary(const pipeline::RecordResult& result, const pipeline::RecordOptions& options,
                       const viewers::Paint& paint);

// One object with a newline: directory, exit_code, events, dropped, torn, lost, threads, ...
std::string RunJson(const pipeline::RecordResult& result, const pipeline::RecordOptions& options);

// For a program without hooks.
std::string NoCodeText(const std::string& program);

}  // namespace scope::tools
