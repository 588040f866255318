#include "compiler_plugin/places.h"

#include "clang/Basic/CharInfo.h"
#include "clang/Basic/FileManager.h"
#include "clang/Basic/SourceManager.h"
#include "clang/Lex/Lexer.h"
#include "llvm/Support/Path.h"

namespace scope::compiler_plugin {
namespace {

constexpr size_t kTextBytesMax = 80;

}  // namespace

clang::CharSourceRange Places::InFile(clang::SourceRange range) const {
  const auto tokens = clang::CharSourceRange::getTokenRange(range);
  clang::CharSourceRange chars = clang::Lexer::makeFileCharRange(tokens, sources_, language_);
  if (chars.isValid()) return chars;
  const clang::CharSourceRange expansion = sources_.getExpansionRange(tokens);
  return clang::Lexer::makeFileCharRange(expansion, sources_, language_);
}

uint32_t Places::FileIndex(llvm::StringRef name) {
  if (auto known = files_.find(name); known != files_.end()) return known->second;
  llvm::SmallString<256> path(name);
  if (!name.starts_with("<")) {
    sources_.getFileManager().makeAbsolutePath(path);
    llvm::sys::path::remove_dots(path, /*remove_dot_dot=*/true);
    for (const auto& [from, to] : llvm::reverse(prefixes_)) {
      if (llvm::sys::path::replace_path_prefix(path, from, to)) break;
    }
  }
  const auto index = static_cast<uint32_t>(list_.files.size());
  list_.files.emplace_back(path.str());
  opened_files_.emplace_back(name);
  files_.emplace(name.str(), index);
  return index;
}

Place Places::Find(clang::SourceRange range) {
  const clang::CharSourceRange chars = InFile(range);
  const clang::SourceLocation at =
      chars.isValid() ? chars.getBegin() : sources_.getExpansionLoc(range.getBegin());
  return Between(at, chars.isValid() ? chars.getEnd() : at);
}

Place Places::Between(clang::SourceLocation first, clang::SourceLocation last) {
  const clang::PresumedLoc begin = sources_.getPresumedLoc(first);
  if (begin.isInvalid()) return {};
  Place place{FileIndex(begin.getFilename()), begin.getLine(), begin.getColumn(), begin.getLine(),
              begin.getColumn()};
  const clang::PresumedLoc end = sources_.getPresumedLoc(last);
  if (end.isValid()) {
    place.end_line = end.getLine();
    place.end_column = end.getColumn();
  }
  return place;
}

void Places::FindMacro(clang::SourceRange range, std::string& name, Place& spelling) {
  const clang::SourceLocation begin = range.getBegin();
  if (!begin.isMacroID() || sources_.isMacroArgExpansion(begin)) return;
  name = clang::Lexer::getImmediateMacroName(begin, sources_, language_).str();
  const clang::SourceLocation first = sources_.getSpellingLoc(begin);
  if (sources_.isWrittenInScratchSpace(first)) return;
  clang::SourceLocation last = sources_.getSpellingLoc(range.getEnd());
  const bool together = sources_.getFileID(first) == sources_.getFileID(last) && first <= last;
  last = clang::Lexer::getLocForEndOfToken(together ? last : first, 0, sources_, language_);
  spelling = Between(first, last.isValid() ? last : first);
}

std::string Places::Text(clang::SourceRange range) const {
  std::string text;
  const llvm::StringRef source = clang::Lexer::getSourceText(InFile(range), sources_, language_);
  for (char c : source) {
    if (!clang::isWhitespace(static_cast<unsigned char>(c))) {
      text.push_back(c);
    } else if (!text.empty() && text.back() != ' ') {
      text.push_back(' ');
    }
    if (text.size() > kTextBytesMax && (c & 0xC0) != 0x80) {
      text.pop_back();
      return text + "...";
    }
  }
  return text;
}

}  // namespace scope::compiler_plugin
