#include "scope/trace/node_pattern.h"

#include "scope/trace/node_filter.h"

namespace scope::trace {
namespace {

bool EndsWithPath(const std::string& path, const std::string& end) {
  if (end.size() > path.size() || path.compare(path.size() - end.size(), end.size(), end) != 0) {
    return false;
  }
  return end.size() == path.size() || end[0] == '/' || path[path.size() - end.size() - 1] == '/';
}

}  // namespace

NodePattern NodePattern::Parse(const std::string& text) {
  NodePattern pattern;
  const size_t at = text.find('@');
  pattern.name = text.substr(0, at);
  if (at == std::string::npos) return pattern;
  pattern.file = text.substr(at + 1);
  const size_t colon = pattern.file.rfind(':');
  if (colon == std::string::npos || colon + 1 == pattern.file.size()) return pattern;
  const std::string digits = pattern.file.substr(colon + 1);
  if (digits.size() > 9 || digits.find_first_not_of("0123456789") != std::string::npos) {
    return pattern;
  }
  pattern.line = static_cast<uint32_t>(std::stoul(digits));
  pattern.file.resize(colon);
  return pattern;
}

bool NodePattern::Matches(const Node& node) const {
  if (!IsVariable(node) || node.name.empty()) return false;
  if (line != 0 && node.line != line) return false;
  if (!file.empty() && !EndsWithPath(node.file, file) && !MatchesGlob(file, node.file)) {
    return false;
  }
  return node.name == name || MatchesGlob(name, node.name);
}

}  // namespace scope::trace
