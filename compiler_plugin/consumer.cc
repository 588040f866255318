#include "compiler_plugin/consumer.h"

#include "clang/Basic/SourceManager.h"
#include "compiler_plugin/ast_map/source_text.h"
#include "compiler_plugin/closures.h"
#include "compiler_plugin/code_delay.h"
#include "compiler_plugin/rewriter.h"
#include "compiler_plugin/rules/rules.h"
#include "compiler_plugin/stand_ins.h"

namespace scope::compiler_plugin {
namespace {

using clang::FunctionDecl;

constexpr llvm::StringLiteral kThereBefore = "a constant, which is there before the program starts";

FunctionDecl* AsInstantiation(clang::DeclGroupRef group) {
  if (!group.isSingleDecl()) return nullptr;
  auto* function = llvm::dyn_cast<FunctionDecl>(group.getSingleDecl());
  return function != nullptr && function->isTemplateInstantiation() ? function : nullptr;
}

}  // namespace

Consumer::Consumer(clang::CompilerInstance& compiler, Options options,
                   std::shared_ptr<NodeList> list)
    : compiler_(compiler), options_(std::move(options)), list_(std::move(list)) {}

// Not at the start of the file: a module's declarations arrive before anything else is there.
void Consumer::Start() {
  if (unit_) return;
  clang::ASTContext& ast = compiler_.getASTContext();
  unit_.emplace(ast, compiler_.getCodeGenOpts().DebugPrefixMap, options_, *list_);
  unit_->on_function = [this](FunctionDecl* function) { RunLater(function); };
  if (ast.getLangOpts().CPlusPlus) list_->personality = "__gxx_personality_v0";
  if (NeedsCodeDelay(compiler_.getDiagnostics())) {
    DelayConsumersBehind(*this, compiler_);
    code_waits_ = true;
  }
  const clang::SourceManager& sources = ast.getSourceManager();
  const clang::SourceLocation main = sources.getLocForStartOfFile(sources.getMainFileID());
  const clang::PresumedLoc presumed = sources.getPresumedLoc(main);
  if (presumed.isValid()) list_->main_file = unit_->places.FileIndex(presumed.getFilename());
}

bool Consumer::HandleTopLevelDecl(clang::DeclGroupRef group) {
  if (handing_on_ || Failed()) return true;
  Start();
  if (FunctionDecl* instantiation = AsInstantiation(group)) {
    RunLater(instantiation);
    held_back_.push_back(instantiation);
    return false;
  }
  for (clang::Decl* declaration : group) VisitDeclaration(declaration);
  return true;
}

// From a precompiled header or a module: code generation gets it whatever is returned.
void Consumer::HandleInterestingDecl(clang::DeclGroupRef group) {
  if (Failed()) return;
  Start();
  for (clang::Decl* declaration : group) VisitDeclaration(declaration);
}

void Consumer::HandleInlineFunctionDefinition(FunctionDecl* function) {
  if (Failed()) return;
  Start();
  VisitFunction(function);
}

void Consumer::HandleTagDeclDefinition(clang::TagDecl* tag) {
  auto* record = llvm::dyn_cast<clang::CXXRecordDecl>(tag);
  if (record != nullptr && !record->isDependentContext()) classes_.push_back(record);
}

// The parser does not announce an inline method whose body is a try block, nor a lambda that is the
// default of a member, which a constructor that the compiler writes may use.
void Consumer::QueueUnannounced() {
  for (clang::CXXRecordDecl* record : classes_) {
    for (const clang::FieldDecl* field : record->fields()) {
      clang::Expr* const value =
          field->hasNonNullInClassInitializer() ? field->getInClassInitializer() : nullptr;
      if (value == nullptr || !unit_->selection.IsWantedCode(field->getLocation())) continue;
      NameLambdas(value, unit_->keys.OfDeclaration(*field), "", *unit_);
    }
    for (clang::CXXMethodDecl* method : record->methods()) {
      if (method->isThisDeclarationADefinition() && !method->isTemplateInstantiation() &&
          llvm::isa_and_nonnull<clang::CXXTryStmt>(method->getBody())) {
        RunLater(method);
      }
    }
  }
}

void Consumer::VisitDeclaration(clang::Decl* declaration) {
  if (auto* function = llvm::dyn_cast<FunctionDecl>(declaration)) {
    VisitFunction(function);
  } else if (auto* variable = llvm::dyn_cast<clang::VarDecl>(declaration)) {
    VisitVariable(variable);
  } else if (auto* record = llvm::dyn_cast<clang::CXXRecordDecl>(declaration)) {
    if (!record->isDependentContext()) VisitStaticMembers(*record);
  } else if (llvm::isa<clang::NamespaceDecl, clang::LinkageSpecDecl, clang::ExportDecl>(
                 declaration)) {
    for (clang::Decl* inner : llvm::cast<clang::DeclContext>(declaration)->noload_decls()) {
      VisitDeclaration(inner);
    }
  }
}

void Consumer::VisitFunction(FunctionDecl* function) {
  if (!function->doesThisDeclarationHaveABody() || function->isDependentContext()) return;
  const bool emitted_next = !code_waits_ && !function->isTemplateInstantiation() &&
                            !function->isConstexpr() && unit_->ast.DeclMustBeEmitted(function);
  if (emitted_next) {
    Run(function);
  } else {
    RunLater(function);
  }
}

void Consumer::VisitStaticMembers(clang::CXXRecordDecl& record) {
  for (clang::Decl* inner : record.noload_decls()) {
    if (llvm::isa<clang::VarDecl, clang::CXXRecordDecl>(inner) && !inner->isImplicit()) {
      VisitDeclaration(inner);
    }
  }
}

void Consumer::VisitVariable(clang::VarDecl* variable) {
  if (!variable->hasInit() || variable->getType()->isDependentType() ||
      variable->getDeclContext()->isDependentContext() ||
      !unit_->selection.IsWantedCode(variable->getLocation())) {
    return;
  }
  if (code_waits_) {
    waiting_variables_.push_back(variable);
  } else {
    RunInitialiser(*variable);
  }
}

void Consumer::HandleCXXStaticMemberVarInstantiation(clang::VarDecl* variable) {
  if (Failed()) return;
  Start();
  VisitVariable(variable);
}

void Consumer::RunInitialiser(clang::VarDecl& variable) {
  if (!initialised_.insert(&variable).second) return;
  // More may come of the template, and code generation does not wait.
  const bool is_shared = clang::isTemplateInstantiation(variable.getTemplateSpecializationKind());
  if (IsInitialisedAtRunTime(variable) && !is_shared) {
    FunctionDecl* function = StandInForInitialiser(unit_->ast, variable);
    unit_->keys.SetStandIn(function, unit_->keys.OfDeclaration(variable));
    RunOn(*function, &variable);
    return;
  }
  if (unit_->chosen_level >= kScopeLevelValues) {
    unit_->report.Skipped({variable.getLocation(), variable.getInit()->getEndLoc()}, "init",
                          variable.getName(),
                          is_shared ? "a variable of a template" : kThereBefore);
  }
  NameLambdas(variable.getInit(), unit_->keys.OfDeclaration(variable), "", *unit_);
}

void Consumer::RunLater(FunctionDecl* function) {
  (function->isConstexpr() ? waiting_constexpr_ : waiting_).push_back(function);
}

bool Consumer::MayBeEmitted(const FunctionDecl& function) const {
  if (function.isUsed(/*CheckUsedAttr=*/false) || function.isReferenced()) return true;
  if (llvm::isa<clang::CXXDestructorDecl>(function)) return true;
  const auto* method = llvm::dyn_cast<clang::CXXMethodDecl>(&function);
  if (method != nullptr && (method->isVirtual() || ClosureOf(function) != nullptr)) return true;
  return unit_->ast.DeclMustBeEmitted(&function);
}

// An instantiation of a generic lambda, while the function around the lambda is still to come.
bool Consumer::AwaitsLambdaKey(const FunctionDecl& function) const {
  const clang::CXXRecordDecl* closure = ClosureOf(function);
  return closure != nullptr && !unit_->keys.KnowsLambda(closure);
}

void Consumer::RunWaiting() {
  std::vector<FunctionDecl*> without_key;
  while (!waiting_.empty() || !waiting_constexpr_.empty()) {
    auto& source = waiting_.empty() ? waiting_constexpr_ : waiting_;
    FunctionDecl* function = source.back();
    source.pop_back();
    if (AwaitsLambdaKey(*function)) {
      without_key.push_back(function);
    } else if (MayBeEmitted(*function)) {
      Run(function);
    }
    if (!waiting_.empty() || !waiting_constexpr_.empty()) continue;
    llvm::erase_if(without_key, [&](FunctionDecl* lambda) {
      if (AwaitsLambdaKey(*lambda)) return false;
      RunLater(lambda);
      return true;
    });
  }
  // The function around these gets no reports, so these get none either.
}

void Consumer::Run(FunctionDecl* function) {
  if (done_.insert(function).second) RunOn(*function, nullptr);
}

void Consumer::RunOn(FunctionDecl& function, clang::VarDecl* initialised) {
  if (const llvm::StringRef why = unit_->selection.WhyNot(function); !why.empty()) {
    const bool is_theirs = !unit_->selection.IsWantedCode(function.getLocation());
    if (!is_theirs) unit_->report.Skipped(function, why);
    return;
  }
  const size_t first_node = list_->nodes.size();
  unit_->selection.Enter(function);
  unit_->matches.Run(function);
  unit_->graphs.Begin(function);
  Rewriter rewriter(*unit_, function);
  if (initialised != nullptr) {
    rewriter.RunInitialiser(*initialised);
  } else {
    rewriter.Run();
  }
  const uint64_t id = unit_->keys.EnterId(function);
  unit_->graphs.End(unit_->FunctionIndex(function, id));
  unit_->report.Instrumented(function, id, list_->nodes.size() - first_node);
}

void Consumer::HandleTranslationUnit(clang::ASTContext&) {
  if (!unit_ || Failed()) return;
  QueueUnannounced();
  for (clang::VarDecl* variable : waiting_variables_) RunInitialiser(*variable);
  // What captures an object may instantiate functions of the program, which then report, too.
  std::vector<FunctionDecl*> captures;
  do {
    RunWaiting();
    for (FunctionDecl* capture : unit_->objects.Define(compiler_.getSema(), unit_->redaction)) {
      captures.push_back(capture);
    }
  } while (!waiting_.empty() || !waiting_constexpr_.empty());
  held_back_.insert(held_back_.end(), captures.begin(), captures.end());
  handing_on_ = true;
  for (FunctionDecl* function : held_back_) {
    compiler_.getASTConsumer().HandleTopLevelDecl(clang::DeclGroupRef(function));
  }
  handing_on_ = false;
  AddSources(compiler_, *unit_, options_.source);
  if (llvm::Error error = unit_->report.Write()) {
    clang::DiagnosticsEngine& diagnostics = compiler_.getDiagnostics();
    diagnostics.Report(diagnostics.getCustomDiagID(clang::DiagnosticsEngine::Error, "scope: %0"))
        << llvm::toString(std::move(error));
  }
}

}  // namespace scope::compiler_plugin
