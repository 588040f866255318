// Rule: what an object turns out to be is reported: what a dynamic_cast finds, the type that typeid
// says, the variant that is visited.
//
//   dynamic_cast<D*>(p)  ->  (v = dynamic_cast<D*>(p), match(v), v)
//   typeid(*p)           ->  (t = &typeid(*p), match(*t), *t)
//   std::visit(f, v)     ->  std::visit(f, (o = &v, match(*o), *o))

#include "compiler_plugin/expressions.h"
#include "compiler_plugin/rules/rules.h"

namespace scope::compiler_plugin {
namespace {

using clang::Expr;

bool IsVariant(clang::QualType type) {
  const clang::CXXRecordDecl* record = type->getAsCXXRecordDecl();
  return record != nullptr && record->isInStdNamespace() && record->getIdentifier() != nullptr &&
         record->getName() == "variant";
}

// The function of the standard library that has this name.
bool IsStdFunction(const clang::CallExpr& call, llvm::ArrayRef<llvm::StringRef> names) {
  const clang::FunctionDecl* callee = call.getDirectCallee();
  return callee != nullptr && callee->isInStdNamespace() && callee->getIdentifier() != nullptr &&
         llvm::is_contained(names, callee->getName());
}

}  // namespace

bool IsMatch(const clang::CallExpr& call) {
  return IsStdFunction(call, {"get_if", "holds_alternative", "any_cast"});
}

bool IsVisited(const clang::CallExpr& call, unsigned argument) {
  const Expr* value = call.getArg(argument);
  return argument > 0 && IsStdFunction(call, {"visit"}) && value->isGLValue() &&
         !llvm::isa<clang::MaterializeTemporaryExpr>(value) && IsVariant(value->getType());
}

void RewriteVisited(clang::CallExpr& call, unsigned argument, Rewriter& rewriter) {
  Expr* value = call.getArg(argument);
  const uint32_t node =
      rewriter.AddPlaceNode(kScopeEventMatch, value->getType(), value->getSourceRange(),
                            rewriter.Text(value), rewriter.Hash(value), rewriter.Redacts(value));
  InsideNode inside(rewriter, node);
  call.setArg(argument, rewriter.ReportPlace(rewriter.Rewrite(value), node));
}

clang::Stmt* RewriteDynamicCast(clang::CXXDynamicCastExpr& cast, Rewriter& rewriter) {
  clang::ASTContext& ast = rewriter.ast();
  const bool is_pointer = cast.isPRValue();
  const clang::QualType type = is_pointer ? cast.getType() : ast.getPointerType(cast.getType());
  const uint32_t node =
      rewriter.AddValueNode(kScopeEventMatch, type, cast.getSourceRange(), rewriter.Text(&cast),
                            rewriter.Hash(&cast), rewriter.Redacts(&cast));
  InsideNode inside(rewriter, node);
  rewriter.RewriteChildren(&cast);
  if (is_pointer || node == kNoNode) return rewriter.Report(&cast, node);
  clang::OpaqueValueExpr* found = Once(ast, &cast);
  return InOrder(ast, &cast, {found, rewriter.ReportCall(AddressOf(ast, found), node)}, found);
}

clang::Stmt* RewriteTypeid(clang::CXXTypeidExpr& question, Rewriter& rewriter) {
  // The type of anything else is known.
  if (question.isTypeOperand() || !question.isPotentiallyEvaluated()) return &question;
  const uint32_t node = rewriter.AddPlaceNode(
      kScopeEventMatch, question.getType(), question.getSourceRange(), rewriter.Text(&question),
      rewriter.Hash(&question), rewriter.Redacts(question.getExprOperand()));
  return rewriter.ReportPlace(&question, node);
}

}  // namespace scope::compiler_plugin
