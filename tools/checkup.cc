#include "tools/checkup.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "viewers/terminal/json_text.h"
#include "viewers/terminal/printable.h"
#include "viewers/terminal/text_width.h"

namespace scope::tools {

using viewers::PadRight;
using viewers::Printable;

std::string ChecksText(const std::vector<Check>& checks, const viewers::Paint& paint) {
  size_t what_width = 9;
  size_t found_width = 22;
  for (const Check& check : checks) {
    what_width = std::max(what_width, viewers::TextWidth(check.what));
    found_width = std::max(found_width, viewers::TextWidth(Printable(check.found)));
  }
  std::string text;
  for (const Check& check : checks) {
    std::string line = absl::StrCat(PadRight(check.what, what_width), "  ",
                                    PadRight(Printable(check.found), found_width), "  ",
                                    check.ok ? paint.Good("ok") : paint.Bad("NO"));
    if (!check.detail.empty()) absl::StrAppend(&line, "  ", Printable(check.detail));
    absl::StrAppend(&text, line, "\n");
  }
  return text;
}

std::string ChecksJson(const std::vector<Check>& checks) {
  bool all = true;
  viewers::JsonArray array;
  for (const Check& check : checks) {
    all = all && check.ok;
    array.Add(viewers::JsonObject()
                  .Text("what", check.what)
                  .Text("found", check.found)
                  .Bool("ok", check.ok)
                  .Text("detail", check.detail)
                  .Str());
  }
  return viewers::JsonObject().Bool("ok", all).Raw("checks", array.Str()).Str() + "\n";
}

}  // namespace scope::tools
