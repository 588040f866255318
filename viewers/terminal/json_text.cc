#include "viewers/terminal/json_text.h"

#include <charconv>
#include <cmath>

#include "absl/strings/str_format.h"
#include "viewers/terminal/printable.h"

namespace scope::viewers {

std::string JsonString(absl::string_view text) {
  std::string out = "\"";
  while (!text.empty()) {
    uint32_t code = 0;
    const size_t length = DecodeUtf8(text, code);
    if (length == 0) {
      out += "\\ufffd";
    } else if (code == '"' || code == '\\') {
      out += '\\';
      out += static_cast<char>(code);
    } else if (code == '\n') {
      out += "\\n";
    } else if (code < 0x20 || (code >= 0x7f && code < 0xa0) || (code >> 4) == 0x202) {
      absl::StrAppendFormat(&out, "\\u%04x", code);  // A terminal may show the line as it is.
    } else {
      out.append(text.data(), length);
    }
    text.remove_prefix(length == 0 ? 1 : length);
  }
  out += '"';
  return out;
}

std::string JsonDouble(double value) {
  if (std::isnan(value)) return "\"nan\"";
  if (std::isinf(value)) return value > 0 ? "\"inf\"" : "\"-inf\"";
  char buffer[32];
  const auto end = std::to_chars(buffer, buffer + sizeof(buffer), value).ptr;
  std::string text(buffer, end);
  // A reader that tells integers from floats keeps seeing a float.
  if (text.find_first_of(".e") == std::string::npos) text += ".0";
  return text;
}

std::string JsonId(uint64_t id) { return absl::StrFormat("\"%016x\"", id); }

JsonObject& JsonObject::Raw(absl::string_view key, absl::string_view json) {
  absl::StrAppend(&members_, members_.empty() ? "" : ", ", JsonString(key), ": ", json);
  return *this;
}

}  // namespace scope::viewers
