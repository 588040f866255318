// places.h - where code stands in its file, and its text.
//
// Code from a macro stands where the macro is used; an argument of a macro stands where it is
// written.

#pragma once

#include <map>
#include <string>

#include "clang/AST/ASTContext.h"
#include "compiler_plugin/nodes.h"

namespace scope::compiler_plugin {

// Prefixes of paths that the compilation replaces (-ffile-prefix-map).
using PathPrefixes = llvm::ArrayRef<std::pair<std::string, std::string>>;

class Places {
 public:
  Places(const clang::ASTContext& ast, PathPrefixes prefixes, NodeList& list)
      : sources_(ast.getSourceManager()),
        language_(ast.getLangOpts()),
        prefixes_(prefixes),
        list_(list) {}

  Place Find(clang::SourceRange range);

  // On one line; long text is cut.
  std::string Text(clang::SourceRange range) const;

  uint32_t FileIndex(llvm::StringRef name);

 private:
  clang::CharSourceRange InFile(clang::SourceRange range) const;

  const clang::SourceManager& sources_;
  const clang::LangOptions& language_;
  PathPrefixes prefixes_;
  NodeList& list_;
  std::map<std::string, uint32_t, std::less<>> files_;
};

}  // namespace scope::compiler_plugin
