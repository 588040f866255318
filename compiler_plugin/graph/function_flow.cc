#include "compiler_plugin/graph/function_flow.h"

#include "clang/AST/DeclCXX.h"
#include "clang/AST/ExprCXX.h"
#include "clang/AST/RecursiveASTVisitor.h"
#include "clang/AST/StmtCXX.h"
#include "clang/Basic/SourceManager.h"
#include "compiler_plugin/graph/value_sources.h"

namespace scope::compiler_plugin {
namespace {

using clang::Expr;
using clang::FunctionDecl;
using clang::Stmt;

const FunctionDecl* CalleeOf(const Expr* expression) {
  if (const auto* call = llvm::dyn_cast<clang::CallExpr>(expression)) {
    return call->getDirectCallee();
  }
  return llvm::cast<clang::CXXConstructExpr>(expression)->getConstructor();
}

WrittenCall MakeCall(const Expr* expression) {
  const FunctionDecl* callee = CalleeOf(expression);
  bool is_virtual = false;
  if (const auto* call = llvm::dyn_cast<clang::CXXMemberCallExpr>(expression)) {
    const auto* method = llvm::dyn_cast_or_null<clang::CXXMethodDecl>(callee);
    const auto* member =
        llvm::dyn_cast<clang::MemberExpr>(call->getCallee()->IgnoreParenImpCasts());
    is_virtual =
        method != nullptr && method->isVirtual() && member != nullptr && !member->hasQualifier();
  }
  return {expression, callee, is_virtual};
}

// Constructors that only copy bits or do nothing are no calls to a person.
bool IsCall(const Stmt* statement) {
  if (const auto* call = llvm::dyn_cast<clang::CallExpr>(statement)) {
    return call->getBuiltinCallee() == 0 || call->getDirectCallee()->getBuiltinID() == 0 ||
           !call->getDirectCallee()->getName().starts_with("__builtin");
  }
  const auto* object = llvm::dyn_cast<clang::CXXConstructExpr>(statement);
  return object != nullptr && !object->getConstructor()->isTrivial();
}

bool IsOfSystem(const FunctionDecl& function) {
  const clang::SourceManager& sources = function.getASTContext().getSourceManager();
  return function.getBuiltinID() != 0 || function.getLocation().isInvalid() ||
         sources.isInSystemHeader(sources.getExpansionLoc(function.getLocation()));
}

class CallFinder : public clang::RecursiveASTVisitor<CallFinder> {
 public:
  explicit CallFinder(std::vector<WrittenCall>& calls) : calls_(calls) {}

  bool VisitExpr(Expr* expression) {
    if (IsCall(expression)) calls_.push_back(MakeCall(expression));
    return true;
  }
  bool TraverseLambdaExpr(clang::LambdaExpr*) { return true; }  // A function of its own.

 private:
  std::vector<WrittenCall>& calls_;
};

// Goes over the elements of the control flow graph: every expression, in the order of evaluation.
class Walk {
 public:
  Walk(FunctionFlow& flow, const FunctionDecl& function)
      : flow_(flow),
        function_(function),
        steps_(flow.cfg->getNumBlockIDs()),
        storages_(function),
        sources_(sites_, storages_, flow) {}

  void Run() {
    Enter();
    for (const clang::CFGBlock* block : *flow_.cfg) {
      now_ = &steps_[block->getBlockID()];
      sources_.SetSteps(now_);
      if (const Stmt* label = block->getLabel()) VisitLabel(*label);
      for (const clang::CFGElement& element : *block) {
        if (const auto statement = element.getAs<clang::CFGStmt>()) {
          Visit(statement->getStmt());
        } else if (const auto initializer = element.getAs<clang::CFGInitializer>()) {
          VisitInitializer(*initializer->getInitializer());
        }
      }
      if (const Stmt* terminator = block->getTerminatorStmt()) VisitTerminator(terminator);
    }
    auto reaching = FindReachingValues(*flow_.cfg, steps_, storages_);
    flow_.edges.insert(flow_.edges.end(), reaching.begin(), reaching.end());
    NameMemories();
    flow_.sites = sites_.Take();
  }

