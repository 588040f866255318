// libFuzzer: any text is a check or an error with a column in it, and what was parsed parses again.

#include <cstdint>
#include <cstdlib>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "scope/analysis/check.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view text(reinterpret_cast<const char*>(data), size);
  const auto check = scope::analysis::ParseCheck(text);
  if (!check.ok()) {
    if (!absl::StartsWith(check.status().message(), "column ")) std::abort();
    return 0;
  }
  const auto again = scope::analysis::ParseCheck(check->text);
  if (!again.ok() || again->kind != check->kind || again->op != check->op ||
      again->left.name != check->left.name || again->right.name != check->right.name) {
    std::abort();
  }
  return 0;
}
