#include "compiler_plugin/prelude.h"

#include "clang/Basic/SourceManager.h"
#include "clang/Frontend/CompilerInstance.h"
#include "clang/Lex/Lexer.h"
#include "clang/Lex/PPCallbacks.h"
#include "clang/Lex/Preprocessor.h"

// The headers of sdk/include/scope/capture in their order, without their includes.
extern "C" const char scope_prelude_begin[];
extern "C" const char scope_prelude_end[];

namespace scope::compiler_plugin {
namespace {

constexpr char kName[] = "<scope>";

// Only what a unit begins with, directives aside, can make it a module's.
bool IsModuleUnit(const clang::SourceManager& sources, const clang::LangOptions& language) {
  if (!language.CPlusPlusModules) return false;
  const clang::FileID file = sources.getMainFileID();
  const auto text = sources.getBufferOrNone(file);
  if (!text) return false;
  clang::Lexer lexer(file, *text, sources, language);
  clang::Token token;
  bool directive = false;
  do {
    lexer.LexFromRawLexer(token);
    if (token.isAtStartOfLine()) directive = token.is(clang::tok::hash);
  } while (directive && token.isNot(clang::tok::eof));
  const auto is = [&](llvm::StringRef word) {
    return token.is(clang::tok::raw_identifier) && token.getRawIdentifier() == word;
  };
  if (is("export")) lexer.LexFromRawLexer(token);
  return is("module");
}

class Injection : public clang::PPCallbacks {
 public:
  explicit Injection(clang::Preprocessor& preprocessor) : preprocessor_(preprocessor) {}

  void FileChanged(clang::SourceLocation where, FileChangeReason reason,
                   clang::SrcMgr::CharacteristicKind, clang::FileID) override {
    clang::SourceManager& sources = preprocessor_.getSourceManager();
    if (done_ || reason != EnterFile || sources.getFileID(where) != sources.getMainFileID()) return;
    done_ = true;
    if (IsModuleUnit(sources, preprocessor_.getLangOpts())) return;
    auto buffer = llvm::MemoryBuffer::getMemBuffer(
        llvm::StringRef(scope_prelude_begin, scope_prelude_end - scope_prelude_begin - 1), kName);
    const clang::FileID file = sources.createFileID(std::move(buffer), clang::SrcMgr::C_System);
    preprocessor_.EnterSourceFile(file, nullptr, clang::SourceLocation());
  }

 private:
  clang::Preprocessor& preprocessor_;
  bool done_ = false;
};

}  // namespace

void AddPrelude(clang::CompilerInstance& compiler) {
  if (!compiler.getLangOpts().CPlusPlus11) return;
  clang::Preprocessor& preprocessor = compiler.getPreprocessor();
  preprocessor.addPPCallbacks(std::make_unique<Injection>(preprocessor));
}

}  // namespace scope::compiler_plugin
