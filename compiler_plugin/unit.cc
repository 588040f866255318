#include "compiler_plugin/unit.h"

#include "clang/AST/PrettyPrinter.h"
#include "compiler_plugin/closures.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/raw_ostream.h"

namespace scope::compiler_plugin {
namespace {

using clang::FunctionDecl;

// "ns::Class::method"; a lambda is "ns::outer::<lambda>".
std::string QualifiedName(const FunctionDecl& function, const clang::PrintingPolicy& policy) {
  const clang::CXXRecordDecl* closure = ClosureOf(function);
  if (closure == nullptr) {
    std::string name;
    llvm::raw_string_ostream stream(name);
    function.printQualifiedName(stream, policy);
    return name;
  }
  if (const FunctionDecl* outer = FunctionAround(*closure)) {
    return QualifiedName(*outer, policy) + "::<lambda>";
  }
  const auto* scope = llvm::dyn_cast<clang::NamedDecl>(closure->getDeclContext());
  return (scope != nullptr ? scope->getQualifiedNameAsString() + "::" : "") + "<lambda>";
}

// "long step(long)".
std::string Signature(const FunctionDecl& function, const clang::PrintingPolicy& policy) {
  std::string text;
  llvm::raw_string_ostream stream(text);
  const bool unnamed_result =
      llvm::isa<clang::CXXConstructorDecl, clang::CXXDestructorDecl, clang::CXXConversionDecl>(
          function);
  if (!unnamed_result) stream << function.getReturnType().getAsString(policy) << ' ';
  stream << function.getDeclName().getAsString() << '(';
  llvm::ListSeparator comma;
  for (const clang::ParmVarDecl* parameter : function.parameters()) {
    stream << comma << parameter->getType().getAsString(policy);
  }
  if (function.isVariadic()) stream << comma << "...";
  stream << ')';
  return text;
}

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
  const FunctionDecl* pattern = function.getTemplateInstantiationPattern();
  const FunctionDecl& shown = pattern != nullptr ? *pattern : function;
  clang::PrintingPolicy policy = ast.getPrintingPolicy();
  policy.SuppressTagKeyword = true;
  FunctionInfo info;
  info.id = enter_id;
  info.name = QualifiedName(shown, policy);
  info.signature = Signature(shown, policy);
  info.place = places.Find(shown.getNameInfo().getSourceRange());
  list.functions.push_back(std::move(info));
  return known->second;
}

}  // namespace scope::compiler_plugin
