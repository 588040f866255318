// The plugin as Clang sees it: reads the options, puts the consumer in front of code generation and
// the lowering into its pass pipeline.

#include "clang/Frontend/FrontendPluginRegistry.h"
#include "clang/Lex/PPCallbacks.h"
#include "clang/Lex/Preprocessor.h"
#include "compiler_plugin/consumer.h"
#include "compiler_plugin/lowering/lowering.h"
#include "compiler_plugin/prelude.h"

namespace scope::compiler_plugin {
namespace {

void ReportError(const clang::CompilerInstance& compiler, llvm::Error error) {
  clang::DiagnosticsEngine& diagnostics = compiler.getDiagnostics();
  const unsigned id = diagnostics.getCustomDiagID(clang::DiagnosticsEngine::Error, "scope: %0");
  diagnostics.Report(id) << llvm::toString(std::move(error));
}

// The file is a dependency of the object: -MD lists it. It is told to who collects dependencies as
// a file that was asked for; nothing else takes note of it.
void AddDependency(clang::CompilerInstance& compiler, const std::string& path) {
  if (path.empty()) return;
  clang::Preprocessor& preprocessor = compiler.getPreprocessor();
  const auto file = compiler.getFileManager().getOptionalFileRef(path);
  if (!file || preprocessor.getPPCallbacks() == nullptr) return;
  preprocessor.getPPCallbacks()->HasInclude({}, path, /*IsAngled=*/false, file,
                                            clang::SrcMgr::C_User);
}

// Elsewhere (precompiled headers, modules, syntax checks) code would be rewritten twice or in vain.
bool EmitsCode(clang::frontend::ActionKind action) {
  switch (action) {
    case clang::frontend::EmitAssembly:
    case clang::frontend::EmitBC:
    case clang::frontend::EmitCodeGenOnly:
    case clang::frontend::EmitLLVM:
    case clang::frontend::EmitLLVMOnly:
    case clang::frontend::EmitObj:
      return true;
    default:
      return false;
  }
}

class Action : public clang::PluginASTAction {
 public:
  std::unique_ptr<clang::ASTConsumer> CreateASTConsumer(clang::CompilerInstance& compiler,
                                                        llvm::StringRef) override {
    if (!EmitsCode(compiler.getFrontendOpts().ProgramAction)) {
      return std::make_unique<clang::ASTConsumer>();
    }
    AddDependency(compiler, options_.config_path);
    auto nodes = std::make_shared<NodeList>();
    clang::CodeGenOptions& code_gen = compiler.getCodeGenOpts();
    code_gen.DisableLLVMPasses = false;  // As -save-temps asks for: the hooks have to be lowered.
    const LoweringOptions lowering{.calls = options_.lower_calls};
    code_gen.PassBuilderCallbacks.push_back([nodes, lowering](llvm::PassBuilder& builder) {
      RegisterLowering(builder, nodes, lowering);
    });
    if (options_.CapturesObjects()) AddPrelude(compiler);
    return std::make_unique<Consumer>(compiler, options_, nodes);
  }

  bool ParseArgs(const clang::CompilerInstance& compiler,
                 const std::vector<std::string>& arguments) override {
    llvm::Expected<Options> options = ParseOptions(arguments);
    if (!options) {
      ReportError(compiler, options.takeError());
      return false;
    }
    options_ = std::move(*options);
    // An expression of matchers that makes no sense is said here, once.
    Matches matches;
    llvm::Error error = llvm::Error::success();
    for (const std::string& text : options_.match) {
      if (!error) error = matches.Add("match", text, false);
    }
    for (const std::string& text : options_.arm) {
      if (!error) error = matches.Add("arm", text, true);
    }
    if (!error) return true;
    ReportError(compiler, std::move(error));
    return false;
  }

  ActionType getActionType() override { return AddBeforeMainAction; }

 private:
  Options options_;
};

const clang::FrontendPluginRegistry::Add<Action> kRegistered("scope",
                                                             "reports what a program does");

}  // namespace
}  // namespace scope::compiler_plugin
