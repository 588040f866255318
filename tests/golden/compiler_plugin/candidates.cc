// Prints what of a program could make an event: "<line> <column> <kind>", one on a line.
//
// It knows the language and nothing of the plugin: what it prints and the plugin neither reports
// nor says that it skips has been forgotten.

#include "clang/AST/ASTConsumer.h"
#include "clang/AST/RecursiveASTVisitor.h"
#include "clang/Frontend/CompilerInstance.h"
#include "clang/Tooling/CompilationDatabase.h"
#include "clang/Tooling/Tooling.h"

namespace {

using namespace clang;

class Candidates : public RecursiveASTVisitor<Candidates> {
 public:
  explicit Candidates(ASTContext& ast) : ast_(ast), sources_(ast.getSourceManager()) {}

  bool shouldVisitTemplateInstantiations() const { return true; }

  // Templates are looked at where they are instantiated; what is never emitted has no events.
  bool TraverseFunctionDecl(FunctionDecl* function) { return Function(function); }
  bool TraverseCXXMethodDecl(CXXMethodDecl* function) { return Function(function); }
  bool TraverseCXXConstructorDecl(CXXConstructorDecl* function) { return Function(function); }
  bool TraverseCXXDestructorDecl(CXXDestructorDecl* function) { return Function(function); }
  bool TraverseCXXConversionDecl(CXXConversionDecl* function) { return Function(function); }

  bool VisitVarDecl(VarDecl* variable) {
    if (variable->isImplicit() || variable->getName().empty() || !variable->hasInit()) return true;
    if (variable->getType()->isDependentType() ||
        variable->getDeclContext()->isDependentContext()) {
      return true;
    }
    if (isa<ParmVarDecl>(variable) || variable->isExceptionVariable()) return true;
    const Expr* value = variable->getInit();
    const auto* made = dyn_cast<CXXConstructExpr>(value->IgnoreImplicit());
    const bool does_nothing = made != nullptr && made->getConstructor()->isTrivial() &&
                              made->getConstructor()->isDefaultConstructor();
    if (!does_nothing) Print(variable->getLocation(), "init");
    return true;
  }
  // What the compiler has made of a clause.
  bool VisitOMPReductionClause(OMPReductionClause*) { return true; }
  bool VisitBindingDecl(BindingDecl* binding) {
    const auto* whole = dyn_cast_or_null<VarDecl>(binding->getDecomposedDecl());
    if (whole != nullptr && whole->hasLocalStorage() && !binding->getType()->isDependentType()) {
      Print(binding->getLocation(), "init");
    }
    return true;
  }
  bool VisitBinaryOperator(BinaryOperator* binary) {
    if (binary->isTypeDependent()) return true;
    if (binary->isCompoundAssignmentOp()) {
      Print(binary->getBeginLoc(), "update");
    } else if (binary->isAssignmentOp()) {
      Print(binary->getBeginLoc(), "assign");
    }
    return true;
  }
  bool VisitUnaryOperator(UnaryOperator* step) {
    if (step->isIncrementDecrementOp() && !step->isTypeDependent()) {
      Print(step->getBeginLoc(), "step");
    }
    return true;
  }
  bool VisitReturnStmt(ReturnStmt* statement) {
    const Expr* value = statement->getRetValue();
    if (value != nullptr && !value->getType()->isVoidType()) Print(value->getBeginLoc(), "return");
    return true;
  }
  bool VisitIfStmt(IfStmt* statement) {
    if (!statement->isConsteval() && !statement->isConstexpr()) {
      Print(statement->getCond()->getBeginLoc(), "branch");
    }
    return true;
  }
  bool VisitAbstractConditionalOperator(AbstractConditionalOperator* choice) {
    Print(choice->getCond()->getBeginLoc(), "branch");
    return true;
  }
  bool VisitSwitchStmt(SwitchStmt* statement) {
    Print(statement->getCond()->getBeginLoc(), "switch");
    return true;
  }
  bool VisitSwitchCase(SwitchCase* label) {
    if (!followers_.contains(label)) Print(label->getBeginLoc(), "case");
    followers_.insert(label->getSubStmt());
    return true;
  }
  bool VisitWhileStmt(WhileStmt* loop) {
    Print(loop->getCond()->getBeginLoc(), "loop");
    return true;
  }
  bool VisitDoStmt(DoStmt* loop) {
    Print(loop->getCond()->getBeginLoc(), "loop");
    return true;
  }
  bool VisitForStmt(ForStmt* loop) {
    Print(loop->getCond() != nullptr ? loop->getCond()->getBeginLoc() : loop->getForLoc(), "loop");
    return true;
  }
  bool VisitCXXForRangeStmt(CXXForRangeStmt* loop) {
    Print(loop->getRangeInit()->getBeginLoc(), "loop");
    return true;
  }
  bool VisitCXXThrowExpr(CXXThrowExpr* expression) {
    Print(expression->getBeginLoc(), "throw");
    return true;
  }
  bool VisitCXXCatchStmt(CXXCatchStmt* handler) {
    Print(handler->getCatchLoc(), "catch");
    return true;
  }
  bool VisitInitListExpr(InitListExpr* list) {
    const bool has_parts = list->getType()->isRecordType() || list->getType()->isArrayType();
    if (!list->isSemanticForm() || !has_parts) return true;
    for (const Expr* element : list->inits()) {
      if (element == nullptr || !element->isPRValue() || !element->getType()->isScalarType() ||
          isa<InitListExpr, ImplicitValueInitExpr, CXXDefaultInitExpr>(element) ||
          element->isValueDependent() || element->isEvaluatable(ast_)) {
        continue;
      }
      Print(element->getBeginLoc(), "member");
    }
    return true;
  }
  bool TraverseConstructorInitializer(CXXCtorInitializer* initialiser) {
    if (initialiser->isWritten() && initialiser->isAnyMemberInitializer()) {
      Print(initialiser->getMemberLocation(), "member");
    }
    return RecursiveASTVisitor::TraverseConstructorInitializer(initialiser);
  }

