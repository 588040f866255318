#include "compiler_plugin/index/make_map.h"

#include "clang/Frontend/CompilerInstance.h"
#include "clang/Frontend/FrontendAction.h"
#include "clang/Frontend/MultiplexConsumer.h"
#include "clang/Tooling/Tooling.h"
#include "compiler_plugin/ast_map/ast_map.h"
#include "compiler_plugin/consumer.h"
#include "compiler_plugin/prelude.h"
#include "llvm/ADT/BitVector.h"

namespace scope::compiler_plugin {
namespace {

class IndexAction : public clang::ASTFrontendAction {
 public:
  IndexAction(const Options& options, std::shared_ptr<NodeList> list, FileIndex& index)
      : options_(options), list_(std::move(list)), index_(index) {}

  // As in a compilation, where the plugin's consumer is one of several.
  std::unique_ptr<clang::ASTConsumer> CreateASTConsumer(clang::CompilerInstance& compiler,
                                                        llvm::StringRef) override {
    std::vector<std::unique_ptr<clang::ASTConsumer>> consumers;
    if (options_.CapturesObjects()) AddPrelude(compiler);
    consumers.push_back(std::make_unique<Consumer>(compiler, options_, list_));
    return std::make_unique<clang::MultiplexConsumer>(std::move(consumers));
  }

  void EndSourceFileAction() override {
    const clang::SourceManager& sources = getCompilerInstance().getSourceManager();
    for (auto file = sources.fileinfo_begin(); file != sources.fileinfo_end(); ++file) {
      llvm::SmallString<256> path(file->first.getName());
      getCompilerInstance().getFileManager().makeAbsolutePath(path);
      index_.dependencies.emplace_back(path);
    }
    llvm::sort(index_.dependencies);
  }

 private:
  const Options& options_;
  std::shared_ptr<NodeList> list_;
  FileIndex& index_;
};

class Factory : public clang::tooling::FrontendActionFactory {
 public:
  explicit Factory(std::function<std::unique_ptr<clang::FrontendAction>()> make)
      : make_(std::move(make)) {}
  std::unique_ptr<clang::FrontendAction> create() override { return make_(); }

 private:
  std::function<std::unique_ptr<clang::FrontendAction>()> make_;
};

class OneCommand : public clang::tooling::CompilationDatabase {
 public:
  explicit OneCommand(clang::tooling::CompileCommand command) : command_(std::move(command)) {}
  std::vector<clang::tooling::CompileCommand> getCompileCommands(llvm::StringRef) const override {
    return {command_};
  }

 private:
  clang::tooling::CompileCommand command_;
};

}  // namespace

std::optional<FileIndex> MakeMap(const Command& command, const Options& options) {
  const OneCommand database(command.compile);
  clang::tooling::ClangTool tool(database, {command.file});
  // Where the compiler's own headers are: beside the compiler, not beside this program.
  tool.appendArgumentsAdjuster(clang::tooling::getInsertArgumentAdjuster(
      {"-resource-dir", SCOPE_CLANG_RESOURCES}, clang::tooling::ArgumentInsertPosition::BEGIN));
  tool.setPrintErrorMessage(false);
  FileIndex index;
  auto list = std::make_shared<NodeList>();
  Factory factory([&] { return std::make_unique<IndexAction>(options, list, index); });
  if (tool.run(&factory) != 0) return std::nullopt;
  const llvm::BitVector all(static_cast<unsigned>(list->nodes.size()), true);
  if (!list->nodes.empty()) index.maps = BuildAstMap(*list, all);
  for (const SourceInfo& source : list->sources) index.maps += BuildSourceMap(*list, source);
  index.functions = list->functions.size();
  index.nodes = list->nodes.size();
  return index;
}

}  // namespace scope::compiler_plugin
