#include "viewers/terminal/name_pattern.h"

#include <fnmatch.h>

#include <algorithm>

#include "viewers/terminal/event_words.h"

namespace scope::viewers {

bool MatchesGlob(const std::string& glob, const std::string& name) {
  return fnmatch(glob.c_str(), name.c_str(), FNM_EXTMATCH) == 0;
}

bool MatchesFunction(const std::string& glob, const trace::Function& function) {
  if (MatchesGlob(glob, function.name)) return true;
  const size_t colons = function.name.rfind("::");
  return colons != std::string::npos && MatchesGlob(glob, function.name.substr(colons + 2));
}

std::vector<bool> SelectNodes(const trace::TraceReader& reader,
                              const std::vector<std::string>& functions,
                              const std::vector<std::string>& variables) {
  std::vector<bool> selected(reader.nodes().size());
  for (const trace::Node& node : reader.nodes()) {
    const bool function = functions.empty() ||
                          std::any_of(functions.begin(), functions.end(), [&](const auto& glob) {
                            return MatchesFunction(glob, *node.function);
                          });
    const bool variable = variables.empty() ||
                          (IsVariable(node) &&
                           std::any_of(variables.begin(), variables.end(), [&](const auto& glob) {
                             return MatchesGlob(glob, node.name);
                           }));
    selected[node.number] = function && variable;
  }
  return selected;
}

}  // namespace scope::viewers
