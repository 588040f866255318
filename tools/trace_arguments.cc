#include "tools/trace_arguments.h"

#include <algorithm>
#include <set>

#include "absl/strings/str_cat.h"
#include "scope/trace/node_filter.h"
#include "tools/nearest.h"
#include "tools/say.h"
#include "viewers/terminal/loss_text.h"

namespace scope::tools {

void TraceArguments::Declare(Arguments& arguments) {
  arguments.Text("-d,--dir", "DIR", "the trace (scope.data)", &directory);
  arguments.Flag("--json", "for programs: JSON, one object a line", &json);
}

void TraceArguments::DeclareFilters(Arguments& arguments) {
  arguments.List("-F,--function", "GLOB", "only these functions; may be repeated", &functions);
  arguments.List("-V,--variable", "GLOB", "only these variables; may be repeated", &variables);
}

std::unique_ptr<trace::TraceReader> TraceArguments::Open() {
  auto reader = trace::TraceReader::Open(directory);
  if (!reader.ok()) {
    std::string message(reader.status().message());
    if (message.find(directory) == std::string::npos) {
      message = absl::StrCat(directory, ": ", message);
    }
    Say(message);
    return nullptr;
  }
  SayDamage(**reader);
  return *std::move(reader);
}

bool TraceArguments::SayDamage(const trace::TraceReader& reader) {
  const std::string cut_off = viewers::CutOffText(reader.info());
  if (!cut_off.empty() && !damage_said_) Say(absl::StrCat(directory, ": ", cut_off));
  damage_said_ = damage_said_ || !cut_off.empty();
  return damage_said_;
}

std::string UnmatchedGlob(const trace::TraceReader& reader, const std::string& directory,
                          const std::vector<std::string>& functions,
                          const std::vector<std::string>& variables) {
  for (const std::string& glob : functions) {
    const auto& all = reader.nodes();
    if (std::none_of(all.begin(), all.end(), [&](const trace::Node& node) {
          return trace::MatchesFunction(trace::WithoutExclusion(glob), *node.function);
        })) {
      return absl::StrCat("no function in ", directory, " matches '", glob, "'",
                          DidYouMean(glob, FunctionNames(reader)));
    }
  }
  const std::vector<std::string> names = VariableNames(reader);
  for (const std::string& glob : variables) {
    if (std::none_of(names.begin(), names.end(), [&](const std::string& name) {
          return trace::MatchesGlob(trace::WithoutExclusion(glob), name);
        })) {
      return absl::StrCat("no variable in ", directory, " matches '", glob, "'",
                          DidYouMean(glob, names));
    }
  }
  return "";
}

bool TraceArguments::SelectNodes(const trace::TraceReader& reader, std::vector<bool>& nodes) const {
  const std::string unmatched = UnmatchedGlob(reader, directory, functions, variables);
  if (!unmatched.empty()) {
    Say(unmatched);
    return false;
  }
  const trace::NodeFilter filter(functions, variables);
  nodes.clear();
  for (const trace::Node& node : reader.nodes()) nodes.push_back(filter.Wants(node));
  return true;
}

std::vector<std::string> VariableNames(const trace::TraceReader& reader) {
  std::set<std::string> names;
  for (const trace::Node& node : reader.nodes()) {
    if (trace::IsVariable(node) && !node.name.empty()) names.insert(node.name);
  }
  return {names.begin(), names.end()};
}

std::vector<std::string> FunctionNames(const trace::TraceReader& reader) {
  std::set<std::string> names;
  for (const trace::Node& node : reader.nodes()) {
    const std::string& name = node.function->name;
    names.insert(name);
    const size_t colons = name.rfind("::");
    if (colons != std::string::npos) names.insert(name.substr(colons + 2));
  }
  return {names.begin(), names.end()};
}

}  // namespace scope::tools
