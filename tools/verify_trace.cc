#include "tools/verify_trace.h"

#include <unistd.h>

#include <chrono>
#include <cstdio>

#include "absl/strings/str_cat.h"
#include "tools/exit_codes.h"
#include "tools/output.h"
#include "tools/say.h"
#include "viewers/terminal/json_text.h"
#include "viewers/terminal/units.h"

namespace scope::tools {
namespace {

using viewers::BytesText;
using viewers::CountText;

std::string Text(const trace::Verification& found) {
  const std::string whole =
      absl::StrCat(CountText(found.blocks, "block"), " with ", CountText(found.events, "event"));
  if (!found.bad.empty()) {
    return absl::StrCat(found.file, ": ", found.bad, "; the ", whole, " before it are whole\n");
  }
  if (!found.finished) {
    return absl::StrCat(found.file, ": cut off; the ", whole, " up to its end are whole\n");
  }
  return absl::StrCat(found.file, ": whole; ", whole, " in ", BytesText(found.file_bytes),
                      ", every checksum is right\n");
}

std::string Json(const trace::Verification& found) {
  return viewers::JsonObject()
             .Text("file", found.file)
             .Bool("whole", found.bad.empty() && found.finished)
             .Text("bad", found.bad)
             .Number("blocks", found.blocks)
             .Number("bytes", found.bytes)
             .Number("file_bytes", found.file_bytes)
             .Number("events", found.events)
             .Number("index_blocks", found.index_blocks)
             .Str() +
         "\n";
}

}  // namespace

absl::StatusOr<trace::Verification> ReadWhole(const std::string& directory) {
  using Clock = std::chrono::steady_clock;
  const bool is_terminal = isatty(STDERR_FILENO) != 0;
  Clock::time_point next = Clock::now() + std::chrono::seconds(1);
  bool shown = false;
  auto found = trace::Verify(directory, [&](uint64_t bytes) {
    if (!is_terminal || Clock::now() < next) return;
    std::fprintf(stderr, "\r\x1b[Kscope: %s are whole", BytesText(bytes).c_str());
    next += std::chrono::milliseconds(200);
    shown = true;
  });
  if (shown) std::fputs("\r\x1b[K", stderr);
  return found;
}

int VerifyTrace(const std::string& directory, bool json) {
  const auto found = ReadWhole(directory);
  if (!found.ok()) return Fail(kExitFailure, found.status().message());
  Output output(Output::Paging::kNever);
  output.Write(json ? Json(*found) : Text(*found));
  return output.Finish(found->bad.empty() && found->finished ? kExitOk : kExitFailure);
}

}  // namespace scope::tools
