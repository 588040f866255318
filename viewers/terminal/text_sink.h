// text_sink.h - where viewers write: a function, so that a pipe, a pager and a test look the same.
//
// Path: viewers -> THIS -> standard output | pager | a test's string
// Fails: false once nobody reads any more; the viewer stops then.

#pragma once

#include <functional>

#include "absl/strings/string_view.h"

namespace scope::viewers {

using TextSink = std::function<bool(absl::string_view)>;

}  // namespace scope::viewers
