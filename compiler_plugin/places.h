// places.h - where code stands in its file, and its text.
//
// Code from a macro stands where the macro is used; an argument of a macro stands where it is
// written.

#pragma once

#include <map>
#include <string>
#include <vector>

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

  // For code that comes out of a macro's text: the macro's name and where that text stands.
  void FindMacro(clang::SourceRange range, std::string& name, Place& spelling);

  // The files that were named so far, as the compiler opened them, by index.
  const std::vector<std::string>& opened_files() const { return opened_files_; }

 private:
  clang::CharSourceRange InFile(clang::SourceRange range) const;
  Place Between(clang::SourceLocation begin, clang::SourceLocation end);

  const clang::SourceManager& sources_;
  const clang::LangOptions& language_;
  PathPrefixes prefixes_;
  NodeList& list_;
  std::map<std::string, uint32_t, std::less<>> files_;
  std::vector<std::string> opened_files_;
};

}  // namespace scope::compiler_plugin
