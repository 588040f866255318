#include "viewers/terminal/text_width.h"

#include <cstdint>

#include "absl/strings/str_cat.h"
#include "viewers/terminal/printable.h"

namespace scope::viewers {
namespace {

struct Range {
  uint32_t first, last;
};

// The large ranges of Unicode's East Asian Width W and F.
constexpr Range kWide[] = {
    {0x1100, 0x115f}, {0x2e80, 0x303e},   {0x3041, 0x33ff},   {0x3400, 0x4dbf},  {0x4e00, 0x9fff},
    {0xa000, 0xa4cf}, {0xac00, 0xd7a3},   {0xf900, 0xfaff},   {0xfe30, 0xfe6f},  {0xff00, 0xff60},
    {0xffe0, 0xffe6}, {0x1f300, 0x1f64f}, {0x1f900, 0x1f9ff}, {0x20000, 0x3fffd}};
constexpr Range kCombining[] = {
    {0x0300, 0x036f}, {0x1ab0, 0x1aff}, {0x20d0, 0x20ff}, {0xfe00, 0xfe0f}, {0xfe20, 0xfe2f}};

template <size_t n>
bool IsIn(const Range (&ranges)[n], uint32_t code) {
  for (const Range& range : ranges) {
    if (code >= range.first && code <= range.last) return true;
  }
  return false;
}

// Takes one character off the front of `text`; its width in columns.
size_t TakeCharacter(absl::string_view& text) {
  uint32_t code = 0;
  const size_t length = DecodeUtf8(text, code);
  text.remove_prefix(length == 0 ? 1 : length);
  if (length < 2) return 1;
  return IsIn(kCombining, code) ? 0 : IsIn(kWide, code) ? 2 : 1;
}

}  // namespace

size_t TextWidth(absl::string_view text) {
  size_t width = 0;
  while (!text.empty()) width += TakeCharacter(text);
  return width;
}

std::string Fit(absl::string_view text, size_t width) {
  if (TextWidth(text) <= width) return std::string(text);
  if (width == 0) return "";
  absl::string_view rest = text;
  absl::string_view kept = text.substr(0, 0);
  size_t used = 0;
  while (!rest.empty()) {
    used += TakeCharacter(rest);
    if (used > width - 1) break;
    kept = text.substr(0, text.size() - rest.size());
  }
  return absl::StrCat(kept, "…");
}

std::string PadRight(absl::string_view text, size_t width) {
  const size_t used = TextWidth(text);
  return absl::StrCat(text, std::string(used < width ? width - used : 0, ' '));
}

std::string PadLeft(absl::string_view text, size_t width) {
  const size_t used = TextWidth(text);
  return absl::StrCat(std::string(used < width ? width - used : 0, ' '), text);
}

}  // namespace scope::viewers
