#include "viewers/terminal/why_text.h"

#include "absl/strings/str_cat.h"
#include "viewers/terminal/event_words.h"
#include "viewers/terminal/json_text.h"
#include "viewers/terminal/printable.h"
#include "viewers/terminal/typed_value.h"
#include "viewers/terminal/units.h"

namespace scope::viewers {
namespace {

using analysis::Hop;
using analysis::Why;

const char* HowWord(Hop::How how) {
  switch (how) {
    case Hop::How::kAsked:
      return "asked";
    case Hop::How::kValue:
      return "value";
    case Hop::How::kArgument:
      return "argument";
    case Hop::How::kReturned:
      return "returned";
    case Hop::How::kObject:
      return "object";
    case Hop::How::kThrown:
      return "thrown";
    case Hop::How::kDecided:
      return "decided";
  }
  return "";
}

// "total = 15", "step() returned 8", "throw: 7".
std::string What(const Hop& hop) {
  const trace::Node& node = *hop.event.node;
  const std::string value =
      node.redacted ? "(redacted)" : Printable(trace::FormatValue(hop.AsEvent()));
  switch (node.kind) {
    case kScopeEventReturn:
      return absl::StrCat(Printable(node.function->name), "() returned ", value);
    case kScopeEventResult:
      return absl::StrCat(Printable(node.name), "(...) gave ", value);
    case kScopeEventThrow:
      return absl::StrCat("thrown: ", value);
    case kScopeEventCatch:
      return absl::StrCat("caught ", Printable(node.name), value.empty() ? "" : " = ", value);
    case kScopeEventBranch:
    case kScopeEventLoop:
    case kScopeEventSwitch:
      return absl::StrCat(Printable(node.name), " is ", value);
    default:
      return absl::StrCat(node.name.empty() ? KindWord(node.kind) : Printable(node.name), " = ",
                          value);
  }
}

class Tree {
 public:
  Tree(const Why& why, const Places& places, const Paint& paint, const TextSink& sink)
      : why_(why), places_(places), paint_(paint), sink_(sink) {}

  void Show(size_t index, const std::string& first, const std::string& rest) {
    const Hop& hop = why_.hops[index];
    if (!sink_(absl::StrCat(paint_.Dim(first), Line(hop), "\n"))) return;
    for (size_t i = 0; i < hop.children.size(); ++i) {
      const bool last = i + 1 == hop.children.size();
      Show(hop.children[i], rest + (last ? "└─ " : "├─ "), rest + (last ? "   " : "│  "));
    }
  }

 private:
  std::string Line(const Hop& hop) const {
    if (!hop.is_known) return paint_.Bad(absl::StrCat("? ", hop.remark));
    const trace::Node& node = *hop.event.node;
    if (hop.how == Hop::How::kDecided) {
      return absl::StrCat(paint_.Dim("because "), What(hop), "  ", paint_.Dim(Place(hop)));
    }
    std::string line;
    if (hop.more > 1) {
      line = absl::StrCat("... ", CountText(hop.more), " more ",
                          hop.more_are_calls ? "calls" : "turns", ": ", Printable(hop.text),
                          ", the first: ");
    }
    absl::StrAppend(&line, paint_.Bold(What(hop)), "  ", paint_.Dim(Place(hop)));
    if (hop.more <= 1 && (hop.text != node.name || node.kind == kScopeEventReturn)) {
      absl::StrAppend(&line, "  ", Printable(hop.text));
    }
    if (node.kind == kScopeEventParam && !hop.call_text.empty() && Shows(hop)) {
      absl::StrAppend(&line, ", called as ", Printable(hop.call_text), " at ",
                      places_.Where(hop.call_file, hop.call_line));
    }
    if (hop.same_as != analysis::kNoHop) {
      const Hop& same = why_.hops[hop.same_as];
      const bool turns = same.event.seq != hop.event.seq;
      absl::StrAppend(&line,
                      paint_.Dim(turns ? "  (one of those turns)" : "  (as told elsewhere)"));
    }
    if (hop.perhaps) absl::StrAppend(&line, "  ", paint_.Bad("perhaps"));
    if (!hop.remark.empty())
      absl::StrAppend(&line, paint_.Dim(absl::StrCat(" (", hop.remark, ")")));
    if (hop.cut) absl::StrAppend(&line, paint_.Dim(" ... (--depth N follows it further)"));
    return line;
  }

  static bool Shows(const Hop& hop) { return hop.same_as == analysis::kNoHop; }

  std::string Place(const Hop& hop) const {
    return absl::StrCat(places_.Where(*hop.event.node), " @", hop.event.seq);
  }

  const Why& why_;
  const Places& places_;
  const Paint& paint_;
  const TextSink& sink_;
};

}  // namespace

void WhyText(const Why& why, const Places& places, const Paint& paint, const TextSink& sink) {
  if (!why.hops.empty()) Tree(why, places, paint, sink).Show(0, "", "");
}

void WhyJson(const Why& why, const TextSink& sink) {
  for (size_t i = 0; i < why.hops.size(); ++i) {
    const Hop& hop = why.hops[i];
    JsonObject object;
    object.Number("hop", i);
    object.Raw("parent", hop.parent == analysis::kNoHop ? "null" : absl::StrCat(hop.parent));
    object.Text("how", HowWord(hop.how)).Bool("known", hop.is_known);
    if (hop.is_known) {
      const trace::Node& node = *hop.event.node;
      object.Number("seq", hop.event.seq)
          .Number("thread", hop.event.thread)
          .Number("time_ns", hop.event.time_ns)
          .Raw("node", JsonId(node.id))
          .Text("kind", KindWord(node.kind))
          .Text("file", node.file)
          .Number("line", node.line)
          .Number("col", node.column)
          .Text("function", node.function->name)
          .Text("name", node.name)
          .Text("text", hop.text)
          .Raw("value", node.redacted ? "null" : ValueJson(hop.AsEvent()))
          .Raw("call", hop.event.call == trace::kNoCall ? "null" : absl::StrCat(hop.event.call));
      if (node.redacted) object.Bool("redacted", true);
    }
    if (!hop.call_text.empty()) {
      object.Text("call_text", hop.call_text)
          .Text("call_file", hop.call_file)
          .Number("call_line", hop.call_line);
    }
    if (hop.more > 1) object.Number("more", hop.more).Bool("more_are_calls", hop.more_are_calls);
    if (hop.same_as != analysis::kNoHop) object.Number("same_as", hop.same_as);
    if (hop.perhaps) object.Bool("perhaps", true);
    if (hop.cut) object.Bool("cut", true);
    if (!hop.remark.empty()) object.Text("remark", hop.remark);
    if (!sink(object.Str() + "\n")) return;
  }
}

}  // namespace scope::viewers
