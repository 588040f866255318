#include "scope/trace/event_words.h"

#include "absl/strings/str_cat.h"
#include "scope/wire/block.h"

namespace scope::trace {

std::string KindWord(int kind) {
  switch (kind) {
#define X(name, number, word, level) \
  case number:                       \
    return word;
    SCOPE_EVENT_KINDS(X)
#undef X
  }
  return absl::StrCat("kind-", kind);
}

std::string TypeWord(int type) {
  switch (type) {
#define X(name, number, word) \
  case number:                \
    return word;
    SCOPE_VALUE_TYPES(X)
#undef X
  }
  return absl::StrCat("type-", type);
}

std::string ExitWord(int how) {
  switch (how) {
    case kScopeExitReturn:
      return "return";
    case kScopeExitUnwind:
      return "unwind";
    case kScopeExitTailCall:
      return "tail_call";
    case kScopeExitThread:
      return "thread_end";
    case kScopeExitDestroy:
      return "destroyed";
  }
  return absl::StrCat("how-", how);
}

std::string GapWord(uint32_t reason) {
  if (reason == kScopeGapDropped) return "dropped";
  if (reason == kScopeGapTorn) return "torn";
  if (reason == kScopeGapNotKept) return "not_kept";
  if (reason == kScopeGapQuarantined) return "quarantined";
  return absl::StrCat("reason-", reason);
}

bool HasValue(const Node& node) {
  return node.kind != kScopeEventEnter && node.kind != kScopeEventExit &&
         node.value_type != kScopeValueNone;
}

}  // namespace scope::trace