 private:
  void Enter() {
    now_ = &steps_[flow_.cfg->getEntry().getBlockID()];
    for (const clang::ParmVarDecl* parameter : function_.parameters()) {
      const uint32_t site = sites_.OfVariable(kScopeEventParam, parameter->getLocation());
      Store(storages_.OfVariable(parameter), site);
    }
  }

  void Store(Access access, uint32_t site) {
    if (access.storage == kNoStorage) return;
    const bool elsewhere = !storages_.IsLocal(access.storage) && !access.whole;
    if (elsewhere || storages_.IsBehindReference(access.storage)) Clobber();
    now_->push_back({Step::kStore, access, site});
  }

  void NameMemories() {
    for (uint32_t storage = 0; storage < storages_.count(); ++storage) {
      const auto captured = by_reference_.find(storages_.PartOf(storage).variable);
      const bool whole = storages_.IsWholeObject(storage);
      flow_.memories.push_back(captured != by_reference_.end() && whole
                                   ? Memory{captured->second, /*is_one=*/true}
                                   : MemoryOf(storage, storages_, function_));
    }
    for (const auto& block : steps_) {
      for (const Step& step : block) {
        if (step.kind != Step::kStore || BindsReference(step)) continue;
        const Memory& memory = flow_.memories[step.access.storage];
        if (!memory.name.empty()) flow_.stores.emplace_back(step.site, memory.name);
      }
    }
  }

  // A parameter or variable that becomes another name of an object, and stores nothing there.
  bool BindsReference(const Step& store) const {
    const StoragePart part = storages_.PartOf(store.access.storage);
    return part.variable != nullptr && part.variable->getType()->isReferenceType() &&
           sites_.IsOfVariable(store.site);
  }

  void Clobber() { now_->push_back({Step::kClobber, {}, kUnknownSite}); }

  void Visit(const Stmt* statement) {
    if (const auto* name = llvm::dyn_cast<clang::DeclRefExpr>(statement)) {
      storages_.CountMention(llvm::cast<clang::ValueDecl>(name->getDecl()->getCanonicalDecl()));
    } else if (const auto* cast = llvm::dyn_cast<clang::ImplicitCastExpr>(statement)) {
      if (cast->getCastKind() == clang::CK_LValueToRValue) VisitRead(*cast);
    } else if (const auto* binary = llvm::dyn_cast<clang::BinaryOperator>(statement)) {
      if (binary->isAssignmentOp()) VisitAssignment(*binary);
    } else if (const auto* unary = llvm::dyn_cast<clang::UnaryOperator>(statement)) {
      if (unary->isIncrementDecrementOp()) VisitStep(*unary);
    } else if (const auto* declarations = llvm::dyn_cast<clang::DeclStmt>(statement)) {
      for (const clang::Decl* declaration : declarations->decls()) {
        if (const auto* variable = llvm::dyn_cast<clang::VarDecl>(declaration)) {
          VisitVariable(*variable);
        }
      }
    } else if (const auto* returned = llvm::dyn_cast<clang::ReturnStmt>(statement)) {
      const uint32_t site = sites_.OfStatement(kScopeEventReturn, statement);
      sources_.Add(returned->getRetValue(), site);
    } else if (const auto* thrown = llvm::dyn_cast<clang::CXXThrowExpr>(statement)) {
      sources_.Add(thrown->getSubExpr(), sites_.OfStatement(kScopeEventThrow, statement));
    } else if (llvm::isa<clang::CallExpr, clang::CXXConstructExpr>(statement)) {
      VisitCall(llvm::cast<Expr>(statement));
    } else if (const auto* lambda = llvm::dyn_cast<clang::LambdaExpr>(statement)) {
      VisitLambda(*lambda);
    }
  }

  void VisitLabel(const Stmt& label) {
    const auto* handler = llvm::dyn_cast<clang::CXXCatchStmt>(&label);
    if (handler == nullptr || handler->getExceptionDecl() == nullptr) return;
    Store(storages_.OfVariable(handler->getExceptionDecl()),
          sites_.OfVariable(kScopeEventCatch, handler->getCatchLoc()));
  }

