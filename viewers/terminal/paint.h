// paint.h - colour, where it is wanted.
//
// Path:    tools decide (terminal, NO_COLOR) -> THIS -> text views
// Threads: a value.
// Fails:   never. Switched off, text passes unchanged.

#pragma once

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace scope::viewers {

struct Paint {
  bool on = false;

  std::string Dim(absl::string_view text) const { return With("2", text); }
  std::string Bold(absl::string_view text) const { return With("1", text); }
  std::string Warn(absl::string_view text) const { return With("33", text); }
  std::string Bad(absl::string_view text) const { return With("31", text); }
  std::string Good(absl::string_view text) const { return With("32", text); }
  std::string Name(absl::string_view text) const { return With("36", text); }

 private:
  std::string With(absl::string_view code, absl::string_view text) const {
    if (!on || text.empty()) return std::string(text);
    return absl::StrCat("\x1b[", code, "m", text, "\x1b[0m");
  }
};

}  // namespace scope::viewers
