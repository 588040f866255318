#include "compiler_plugin/report.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "clang/Basic/FileManager.h"
#include "clang/Basic/SourceManager.h"
#include "clang/Lex/Lexer.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/raw_ostream.h"

namespace scope::compiler_plugin {
namespace {

llvm::json::Object Line(const clang::ASTContext& ast, clang::SourceLocation where,
                        llvm::StringRef what, llvm::StringRef name) {
  const clang::SourceManager& sources = ast.getSourceManager();
  const clang::PresumedLoc place = sources.getPresumedLoc(sources.getExpansionLoc(where));
  llvm::json::Object line{{"what", what}, {"name", llvm::json::fixUTF8(name)}};
  if (place.isValid()) {
    llvm::SmallString<256> path(place.getFilename());
    sources.getFileManager().makeAbsolutePath(path);
    line["file"] = llvm::json::fixUTF8(path);
    line["line"] = place.getLine();
    line["col"] = place.getColumn();
  }
  return line;
}

// Where it ends: behind the last character.
void AddEnd(const clang::ASTContext& ast, clang::SourceLocation last, llvm::json::Object& line) {
  const clang::SourceManager& sources = ast.getSourceManager();
  const clang::SourceLocation end = clang::Lexer::getLocForEndOfToken(
      sources.getExpansionRange(last).getEnd(), 0, sources, ast.getLangOpts());
  const clang::PresumedLoc place = sources.getPresumedLoc(end);
  if (!place.isValid()) return;
  line["end_line"] = place.getLine();
  line["end_col"] = place.getColumn();
}

void Append(std::string& lines, llvm::json::Object line) {
  llvm::raw_string_ostream(lines) << llvm::json::Value(std::move(line)) << '\n';
}

}  // namespace

void Report::Instrumented(const clang::FunctionDecl& function, uint64_t id, size_t node_count) {
  if (!wanted()) return;
  auto line = Line(ast_, function.getLocation(), "function", function.getQualifiedNameAsString());
  line["instrumented"] = true;
  std::string hex = llvm::utohexstr(id, /*LowerCase=*/true);
  line["id"] = std::string(16 - hex.size(), '0') + hex;
  line["nodes"] = static_cast<int64_t>(node_count);
  Append(lines_, std::move(line));
}

void Report::Skipped(const clang::FunctionDecl& function, llvm::StringRef why) {
  if (!wanted()) return;
  auto line = Line(ast_, function.getLocation(), "function", function.getQualifiedNameAsString());
  AddEnd(ast_, function.getEndLoc(), line);
  line["instrumented"] = false;
  line["reason"] = why;
  Append(lines_, std::move(line));
}

void Report::Skipped(clang::SourceRange range, llvm::StringRef what, llvm::StringRef name,
                     llvm::StringRef why) {
  if (!wanted()) return;
  auto line = Line(ast_, range.getBegin(), what, name);
  AddEnd(ast_, range.getEnd(), line);
  line["instrumented"] = false;
  line["reason"] = why;
  Append(lines_, std::move(line));
}

llvm::Error Report::Write() {
  if (!wanted() || lines_.empty()) return llvm::Error::success();
  const auto fail = [&] {
    return llvm::createStringError(llvm::inconvertibleErrorCode(),
                                   "cannot write report '" + path_ + "': " + std::strerror(errno));
  };
  const int file = open(path_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
  if (file < 0) return fail();
  flock(file, LOCK_EX);
  llvm::StringRef rest = lines_;
  while (!rest.empty()) {
    const ssize_t written = write(file, rest.data(), rest.size());
    if (written < 0 && errno != EINTR) {
      const int error = errno;
      close(file);
      errno = error;
      return fail();
    }
    if (written > 0) rest = rest.drop_front(static_cast<size_t>(written));
  }
  close(file);
  lines_.clear();
  return llvm::Error::success();
}

}  // namespace scope::compiler_plugin
