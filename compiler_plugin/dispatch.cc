// Which rule a statement goes to, and which statements are never touched.

#include <optional>

#include "clang/AST/Attr.h"
#include "clang/AST/StmtOpenMP.h"
#include "compiler_plugin/rules/rules.h"

namespace scope::compiler_plugin {

using clang::Expr;
using clang::Stmt;

namespace {

// Why a statement is left as it is, with everything in it; empty: it is not. What the compiler made
// is passed over without a word.
std::optional<llvm::StringRef> WhyUntouched(const Stmt* statement) {
  switch (statement->getStmtClass()) {
    case Stmt::ArrayInitLoopExprClass:
    case Stmt::ConstantExprClass:
    case Stmt::CXXInheritedCtorInitExprClass:
    case Stmt::OpaqueValueExprClass:
    case Stmt::PseudoObjectExprClass:
    case Stmt::SubstNonTypeTemplateParmExprClass:
      return "";
    case Stmt::CXXNoexceptExprClass:
    case Stmt::OffsetOfExprClass:
    case Stmt::RequiresExprClass:
    case Stmt::TypeTraitExprClass:
    case Stmt::UnaryExprOrTypeTraitExprClass:
      return "it is not evaluated";
    case Stmt::GCCAsmStmtClass:
    case Stmt::MSAsmStmtClass:
      return "assembler code";
    case Stmt::ConvertVectorExprClass:
    case Stmt::ShuffleVectorExprClass:
    case Stmt::VAArgExprClass:
      return "a function of the compiler's own";
    case Stmt::DesignatedInitUpdateExprClass:
      return "some elements are given twice";
    case Stmt::CapturedStmtClass:
    case Stmt::SEHTryStmtClass:
      return "an extension that is not understood";
    default:
      return std::nullopt;
  }
}

}  // namespace

Stmt* Rewriter::Dispatch(Stmt* statement) {
  if (const auto why = WhyUntouched(statement)) {
    if (!why->empty()) NoteUntouched(statement->getSourceRange(), *why);
    return statement;
  }
  if (auto* directive = llvm::dyn_cast<clang::OMPExecutableDirective>(statement)) {
    return RewriteParallel(*directive, *this);
  }
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
    case Stmt::CaseStmtClass:
    case Stmt::DefaultStmtClass:
      return RewriteLabel(*llvm::cast<clang::SwitchCase>(statement), *this);
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
  switch (expression->getStmtClass()) {
    case Stmt::LambdaExprClass:
      return RewriteLambda(*llvm::cast<clang::LambdaExpr>(expression), *this);
    case Stmt::BlockExprClass:
      return RewriteBlock(*llvm::cast<clang::BlockExpr>(expression), *this);
    case Stmt::InitListExprClass:
      return RewriteList(*llvm::cast<clang::InitListExpr>(expression), *this);
    case Stmt::CXXParenListInitExprClass:
      return RewriteParenList(*llvm::cast<clang::CXXParenListInitExpr>(expression), *this);
    case Stmt::CompoundLiteralExprClass:
      return RewriteLiteral(*llvm::cast<clang::CompoundLiteralExpr>(expression), *this);
    case Stmt::GenericSelectionExprClass:
      return RewriteGeneric(*llvm::cast<clang::GenericSelectionExpr>(expression), *this);
    case Stmt::ChooseExprClass:
      return RewriteChoose(*llvm::cast<clang::ChooseExpr>(expression), *this);
    case Stmt::CXXRewrittenBinaryOperatorClass:
      return RewriteComparison(*llvm::cast<clang::CXXRewrittenBinaryOperator>(expression), *this);
    case Stmt::AtomicExprClass:
      return RewriteAtomic(*llvm::cast<clang::AtomicExpr>(expression), *this);
    case Stmt::CXXDefaultArgExprClass:
      return RewriteDefaultArgument(*llvm::cast<clang::CXXDefaultArgExpr>(expression), *this);
    case Stmt::CXXDefaultInitExprClass:
      return RewriteDefaultMember(*llvm::cast<clang::CXXDefaultInitExpr>(expression), *this);
    default:
      break;
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
  if (auto* block = llvm::dyn_cast<clang::StmtExpr>(expression)) {
    // Its last statement, which is its value, stays the last.
    block->setSubStmt(llvm::cast<clang::CompoundStmt>(Rewrite(block->getSubStmt())));
    return expression;
  }
  if (auto* choice = llvm::dyn_cast<clang::BinaryConditionalOperator>(expression)) {
    return RewriteElvis(*choice, *this);
  }
  RewriteChildren(expression);
  return expression;
}

}  // namespace scope::compiler_plugin
