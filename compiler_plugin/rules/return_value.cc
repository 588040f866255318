// Rule: what is returned is reported; an object as soon as it is made, in the place where the
// caller gets it.
//
//   return x + 1;    ->  return (v = x + 1, return_value(v), v);
//   return Make();   ->  return (o = Make(), return_value(&o), o);   o is the caller's object
//   return r;        ->  return (a = &r, return_value(a), *a);   a const reference: what is there
//   return named;    ->  { return_value(&named); return named; }     if `named` is the caller's
//   object

#include "compiler_plugin/expressions.h"
#include "compiler_plugin/rules/rules.h"

namespace scope::compiler_plugin {
namespace {

// The variable that has been made in the caller's place from the start: nothing happens here.
clang::VarDecl* ReturnedInPlace(const clang::ReturnStmt& statement, Rewriter& rewriter) {
  if (!rewriter.ast().getLangOpts().ElideConstructors) return nullptr;
  auto* variable = const_cast<clang::VarDecl*>(statement.getNRVOCandidate());
  return variable != nullptr && variable->isNRVOVariable() ? variable : nullptr;
}

// if consteval { return object; } else { return (o = object, return_value(&o), o); }
clang::Stmt* UnlessConstant(clang::ReturnStmt& statement, clang::Expr* reported,
                            Rewriter& rewriter) {
  const clang::SourceLocation where = statement.getReturnLoc();
  auto* at_run_time = clang::ReturnStmt::Create(rewriter.ast(), where, reported, nullptr);
  auto* choice = clang::IfStmt::Create(
      rewriter.ast(), where, clang::IfStatementKind::ConstevalNonNegated, nullptr, nullptr, nullptr,
      where, where, &statement, where, at_run_time);
  return rewriter.Keep(choice);
}

clang::Stmt* RewriteObject(clang::ReturnStmt& statement, uint32_t node, Rewriter& rewriter) {
  clang::Expr* const object = statement.getRetValue();
  if (clang::VarDecl* variable = ReturnedInPlace(statement, rewriter)) {
    clang::Expr* place = Name(rewriter.ast(), variable, object->getBeginLoc());
    clang::Stmt* const report = rewriter.ReportPlaceCall(place, node);
    return rewriter.Keep(clang::CompoundStmt::Create(
        rewriter.ast(), {report, &statement}, clang::FPOptionsOverride(), statement.getBeginLoc(),
        statement.getEndLoc()));
  }
  if (!rewriter.in_constexpr()) {
    statement.setRetValue(rewriter.ReportMade(object, node));
    return &statement;
  }
  clang::Expr* inner = object;
  auto* cleanups = llvm::dyn_cast<clang::ExprWithCleanups>(object);
  if (cleanups != nullptr) inner = cleanups->getSubExpr();
  clang::Expr* reported = rewriter.ReportMade(inner, node);
  if (cleanups != nullptr) {
    reported = clang::ExprWithCleanups::Create(
        rewriter.ast(), reported, cleanups->cleanupsHaveSideEffects(), cleanups->getObjects());
  }
  return UnlessConstant(statement, reported, rewriter);
}

}  // namespace

clang::Stmt* RewriteReturn(clang::ReturnStmt& statement, Rewriter& rewriter) {
  clang::Expr* value = statement.getRetValue();
  if (value == nullptr) return &statement;
  const bool is_object = value->isPRValue() && value->getType()->isRecordType();
  uint32_t node = kNoNode;
  if (is_object) {
    node =
        rewriter.AddPlaceNode(kScopeEventReturn, value->getType(), value->getSourceRange(),
                              rewriter.Text(value), rewriter.Hash(value), rewriter.Redacts(value));
  } else if (value->isPRValue()) {
    node =
        rewriter.AddValueNode(kScopeEventReturn, value->getType(), value->getSourceRange(),
                              rewriter.Text(value), rewriter.Hash(value), rewriter.Redacts(value));
  }
  if (value->isGLValue()) {
    const clang::QualType type = rewriter.ast().getLValueReferenceType(value->getType());
    node =
        rewriter.AddPlaceNode(kScopeEventReturn, type, value->getSourceRange(),
                              rewriter.Text(value), rewriter.Hash(value), rewriter.Redacts(value));
    InsideNode inside(rewriter, node);
    statement.setRetValue(rewriter.ReportPlace(rewriter.Rewrite(value), node));
    return &statement;
  }
  InsideNode inside(rewriter, node);
  value = rewriter.Rewrite(value);
  statement.setRetValue(is_object ? value : rewriter.Report(value, node));
  return is_object && node != kNoNode ? RewriteObject(statement, node, rewriter) : &statement;
}

}  // namespace scope::compiler_plugin
