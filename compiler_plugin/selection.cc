#include "compiler_plugin/selection.h"

#include "clang/AST/Attr.h"
#include "clang/Basic/FileManager.h"
#include "clang/Basic/SourceManager.h"
#include "compiler_plugin/closures.h"

namespace scope::compiler_plugin {
namespace {

using clang::FunctionDecl;

bool CanCarryReports(const FunctionDecl& function) {
  return function.doesThisDeclarationHaveABody() && !function.isDependentContext() &&
         !function.isDefaulted() && !function.isDeleted() && !function.isImmediateFunction() &&
         !function.isInvalidDecl() && !function.hasAttr<clang::NakedAttr>() &&
         !function.hasAttr<clang::NoInstrumentFunctionAttr>() && function.getBody() != nullptr;
}

bool IsIgnored(const FunctionDecl& function) {
  return llvm::any_of(function.specific_attrs<clang::AnnotateAttr>(), [](const auto* attribute) {
    return attribute->getAnnotation() == "scope:ignore";
  });
}

// A lambda is selected with the function that it stands in.
const FunctionDecl& NamedFunction(const FunctionDecl& function) {
  const clang::CXXRecordDecl* closure = ClosureOf(function);
  const FunctionDecl* outer = closure != nullptr ? FunctionAround(*closure) : nullptr;
  return outer != nullptr ? *outer : function;
}

template <typename Matches>
bool Allows(const Globs& globs, Matches matches) {
  if (llvm::any_of(globs.exclude, matches)) return false;
  return globs.include.empty() || llvm::any_of(globs.include, matches);
}

bool MatchesPathOrTail(const llvm::GlobPattern& glob, llvm::StringRef path) {
  while (true) {
    if (glob.match(path)) return true;
    const size_t slash = path.find('/');
    if (slash == llvm::StringRef::npos) return false;
    path = path.drop_front(slash + 1);
  }
}

}  // namespace

bool Selection::IsUserCode(clang::SourceLocation where) const {
  return where.isValid() && !sources_.isInSystemHeader(sources_.getExpansionLoc(where));
}

bool Selection::IncludesFile(clang::SourceLocation where) {
  if (options_.files.include.empty() && options_.files.exclude.empty()) return true;
  const clang::PresumedLoc presumed = sources_.getPresumedLoc(sources_.getExpansionLoc(where));
  if (presumed.isInvalid()) return false;
  const llvm::StringRef given = presumed.getFilename();
  const auto [known, added] = files_.try_emplace(given, false);
  if (added) {
    llvm::SmallString<256> absolute(given);
    sources_.getFileManager().makeAbsolutePath(absolute);
    known->second = Allows(options_.files, [&](const llvm::GlobPattern& glob) {
      return MatchesPathOrTail(glob, given) || MatchesPathOrTail(glob, absolute);
    });
  }
  return known->second;
}

bool Selection::IncludesName(const FunctionDecl& function) const {
  if (options_.functions.include.empty() && options_.functions.exclude.empty()) return true;
  const std::string plain = function.getNameAsString();
  const std::string qualified = function.getQualifiedNameAsString();
  return Allows(options_.functions, [&](const llvm::GlobPattern& glob) {
    return glob.match(plain) || glob.match(qualified);
  });
}

bool Selection::Includes(const FunctionDecl& function) {
  if (!CanCarryReports(function) || !IsUserCode(function.getLocation())) return false;
  const FunctionDecl& named = NamedFunction(function);
  return !IsIgnored(function) && !IsIgnored(named) && IncludesFile(function.getLocation()) &&
         IncludesName(named);
}

}  // namespace scope::compiler_plugin
