// Rule: an object that is assigned to as a whole is looked at afterwards; an atomic one never is:
// what its operator returns is what was stored.
//
//   p = q    ->  in C++ (o = &(p = q), assign(o), *o), in C (o = &p, *o = q, assign(o), *o)
//   n += 2   ->  (v = n.operator+=(2), update(v), v)    for std::atomic<int> n

#include "clang/AST/ExprCXX.h"
#include "compiler_plugin/expressions.h"
#include "compiler_plugin/rules/rules.h"

namespace scope::compiler_plugin {
namespace {

bool IsStdAtomic(const clang::CXXMethodDecl& method) {
  const clang::CXXRecordDecl* parent = method.getParent();
  if (!parent->isInStdNamespace() || parent->getIdentifier() == nullptr) return false;
  const llvm::StringRef name = parent->getName();
  return name == "atomic" || name == "__atomic_base" || name == "__atomic_float";
}

// Operators that return what they stored.
std::optional<scope_event_kind> AtomicStore(const clang::CXXOperatorCallExpr& call) {
  if (call.getOperator() == clang::OO_Equal) return kScopeEventAssign;
  if (call.isAssignmentOp()) return kScopeEventCompoundAssign;
  const bool is_step =
      call.getOperator() == clang::OO_PlusPlus || call.getOperator() == clang::OO_MinusMinus;
  if (is_step && call.getNumArgs() == 1) return kScopeEventIncDec;
  return std::nullopt;
}

}  // namespace

bool IsObjectAssign(const clang::BinaryOperator& assign) {
  return assign.getOpcode() == clang::BO_Assign && assign.isPRValue() &&
         assign.getType()->isRecordType();
}

clang::Stmt* RewriteObjectAssign(clang::BinaryOperator& assign, Rewriter& rewriter) {
  const clang::Expr* place = assign.getLHS();
  const uint32_t node =
      Rewriter::IsPlainPlace(place)
          ? rewriter.AddPlaceNode(kScopeEventAssign, place->getType(), assign.getSourceRange(),
                                  rewriter.Text(place), rewriter.Hash(&assign),
                                  rewriter.Redacts(&assign))
          : kNoNode;
  InsideNode inside(rewriter, node);
  rewriter.RewriteChildren(&assign);
  if (node == kNoNode) return &assign;
  clang::OpaqueValueExpr* object = Once(rewriter.ast(), assign.getLHS());
  assign.setLHS(object);
  clang::Expr* done = Convert(rewriter.ast(), &assign, rewriter.ast().VoidTy, clang::CK_ToVoid);
  clang::Expr* report = rewriter.ReportPlaceCall(object, node);
  clang::Expr* value = Load(rewriter.ast(), object);
  return clang::PseudoObjectExpr::Create(rewriter.ast(), &assign, {object, done, report, value},
                                         /*resultIndex=*/3);
}

clang::Stmt* RewriteOperatorCall(clang::CXXOperatorCallExpr& call, Rewriter& rewriter) {
  const auto* method = llvm::dyn_cast_or_null<clang::CXXMethodDecl>(call.getDirectCallee());
  if (method == nullptr || call.getNumArgs() == 0) return RewriteCall(call, rewriter);
  const clang::Expr* place = call.getArg(0);
  const auto kind = IsStdAtomic(*method) ? AtomicStore(call) : std::nullopt;
  const bool is_copy = call.getOperator() == clang::OO_Equal && call.isLValue() &&
                       (method->isTrivial() || method->isDefaulted());
  uint32_t node = kNoNode;
  if (kind && call.isPRValue()) {
    node = rewriter.AddValueNode(*kind, call.getType(), call.getSourceRange(), rewriter.Text(place),
                                 rewriter.Hash(&call), rewriter.Redacts(&call));
  } else if (is_copy && !place->getType().isVolatileQualified() &&
             rewriter.ast().hasSameUnqualifiedType(place->getType(), call.getType())) {
    node =
        rewriter.AddPlaceNode(kScopeEventAssign, place->getType(), call.getSourceRange(),
                              rewriter.Text(place), rewriter.Hash(&call), rewriter.Redacts(&call));
  }
  InsideNode inside(rewriter, node);
  auto* result = llvm::cast<clang::Expr>(RewriteCall(call, rewriter));
  if (node == kNoNode || result->isPRValue()) return rewriter.Report(result, node);
  clang::OpaqueValueExpr* object = Once(rewriter.ast(), result);
  return InOrder(rewriter.ast(), result, {object, rewriter.ReportPlaceCall(object, node)}, object);
}

}  // namespace scope::compiler_plugin