  void VisitRead(const clang::ImplicitCastExpr& read) {
    const Expr* place = read.getSubExpr();
    const uint32_t site = sites_.OfStatement(kScopeEventRead, &read);
    CountRead(place);
    if (llvm::isa<clang::ConditionalOperator>(place->IgnoreParens())) {
      sources_.Add(place, site);  // One of two places.
      return;
    }
    if (llvm::isa<clang::CallExpr>(place->IgnoreParens())) {
      sources_.Add(place, site);  // A reference that was returned.
      return;
    }
    sources_.AddUse(place, site);
    sources_.AddPath(place, site);
  }

  void CountRead(const Expr* place) {
    if (const auto* choice = llvm::dyn_cast<clang::ConditionalOperator>(place->IgnoreParens())) {
      CountRead(choice->getTrueExpr());
      CountRead(choice->getFalseExpr());
    } else {
      storages_.CountPlainUse(place);
    }
  }

  // What is captured by copy is what the variable holds now; otherwise what it holds later.
  void VisitLambda(const clang::LambdaExpr& lambda) {
    auto value = lambda.capture_init_begin();
    for (const clang::LambdaCapture& capture : lambda.captures()) {
      const Expr* init = *value++;
      if (!capture.capturesVariable() || init == nullptr) continue;
      const uint32_t site = sites_.OfArgument(init);
      sources_.Add(init, site);
      const bool by_copy = capture.getCaptureKind() == clang::LCK_ByCopy;
      const std::string name =
          CapturedName(*capture.getCapturedVar(), by_copy ? lambda.getLambdaClass() : nullptr);
      if (by_copy) {
        flow_.stores.emplace_back(site, name);
      } else {
        const clang::Decl* variable = capture.getCapturedVar()->getCanonicalDecl();
        by_reference_.try_emplace(llvm::cast<clang::ValueDecl>(variable), name);
      }
    }
  }

  void VisitAssignment(const clang::BinaryOperator& assignment) {
    const Expr* place = assignment.getLHS();
    storages_.CountPlainUse(place);
    const bool updates = assignment.isCompoundAssignmentOp();
    const uint32_t site =
        sites_.OfStatement(updates ? kScopeEventCompoundAssign : kScopeEventAssign, &assignment);
    if (updates) sources_.AddUse(place, site);
    sources_.Add(assignment.getRHS(), site);
    Store(storages_.Find(place), site);
  }

  void VisitStep(const clang::UnaryOperator& step) {
    storages_.CountPlainUse(step.getSubExpr());
    const uint32_t site = sites_.OfStatement(kScopeEventIncDec, &step);
    sources_.AddUse(step.getSubExpr(), site);
    Store(storages_.Find(step.getSubExpr()), site);
  }

  void VisitVariable(const clang::VarDecl& variable) {
    if (!variable.hasInit() || !variable.hasLocalStorage()) return;
    if (const auto* bound = llvm::dyn_cast<clang::DecompositionDecl>(&variable)) {
      for (const clang::BindingDecl* binding : bound->bindings()) {
        const uint32_t site = sites_.OfVariable(kScopeEventInit, binding->getLocation());
        sources_.Add(variable.getInit(), site);
        Store(storages_.OfVariable(binding), site);
      }
    }
    const uint32_t site = sites_.OfVariable(kScopeEventInit, variable.getLocation());
    sources_.Add(variable.getInit(), site);
    Store(storages_.OfVariable(&variable), site);
  }

  void VisitInitializer(const clang::CXXCtorInitializer& initializer) {
    if (!initializer.isAnyMemberInitializer()) return;
    const uint32_t site = sites_.OfVariable(kScopeEventMember, initializer.getSourceLocation());
    sources_.Add(initializer.getInit(), site);
    Store(storages_.OfOwnMember(initializer.getAnyMember()->getCanonicalDecl()), site);
  }

