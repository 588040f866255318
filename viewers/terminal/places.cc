#include "viewers/terminal/places.h"

#include <set>

#include "absl/strings/str_cat.h"
#include "viewers/terminal/printable.h"

namespace scope::viewers {
namespace {

// The last `parts` parts of a path.
std::string Tail(const std::string& path, size_t parts) {
  size_t begin = path.size();
  while (parts-- > 0 && begin != std::string::npos && begin > 0) begin = path.rfind('/', begin - 1);
  return begin == std::string::npos || begin == 0 ? path : path.substr(begin + 1);
}

}  // namespace

Places::Places(const std::deque<trace::Node>& nodes) {
  std::set<std::string> open;
  for (const trace::Node& node : nodes) {
    if (!node.file.empty()) open.insert(node.file);
    if (!node.function->file.empty()) open.insert(node.function->file);
  }
  for (size_t parts = 1; !open.empty(); ++parts) {
    std::map<std::string, std::set<std::string>> by_label;
    for (const std::string& file : open) by_label[Tail(file, parts)].insert(file);
    for (const auto& [label, files] : by_label) {
      if (files.size() > 1 && parts < 16) continue;
      for (const std::string& file : files) {
        labels_[file] = Printable(label);
        open.erase(file);
      }
    }
  }
}

std::string Places::Where(const std::string& file, uint32_t line) const {
  const auto label = labels_.find(file);
  if (label == labels_.end()) return "?";
  return line == 0 ? label->second : absl::StrCat(label->second, ":", line);
}

}  // namespace scope::viewers
