#include "viewers/terminal/check_text.h"

#include "absl/strings/str_cat.h"
#include "viewers/terminal/json_text.h"
#include "viewers/terminal/printable.h"
#include "viewers/terminal/units.h"

namespace scope::viewers {
namespace {

bool IsSeries(const analysis::CheckTerm& term) {
  return term.kind == analysis::CheckTerm::Kind::kVariable ||
         term.kind == analysis::CheckTerm::Kind::kDuration;
}

std::string ExampleText(const analysis::CheckResult& result, const Places& places) {
  const trace::Node& node = *result.event.node;
  const std::string& name = node.kind == kScopeEventExit ? node.function->name : node.name;
  std::string text = absl::StrCat(
      Printable(name), node.kind == kScopeEventExit ? "() took " : " = ", Printable(result.value),
      " at ", places.Where(node), " @", result.event.seq, " in thread ", result.event.thread);
  if (!result.other.empty()) absl::StrAppend(&text, ", and before ", Printable(result.other));
  if (result.other_seq != trace::kNoSeq) absl::StrAppend(&text, " @", result.other_seq);
  return text;
}

}  // namespace

std::string CheckText(const analysis::Check& check, const analysis::CheckResult& result,
                      const Places& places, const Paint& paint) {
  std::string text =
      absl::StrCat(result.holds ? "holds  " : paint.Bad("FAILS  "), Printable(check.text), "  ");
  if (result.has_example) return absl::StrCat(text, "(", ExampleText(result, places), ")\n");
  if (check.kind == analysis::Check::Kind::kNoLosses) {
    return absl::StrCat(text, "(", result.value, " missing)\n");
  }
  const bool series = check.kind != analysis::Check::Kind::kCompare || IsSeries(check.left) ||
                      IsSeries(check.right);
  if (series) return absl::StrCat(text, "(", CountText(result.values, "value"), ")\n");
  return absl::StrCat(text, "(", result.value, " and ", result.other, ")\n");
}

std::string CheckJson(const analysis::Check& check, const analysis::CheckResult& result,
                      const analysis::CheckReport& report) {
  JsonObject object;
  object.Text("check", check.text)
      .Bool("holds", result.holds)
      .Number("values", result.values)
      .Bool("complete", report.complete)
      .Number("missing", report.losses);
  if (result.has_example) {
    const trace::Node& node = *result.event.node;
    object.Number("seq", result.event.seq)
        .Number("thread", result.event.thread)
        .Text("file", node.file)
        .Number("line", node.line)
        .Text("function", node.function->name)
        .Text("name", node.name);
  }
  object.Text("value", result.value).Text("other", result.other);
  object.Raw("other_seq",
             result.other_seq == trace::kNoSeq ? "null" : absl::StrCat(result.other_seq));
  return object.Str();
}

}  // namespace scope::viewers
