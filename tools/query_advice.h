// query_advice.h - one line about SQL that did not work, with the name that was probably meant.
//
// Path:    SQLite's message, names of the trace -> THIS -> scope query
// Threads: any.
// Fails:   never.

#pragma once

#include <string>

#include "absl/status/status.h"
#include "scope/query.h"

namespace scope::tools {

std::string QueryAdvice(const query::Database& database, const absl::Status& status);

}  // namespace scope::tools
