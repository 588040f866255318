#include "sdk/query/sequence_argument.h"

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace scope::query {

absl::StatusOr<uint64_t> SequenceOf(const Value& argument, const char* function) {
  int64_t seq = -1;
  if (const auto* number = std::get_if<int64_t>(&argument)) seq = *number;
  if (const auto* text = std::get_if<std::string>(&argument)) {
    if (!absl::SimpleAtoi(*text, &seq)) seq = -1;
  }
  if (seq >= 0) return static_cast<uint64_t>(seq);
  return absl::InvalidArgumentError(
      absl::StrCat(function, " takes a sequence number, as in the column seq of events"));
}

}  // namespace scope::query
