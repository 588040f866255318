#include "tools/progress_line.h"

#include <cstdio>

#include "absl/strings/str_cat.h"
#include "viewers/terminal/units.h"

namespace scope::tools {

void ProgressLine::Show(const pipeline::Progress& progress) {
  if (progress.elapsed_ns < 1'000'000'000) return;
  std::fprintf(stderr, "\r\x1b[Kscope: %s", ProgressText(progress).c_str());
  std::fflush(stderr);
  shown_ = true;
}

void ProgressLine::Clear() {
  if (shown_) std::fputs("\r\x1b[K", stderr);
  shown_ = false;
}

std::string ProgressText(const pipeline::Progress& progress) {
  return absl::StrCat(viewers::DurationText(progress.elapsed_ns), ", ",
                      viewers::CountText(progress.events, "event"), ", ",
                      viewers::CountText(progress.dropped + progress.torn), " lost, ",
                      viewers::BytesText(progress.trace_bytes));
}

}  // namespace scope::tools
