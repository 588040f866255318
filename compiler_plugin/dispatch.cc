// Which rule a statement goes to, and which statements are never touched.

#include "clang/AST/Attr.h"
#include "clang/AST/StmtOpenMP.h"
#include "compiler_plugin/rules/rules.h"

namespace scope::compiler_plugin {

using clang::Expr;
using clang::Stmt;

namespace {

// The children of these are not evaluated, must be constants, or are wired to each other.
bool IsUntouched(const Stmt* statement) {
  switch (statement->getStmtClass()) {
    case Stmt::ArrayInitLoopExprClass:
    case Stmt::AtomicExprClass:
    case Stmt::BlockExprClass:
    case Stmt::CapturedStmtClass:
    case Stmt::ChooseExprClass:
    case Stmt::ConstantExprClass:
    case Stmt::ConvertVectorExprClass:
    case Stmt::CXXInheritedCtorInitExprClass:
    case Stmt::CXXNoexceptExprClass:
    case Stmt::CXXParenListInitExprClass:
    case Stmt::CXXRewrittenBinaryOperatorClass:
    case Stmt::DesignatedInitUpdateExprClass:
    case Stmt::GCCAsmStmtClass:
    case Stmt::GenericSelectionExprClass:
    case Stmt::MSAsmStmtClass:
    case Stmt::OffsetOfExprClass:
    case Stmt::OpaqueValueExprClass:
    case Stmt::PseudoObjectExprClass:
    case Stmt::RequiresExprClass:
    case Stmt::SEHTryStmtClass:
    case Stmt::ShuffleVectorExprClass:
    case Stmt::SubstNonTypeTemplateParmExprClass:
    case Stmt::TypeTraitExprClass:
    case Stmt::UnaryExprOrTypeTraitExprClass:
    case Stmt::VAArgExprClass:
      return true;
    default:
      return llvm::isa<clang::OMPExecutableDirective>(statement);
  }
}

}  // namespace

Stmt* Rewriter::Dispatch(Stmt* statement) {
  if (IsUntouched(statement)) return statement;
  if (auto* expression = llvm::dyn_cast<Expr>(statement)) return DispatchExpression(expression);
  switch (statement->getStmtClass()) {
    case Stmt::CompoundStmtClass:
      return RewriteCompound(*llvm::cast<clang::CompoundStmt>(statement), *this);
    case Stmt::DeclStmtClass:
      for (clang::Decl* declaration : llvm::cast<clang::DeclStmt>(statement)->decls()) {
        auto* variable = llvm::dyn_cast<clang::VarDecl>(declaration);
        if (variable != nullptr) RewriteVariable(*variable, *this);
      }
      return statement;
    case Stmt::IfStmtClass:
      return RewriteIf(*llvm::cast<clang::IfStmt>(statement), *this);
    case Stmt::SwitchStmtClass:
      return RewriteSwitch(*llvm::cast<clang::SwitchStmt>(statement), *this);
    case Stmt::WhileStmtClass:
      return RewriteWhile(*llvm::cast<clang::WhileStmt>(statement), *this);
    case Stmt::DoStmtClass:
      return RewriteDo(*llvm::cast<clang::DoStmt>(statement), *this);
    case Stmt::ForStmtClass:
      return RewriteFor(*llvm::cast<clang::ForStmt>(statement), *this);
    case Stmt::CXXForRangeStmtClass:
      return RewriteRangeFor(*llvm::cast<clang::CXXForRangeStmt>(statement), *this);
    case Stmt::ReturnStmtClass:
      return RewriteReturn(*llvm::cast<clang::ReturnStmt>(statement), *this);
    case Stmt::CXXCatchStmtClass:
      return RewriteCatch(*llvm::cast<clang::CXXCatchStmt>(statement), *this);
    case Stmt::CoreturnStmtClass:
      return RewriteCoreturn(*llvm::cast<clang::CoreturnStmt>(statement), *this);
    case Stmt::CaseStmtClass: {
      auto* label = llvm::cast<clang::CaseStmt>(statement);
      label->setSubStmt(RewriteStatement(label->getSubStmt()));
      return statement;
    }
    case Stmt::AttributedStmtClass: {
      const auto attributes = llvm::cast<clang::AttributedStmt>(statement)->getAttrs();
      if (clang::hasSpecificAttr<clang::MustTailAttr>(attributes)) {
        RewriteTailCall(*llvm::cast<clang::AttributedStmt>(statement), *this);
        return statement;
      }
      break;
    }
    default:
      break;
  }
  for (Stmt*& child : statement->children()) child = RewriteStatement(child);
  return statement;
}

Stmt* Rewriter::DispatchExpression(Expr* expression) {
  if (expression->isTypeDependent() || expression->isValueDependent()) return expression;
  if (auto* object = llvm::dyn_cast<clang::CXXConstructExpr>(expression)) {
    NoteUse(*object->getConstructor());
  } else if (auto* name = llvm::dyn_cast<clang::DeclRefExpr>(expression)) {
    if (auto* function = llvm::dyn_cast<clang::FunctionDecl>(name->getDecl())) NoteUse(*function);
  }
  if (auto* lambda = llvm::dyn_cast<clang::LambdaExpr>(expression)) {
    return RewriteLambda(*lambda, *this);
  }
  if (auto* suspension = llvm::dyn_cast<clang::CoroutineSuspendExpr>(expression)) {
    return RewriteSuspension(*suspension, *this);
  }
  if (auto* call = llvm::dyn_cast<clang::CXXOperatorCallExpr>(expression)) {
    return RewriteOperatorCall(*call, *this);
  }
  if (auto* call = llvm::dyn_cast<clang::CallExpr>(expression)) return RewriteCall(*call, *this);
  if (auto* question = llvm::dyn_cast<clang::CXXTypeidExpr>(expression)) {
    return RewriteTypeid(*question, *this);
  }
  if (auto* cast = llvm::dyn_cast<clang::CXXDynamicCastExpr>(expression)) {
    return RewriteDynamicCast(*cast, *this);
  }
  if (auto* thrown = llvm::dyn_cast<clang::CXXThrowExpr>(expression)) {
    // Code generation may have to see that nothing else stands here.
    return thrown->getSubExpr() != nullptr ? RewriteThrow(*thrown, *this) : thrown;
  }
  if (auto* binary = llvm::dyn_cast<clang::BinaryOperator>(expression)) {
    return RewriteBinary(*binary, *this);
  }
  if (auto* choice = llvm::dyn_cast<clang::ConditionalOperator>(expression)) {
    return RewriteConditional(*choice, *this);
  }
  if (auto* step = llvm::dyn_cast<clang::UnaryOperator>(expression)) {
    if (step->isIncrementDecrementOp()) return RewriteIncDec(*step, *this);
  }
  if (auto* read = llvm::dyn_cast<clang::ImplicitCastExpr>(expression)) {
    if (read->getCastKind() == clang::CK_LValueToRValue) return RewriteRead(*read, *this);
  }
  if (auto* list = llvm::dyn_cast<clang::InitListExpr>(expression)) {
    // A list that code generation would copy from a constant stays one.
    if (list->isConstantInitializer(ast(), /*ForRef=*/false)) return expression;
  }
  if (auto* literal = llvm::dyn_cast<clang::CompoundLiteralExpr>(expression)) {
    if (literal->isFileScope()) return expression;
  }
  if (auto* block = llvm::dyn_cast<clang::StmtExpr>(expression)) {
    // The last statement is the value, so a compound with more statements must not replace it.
    RewriteChildren(block->getSubStmt());
    return expression;
  }
  if (auto* choice = llvm::dyn_cast<clang::BinaryConditionalOperator>(expression)) {
    // Its other children are views of the first one.
    Stmt*& common = *choice->children().begin();
    common = Rewrite(common);
    return expression;
  }
  RewriteChildren(expression);
  return expression;
}

}  // namespace scope::compiler_plugin
