#include "compiler_plugin/function_names.h"

#include "clang/AST/ASTContext.h"
#include "clang/AST/DeclCXX.h"
#include "clang/AST/PrettyPrinter.h"
#include "compiler_plugin/closures.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

namespace scope::compiler_plugin {
namespace {

using clang::FunctionDecl;

// A lambda that is a template's argument is named by its place: its file is enough for that, and
// the same in all folders.
class FileNames : public clang::PrintingCallbacks {
 public:
  std::string remapPath(llvm::StringRef path) const override {
    return llvm::sys::path::filename(path).str();
  }
};

clang::PrintingPolicy Policy(const FunctionDecl& function) {
  static const FileNames file_names;
  clang::PrintingPolicy policy = function.getASTContext().getPrintingPolicy();
  policy.SuppressTagKeyword = true;
  policy.Callbacks = &file_names;
  return policy;
}

std::string NameOf(const FunctionDecl& function, bool with_arguments) {
  const clang::PrintingPolicy policy = Policy(function);
  const clang::CXXRecordDecl* closure = ClosureOf(function);
  std::string name;
  llvm::raw_string_ostream stream(name);
  if (closure == nullptr) {
    const bool arguments = with_arguments && function.getTemplateSpecializationArgs() != nullptr;
    if (arguments) {
      function.getNameForDiagnostic(stream, policy, /*Qualified=*/true);
    } else {
      function.printQualifiedName(stream, policy);
    }
    return name;
  }
  if (const FunctionDecl* outer = FunctionAround(*closure)) {
    stream << NameOf(with_arguments ? *outer : PatternOf(*outer), with_arguments) << "::";
  } else if (const auto* scope = llvm::dyn_cast<clang::NamedDecl>(closure->getDeclContext())) {
    scope->printQualifiedName(stream, policy);
    stream << "::";
  }
  stream << "<lambda>";
  const auto* arguments = function.getTemplateSpecializationArgs();
  if (with_arguments && arguments != nullptr) {
    clang::printTemplateArgumentList(stream, arguments->asArray(), policy);
  }
  return name;
}

}  // namespace

const FunctionDecl& PatternOf(const FunctionDecl& function) {
  const FunctionDecl* pattern = function.getTemplateInstantiationPattern();
  return pattern != nullptr ? *pattern : function;
}

std::string TemplateName(const FunctionDecl& function) {
  return NameOf(PatternOf(function), /*with_arguments=*/false);
}

std::string InstanceName(const FunctionDecl& function) {
  return NameOf(function, /*with_arguments=*/true);
}

std::string Signature(const FunctionDecl& function) {
  const clang::PrintingPolicy policy = Policy(function);
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

}  // namespace scope::compiler_plugin
