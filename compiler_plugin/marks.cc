#include "compiler_plugin/marks.h"

#include "clang/AST/Attr.h"

namespace scope::compiler_plugin {

bool IsMarked(const clang::Decl& declaration, llvm::StringRef mark) {
  if (!declaration.hasAttrs()) return false;
  return llvm::any_of(declaration.specific_attrs<clang::AnnotateAttr>(),
                      [&](const auto* attribute) { return attribute->getAnnotation() == mark; });
}

bool IsMarkedAround(const clang::Decl& declaration, llvm::StringRef mark) {
  if (IsMarked(declaration, mark)) return true;
  for (const clang::DeclContext* around = declaration.getDeclContext(); around != nullptr;
       around = around->getParent()) {
    if (IsMarked(*llvm::cast<clang::Decl>(around), mark)) return true;
  }
  return false;
}

}  // namespace scope::compiler_plugin
