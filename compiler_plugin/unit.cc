#include "compiler_plugin/unit.h"

#include "compiler_plugin/function_names.h"
#include "compiler_plugin/subtree_hash.h"

namespace scope::compiler_plugin {
namespace {

using clang::FunctionDecl;

FunctionGraphs::Depth GraphDepth(const Options& options) {
  if (!options.graph) return FunctionGraphs::Depth::kNothing;
  const bool values = options.level > kScopeLevelFunctions || !options.match.empty();
  return values ? FunctionGraphs::Depth::kEverything : FunctionGraphs::Depth::kCalls;
}

}  // namespace

Unit::Unit(clang::ASTContext& ast, PathPrefixes prefixes, const Options& options, NodeList& list)
    : ast(ast),
      options(options),
      chosen_level(options.level),
      list(list),
      places(ast, prefixes, list),
      types(ast, list),
      hooks(ast),
      objects(ast, /*enabled=*/options.CapturesObjects()),
      keys(options.root),
      selection(ast, options),
      redaction(ast, selection),
      graphs(keys, places, list, GraphDepth(options)),
      report(ast, options.report_path) {
  // They were read once, so that an error was said where options are.
  for (const std::string& text : options.match) cantFail(matches.Add("match", text, false));
  for (const std::string& text : options.arm) cantFail(matches.Add("arm", text, true));
}

uint32_t Unit::FunctionIndex(const FunctionDecl& function, uint64_t enter_id) {
  const auto [known, added] = functions_.try_emplace(enter_id, list.functions.size());
  if (!added) return known->second;
  const FunctionDecl& shown = PatternOf(function);
  FunctionInfo info;
  info.id = enter_id;
  info.name = TemplateName(function);
  info.signature = Signature(shown);
  info.place = places.Find(shown.getNameInfo().getSourceRange());
  list.functions.push_back(std::move(info));
  return known->second;
}

uint32_t Unit::InstanceIndex(const FunctionDecl& function, uint32_t index) {
  const FunctionInfo& shared = list.functions[index];
  InstanceInfo info{0, index, InstanceName(function), ""};
  if (info.name == shared.name) return kNoNode;
  info.signature = Signature(function);
  info.id = MixHash(shared.id, MixHash(HashText(info.name), HashText(info.signature)));
  const auto [known, added] = instances_.try_emplace(info.id, list.instances.size());
  if (added) list.instances.push_back(std::move(info));
  return known->second;
}

}  // namespace scope::compiler_plugin
