// progress_line.h - one line on a terminal while a recording goes on.
//
// Path:    pipeline::Progress -> THIS -> stderr
// Threads: Show() from one thread; Clear() once that has ended.
// Fails:   never.

#pragma once

#include <string>

#include "pipeline/recording.h"

namespace scope::tools {

class ProgressLine {
 public:
  // Nothing in the first second: short runs stay clean.
  void Show(const pipeline::Progress& progress);
  void Clear();

 private:
  bool shown_ = false;
};

// "12.00 s, 1,203,118 events, 0 lost, 1.1 MB".
std::string ProgressText(const pipeline::Progress& progress);

}  // namespace scope::tools
