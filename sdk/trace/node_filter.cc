#include "scope/trace/node_filter.h"

#include <fnmatch.h>

#include <utility>

namespace scope::trace {
namespace {

bool IsExclusion(const std::string& glob) { return glob.size() > 1 && glob[0] == '!'; }

// Matches any of `globs`, or all there are exclude; and none of those that exclude.
template <typename Matches>
bool IsWanted(const std::vector<std::string>& globs, const Matches& matches) {
  bool wanted = false;
  bool only_exclusions = true;
  for (const std::string& glob : globs) {
    if (IsExclusion(glob)) {
      if (matches(glob.substr(1))) return false;
    } else {
      only_exclusions = false;
      wanted = wanted || matches(glob);
    }
  }
  return wanted || only_exclusions;
}

// "ns::Class<a::b>::method" -> "method". Colons inside of <> or () do not count.
std::string PlainName(const std::string& qualified) {
  int nested = 0;
  for (size_t i = qualified.size(); i > 1; --i) {
    const char c = qualified[i - 1];
    if (c == '>' || c == ')') ++nested;
    if (c == '<' || c == '(') --nested;
    if (nested <= 0 && c == ':' && qualified[i - 2] == ':') return qualified.substr(i);
  }
  const size_t last = qualified.rfind("::");  // "operator->" and the like
  return nested == 0 || last == std::string::npos ? qualified : qualified.substr(last + 2);
}

bool EndsWithPath(const std::string& path, const std::string& end) {
  if (end.size() > path.size() || path.compare(path.size() - end.size(), end.size(), end) != 0) {
    return false;
  }
  return end.size() == path.size() || end[0] == '/' || path[path.size() - end.size() - 1] == '/';
}

}  // namespace

bool MatchesGlob(const std::string& glob, const std::string& name) {
  return fnmatch(glob.c_str(), name.c_str(), 0) == 0;
}

bool MatchesFunction(const std::string& glob, const Function& function) {
  return MatchesGlob(glob, function.name) || MatchesGlob(glob, PlainName(function.name));
}

std::string WithoutExclusion(const std::string& glob) {
  return IsExclusion(glob) ? glob.substr(1) : glob;
}

bool IsVariable(const Node& node) {
  switch (node.kind) {
    case kScopeEventParam:
    case kScopeEventInit:
    case kScopeEventAssign:
    case kScopeEventCompoundAssign:
    case kScopeEventIncDec:
    case kScopeEventRead:
    case kScopeEventValue:
    case kScopeEventState:
    case kScopeEventMetric:
      return true;
    default:
      return false;
  }
}

VariablePattern VariablePattern::Parse(const std::string& text) {
  VariablePattern pattern;
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

bool VariablePattern::Matches(const Node& node) const {
  if (!IsVariable(node) || node.name.empty()) return false;
  if (line != 0 && node.line != line) return false;
  if (!file.empty() && !EndsWithPath(node.file, file) && !MatchesGlob(file, node.file))
    return false;
  return node.name == name || MatchesGlob(name, node.name);
}

NodeFilter::NodeFilter(std::vector<std::string> function_globs,
                       std::vector<std::string> variable_globs)
    : function_globs_(std::move(function_globs)), variable_globs_(std::move(variable_globs)) {}

bool NodeFilter::Wants(const Node& node) const {
  const bool function = IsWanted(function_globs_, [&](const std::string& glob) {
    return MatchesFunction(glob, *node.function);
  });
  if (!function) return false;
  if (variable_globs_.empty()) return true;
  const bool is_call = SCOPE_HAS_STAMP(node.kind) || node.kind == kScopeEventFrame;
  if (is_call) return !function_globs_.empty();
  return IsVariable(node) && IsWanted(variable_globs_, [&](const std::string& glob) {
           return MatchesGlob(glob, node.name);
         });
}

}  // namespace scope::trace
