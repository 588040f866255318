#include "viewers/terminal/name_pattern.h"

#include <fnmatch.h>

#include "viewers/terminal/event_words.h"

namespace scope::viewers {
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

}  // namespace

bool MatchesGlob(const std::string& glob, const std::string& name) {
  return fnmatch(glob.c_str(), name.c_str(), 0) == 0;
}

bool MatchesFunction(const std::string& glob, const trace::Function& function) {
  return MatchesGlob(glob, function.name) || MatchesGlob(glob, PlainName(function.name));
}

std::string WithoutExclusion(const std::string& glob) {
  return IsExclusion(glob) ? glob.substr(1) : glob;
}

std::vector<bool> SelectNodes(const trace::TraceReader& reader,
                              const std::vector<std::string>& functions,
                              const std::vector<std::string>& variables) {
  std::vector<bool> selected(reader.nodes().size());
  for (const trace::Node& node : reader.nodes()) {
    const bool function = IsWanted(
        functions, [&](const std::string& glob) { return MatchesFunction(glob, *node.function); });
    const bool variable =
        variables.empty() || (IsVariable(node) && IsWanted(variables, [&](const std::string& glob) {
                                return MatchesGlob(glob, node.name);
                              }));
    const bool call = node.kind == kScopeEventEnter || node.kind == kScopeEventExit;
    selected[node.number] = function && (variable || (call && !functions.empty()));
  }
  return selected;
}

}  // namespace scope::viewers
