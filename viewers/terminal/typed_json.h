// typed_json.h - the bytes of an object as JSON.
//
// Path:    Event::bytes, Node::type -> THIS -> --json
// Threads: any.
// Fails:   never; what is missing is null in a record and left out at the end of a list.

#pragma once

#include <string>

#include "absl/strings/string_view.h"
#include "scope/trace/type.h"

namespace scope::viewers {

// {"x": 1, "y": [2, 3]}; an enumerator is its name, a base is a member named as its class.
std::string TypedJson(const trace::Type& type, absl::string_view bytes);

}  // namespace scope::viewers
