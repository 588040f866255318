#include "pipeline/selection.h"

#include <fnmatch.h>

#include "sdk/trace/node_enums.h"

namespace scope::pipeline {
namespace {

bool Matches(const std::string& glob, const std::string& name) {
  return fnmatch(glob.c_str(), name.c_str(), 0) == 0;
}

// Matches any of `globs`, or all there are leave out ("!step"); and none of those that leave out.
template <typename MatchesGlob>
bool IsWanted(const std::vector<std::string>& globs, const MatchesGlob& matches) {
  bool wanted = false;
  bool only_exclusions = true;
  for (const std::string& glob : globs) {
    if (glob.size() > 1 && glob[0] == '!') {
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

bool IsVariableKind(scope_event_kind kind) {
  switch (kind) {
    case kScopeEventParam:
    case kScopeEventInit:
    case kScopeEventAssign:
    case kScopeEventCompoundAssign:
    case kScopeEventIncDec:
    case kScopeEventRead: return true;
    default: return false;
  }
}

}  // namespace

Selection::Selection(std::vector<std::string> function_globs,
                     std::vector<std::string> variable_globs)
    : function_globs_(std::move(function_globs)), variable_globs_(std::move(variable_globs)) {}

bool Selection::WantsFunction(const trace::Function& function) const {
  const std::string plain = PlainName(function.name);
  return IsWanted(function_globs_, [&](const std::string& glob) {
    return Matches(glob, function.name) || Matches(glob, plain);
  });
}

bool Selection::WantsVariable(const trace::Node& node) const {
  return IsVariableKind(node.kind) && IsWanted(variable_globs_, [&](const std::string& glob) {
           return Matches(glob, node.name);
         });
}

bool Selection::Wants(const trace::Node& node) const {
  if (!function_globs_.empty() && !WantsFunction(*node.function)) return false;
  if (variable_globs_.empty()) return true;
  if (WantsVariable(node)) return true;
  const bool is_call = node.kind == kScopeEventEnter || node.kind == kScopeEventExit;
  return is_call && !function_globs_.empty();
}

std::string Selection::MakeSwitches(absl::string_view nodes_image,
                                    const std::vector<trace::NodePlace>& places,
                                    const trace::NodeFacts& facts) const {
  std::string switches(nodes_image.size(), static_cast<char>(SCOPE_SWITCH_OFF));
  for (const trace::NodePlace& place : places) {
    trace::Node node;
    node.kind = trace::KindOf(place.node.kind);
    facts.Fill(place.node.id, place.function_id, node);
    if (selects_all() || Wants(node)) {
      switches[place.switch_offset] = static_cast<char>(SCOPE_SWITCH_ON);
    }
  }
  return switches;
}

}  // namespace scope::pipeline
