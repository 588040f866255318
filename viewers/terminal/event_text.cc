#include "viewers/terminal/event_text.h"

#include "absl/strings/str_cat.h"
#include "scope/wire/block.h"
#include "viewers/terminal/event_words.h"
#include "viewers/terminal/printable.h"
#include "viewers/terminal/units.h"

namespace scope::viewers {
namespace {

std::string GapText(const trace::Event& gap) {
  if (gap.gap_reason == kScopeGapNotKept) {
    return absl::StrCat("-- ", CountText(gap.gap_count, "event"),
                        " lie before the window that was kept --");
  }
  const char* reason =
      gap.gap_reason == kScopeGapDropped       ? "the ring was full, or capture stopped"
      : gap.gap_reason == kScopeGapTorn        ? "never completely written"
      : gap.gap_reason == kScopeGapQuarantined ? "could not be stored, see quarantine-N.txt"
                                               : "unknown reason";
  return absl::StrCat("-- ", CountText(gap.gap_count, "event"), " missing (",
                      GapWord(gap.gap_reason), ": ", reason, ") --");
}

std::string NameOr(const trace::Node& node, const char* otherwise) {
  return node.name.empty() ? otherwise : Printable(node.name);
}

std::string ExitText(const trace::Event& event) {
  switch (event.exit_how) {
    case kScopeExitUnwind:
      return event.thrown == nullptr || event.thrown->type_name.empty()
                 ? " left by an exception"
                 : absl::StrCat(" left by an exception: ", Printable(event.thrown->type_name));
    case kScopeExitTailCall:
      return " goes over into the next call";
    case kScopeExitThread:
      return " ends with its thread";
    case kScopeExitDestroy:
      return " is destroyed";
    default:
      return event.call == trace::kNoCall ? " ends (its entry is not in the trace)" : " ends";
  }
}

}  // namespace

std::string ValueText(const trace::Event& event) { return Printable(trace::FormatValue(event)); }

std::string EventText(const trace::Event& event) {
  if (event.node == nullptr) return GapText(event);
  const trace::Node& node = *event.node;
  const std::string function = Printable(node.function->name);
  switch (node.kind) {
    case kScopeEventEnter:
      return absl::StrCat(function, "()");
    case kScopeEventExit:
      return absl::StrCat(function, ExitText(event));
    case kScopeEventReturn:
      return absl::StrCat("return ", ValueText(event));
    case kScopeEventBranch:
      return absl::StrCat("if (", NameOr(node, "..."), "): ", ValueText(event));
    case kScopeEventLoop:
      return absl::StrCat("loop (", NameOr(node, "..."), "): ", ValueText(event));
    case kScopeEventSwitch:
      return absl::StrCat("switch (", NameOr(node, "..."), "): ", ValueText(event));
    case kScopeEventCase:
      return absl::StrCat("case ", NameOr(node, "..."));
    case kScopeEventMatch:
      return absl::StrCat("match (", NameOr(node, "..."), "): ", ValueText(event));
    case kScopeEventReserve:
      return absl::StrCat(NameOr(node, "?"), " = ...");
    case kScopeEventSuspend:
      return absl::StrCat(function, " gives way: ", NameOr(node, "..."));
    case kScopeEventResume:
      return absl::StrCat(function, " goes on");
    case kScopeEventDestroy:
      return absl::StrCat(function, " is destroyed while it waits");
    case kScopeEventAwait:
      return absl::StrCat("co_await ", NameOr(node, "..."), " -> ", ValueText(event));
    case kScopeEventYield:
      return absl::StrCat("co_yield ", ValueText(event));
    case kScopeEventThrow:
      return absl::StrCat("throw ", Printable(node.name));
    case kScopeEventCatch:
      return absl::StrCat("catch ", Printable(node.name));
    case kScopeEventResult:
      return absl::StrCat(NameOr(node, "call"), "(...) -> ", ValueText(event));
    case kScopeEventRead:
      return absl::StrCat(NameOr(node, "?"), " is ", ValueText(event));
    case kScopeEventParam:
    case kScopeEventInit:
    case kScopeEventAssign:
    case kScopeEventCompoundAssign:
    case kScopeEventIncDec:
    case kScopeEventArgument:
    case kScopeEventMember:
    case kScopeEventValue:
    case kScopeEventState:
    case kScopeEventMetric:
      return absl::StrCat(NameOr(node, "?"), " = ", ValueText(event));
    default:
      break;
  }
  return absl::StrCat(KindWord(node.kind), " ", Printable(node.name), " ", ValueText(event));
}

}  // namespace scope::viewers