 private:
  bool Function(FunctionDecl* function) {
    const auto* method = dyn_cast<CXXMethodDecl>(function);
    const bool is_closure = method != nullptr && method->getParent()->isLambda();
    const bool is_emitted = function->isUsed(false) || function->isReferenced() || is_closure ||
                            ast_.DeclMustBeEmitted(function);
    if (!function->doesThisDeclarationHaveABody() || function->isDependentContext() ||
        function->isDefaulted() || !is_emitted) {
      return true;
    }
    Print(function->getLocation(), "enter");
    for (const ParmVarDecl* parameter : function->parameters()) {
      if (!parameter->getName().empty()) Print(parameter->getLocation(), "param");
    }
    if (auto* constructor = dyn_cast<CXXConstructorDecl>(function)) {
      for (CXXCtorInitializer* initialiser : constructor->inits()) {
        TraverseConstructorInitializer(initialiser);
      }
    }
    return TraverseStmt(function->getBody());
  }

  void Print(SourceLocation where, const char* kind) {
    where = sources_.getExpansionLoc(where);
    if (!where.isValid() || !sources_.isInMainFile(where)) return;
    llvm::outs() << sources_.getPresumedLineNumber(where) << ' '
                 << sources_.getPresumedColumnNumber(where) << ' ' << kind << '\n';
  }

  ASTContext& ast_;
  const SourceManager& sources_;
  llvm::DenseSet<const Stmt*> followers_;  // Labels that stand behind another one.
};

class Consumer : public ASTConsumer {
 public:
  void HandleTranslationUnit(ASTContext& ast) override {
    Candidates(ast).TraverseDecl(ast.getTranslationUnitDecl());
  }
};

class Action : public ASTFrontendAction {
 public:
  std::unique_ptr<ASTConsumer> CreateASTConsumer(CompilerInstance&, llvm::StringRef) override {
    return std::make_unique<Consumer>();
  }
};

}  // namespace

// usage: candidates FILE -- FLAGS...
int main(int count, const char** arguments) {
  std::string error;
  const auto database =
      tooling::FixedCompilationDatabase::loadFromCommandLine(count, arguments, error);
  if (database == nullptr || count < 2) return 2;
  tooling::ClangTool tool(*database, {arguments[1]});
  return tool.run(tooling::newFrontendActionFactory<Action>().get());
}