  void VisitCall(const Expr* expression) {
    const WrittenCall call = MakeCall(expression);
    const uint32_t site = sites_.OfStatement(kScopeEventResult, expression);
    sites_.SetCallee(site, call.callee);
    const auto* written = llvm::dyn_cast<clang::CallExpr>(expression);
    const auto* object = llvm::dyn_cast<clang::CXXConstructExpr>(expression);
    const unsigned count = written != nullptr ? written->getNumArgs() : object->getNumArgs();
    // The object of an operator is its first argument, and no parameter of a method.
    const auto* method = llvm::dyn_cast_or_null<clang::CXXMethodDecl>(call.callee);
    const unsigned first =
        llvm::isa<clang::CXXOperatorCallExpr>(expression) && method != nullptr ? 1 : 0;
    // Nobody else says what such a function makes of its arguments.
    const bool is_opaque = call.callee == nullptr || object != nullptr || IsOfSystem(*call.callee);
    for (unsigned i = first; i < count; ++i) {
      const Expr* argument = written != nullptr ? written->getArg(i) : object->getArg(i);
      const uint32_t passed = sites_.OfArgument(argument);
      sources_.Add(argument, passed);
      if (call.callee != nullptr) {
        const auto index = static_cast<uint32_t>(flow_.calls.size());
        flow_.passed.push_back({passed, call.callee, i - first, index});
      }
      if (is_opaque) flow_.edges.push_back({passed, site});
    }
    if (const auto* member = llvm::dyn_cast<clang::CXXMemberCallExpr>(expression)) {
      if (is_opaque) sources_.Add(member->getImplicitObjectArgument(), site);
    }
    if (!IsCall(expression)) {
      const bool copies = object != nullptr && object->getConstructor()->isCopyOrMoveConstructor();
      if (copies) storages_.CountPlainUse(object->getArg(0));
      return;
    }
    flow_.calls.push_back(call);
    Clobber();
  }

  void VisitTerminator(const Stmt* terminator) {
    if (const auto* choice = llvm::dyn_cast<clang::IfStmt>(terminator)) {
      sources_.Add(choice->getCond(), sites_.OfStatement(kScopeEventBranch, choice));
    } else if (const auto* choice = llvm::dyn_cast<clang::ConditionalOperator>(terminator)) {
      sources_.Add(choice->getCond(), sites_.OfStatement(kScopeEventBranch, choice));
    } else if (const auto* choice = llvm::dyn_cast<clang::SwitchStmt>(terminator)) {
      sources_.Add(choice->getCond(), sites_.OfStatement(kScopeEventSwitch, choice));
    } else if (const auto* loop = llvm::dyn_cast<clang::ForStmt>(terminator)) {
      sources_.Add(loop->getCond(), sites_.OfStatement(kScopeEventLoop, loop));
    } else if (const auto* loop = llvm::dyn_cast<clang::WhileStmt>(terminator)) {
      sources_.Add(loop->getCond(), sites_.OfStatement(kScopeEventLoop, loop));
    } else if (const auto* loop = llvm::dyn_cast<clang::DoStmt>(terminator)) {
      sources_.Add(loop->getCond(), sites_.OfStatement(kScopeEventLoop, loop));
    } else if (const auto* loop = llvm::dyn_cast<clang::CXXForRangeStmt>(terminator)) {
      sources_.Add(loop->getCond(), sites_.OfStatement(kScopeEventLoop, loop));
    }
  }

  FunctionFlow& flow_;
  const FunctionDecl& function_;
  BlockSteps steps_;
  Storages storages_;
  Sites sites_;
  ValueSources sources_;
  std::vector<Step>* now_ = nullptr;
  llvm::DenseMap<const clang::ValueDecl*, std::string> by_reference_;  // Captured so.
};

}  // namespace

FunctionFlow LookAtFunction(FunctionDecl& function, bool flows) {
  FunctionFlow flow;
  if (!flows) {
    CallFinder(flow.calls).TraverseStmt(function.getBody());
    return flow;
  }
  clang::CFG::BuildOptions options;
  options.setAllAlwaysAdd();
  options.AddInitializers = true;
  flow.cfg =
      clang::CFG::buildCFG(&function, function.getBody(), &function.getASTContext(), options);
  if (flow.cfg == nullptr) {
    CallFinder(flow.calls).TraverseStmt(function.getBody());
    return flow;
  }
  flow.anchors = FindCallAnchors(*function.getBody());
  Walk(flow, function).Run();
  return flow;
}

}  // namespace scope::compiler_plugin
