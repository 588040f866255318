// Rule: what is stored by = and op= is reported.
//
//   x = y   ->  x = (v = y, assign(v), v)
//   x += y  ->  in C the value, in C++ the object is looked at afterwards

#include "compiler_plugin/expressions.h"
#include "compiler_plugin/rules/rules.h"

namespace scope::compiler_plugin {

namespace {

uint32_t AddStoreNode(scope_event_kind kind, clang::BinaryOperator& store, Rewriter& rewriter) {
  const clang::Expr* place = store.getLHS();
  const auto skip = [&](llvm::StringRef why) {
    rewriter.NoteSkip(kind, store.getSourceRange(), rewriter.Text(place), why);
    return kNoNode;
  };
  clang::QualType type = place->getType();
  if (type.isVolatileQualified()) return skip("volatile");
  if (!rewriter.IsPlainPlace(place)) return skip("part of a vector");
  // What the operation itself stores; the place is not looked at again.
  if (const auto* atomic = type->getAs<clang::AtomicType>(); atomic != nullptr) {
    if (!store.isPRValue()) return skip("an atomic is not looked at again");
    type = atomic->getValueType();
  }
  return rewriter.AddValueNode(kind, type, store.getSourceRange(), rewriter.Text(place),
                               rewriter.Hash(&store), rewriter.Redacts(&store));
}

// Without anything in between, the value is all there is to say.
uint32_t ReserveUnlessQuiet(uint32_t store, const clang::BinaryOperator& assign,
                            Rewriter& rewriter) {
  if (!MayComeBetween(assign.getRHS(), rewriter)) return kNoNode;
  return AddReserveNode(store, assign, *assign.getLHS(), rewriter);
}

}  // namespace

clang::Stmt* RewriteAssign(clang::BinaryOperator& assign, Rewriter& rewriter) {
  if (IsObjectAssign(assign)) return RewriteObjectAssign(assign, rewriter);
  const uint32_t node = AddStoreNode(kScopeEventAssign, assign, rewriter);
  const uint32_t reserve = ReserveUnlessQuiet(node, assign, rewriter);
  InsideNode inside(rewriter, node);
  assign.setLHS(rewriter.Rewrite(assign.getLHS()));
  assign.setRHS(rewriter.Rewrite(assign.getRHS()));
  if (node == kNoNode) return &assign;
  // A bit-field may keep less than what is assigned.
  if (assign.getLHS()->refersToBitField() || assign.getLHS()->getType()->isAtomicType()) {
    return Reserved(reserve, rewriter.Report(&assign, node), rewriter);
  }
  assign.setRHS(rewriter.Report(assign.getRHS(), node));
  return Reserved(reserve, &assign, rewriter);
}

clang::Stmt* RewriteCompoundAssign(clang::BinaryOperator& update, Rewriter& rewriter) {
  const uint32_t node = AddStoreNode(kScopeEventCompoundAssign, update, rewriter);
  const uint32_t reserve = ReserveUnlessQuiet(node, update, rewriter);
  InsideNode inside(rewriter, node);
  rewriter.RewriteChildren(&update);
  return Reserved(reserve, rewriter.Report(&update, node), rewriter);
}

clang::Stmt* RewriteBinary(clang::BinaryOperator& binary, Rewriter& rewriter) {
  if (binary.isCompoundAssignmentOp()) return RewriteCompoundAssign(binary, rewriter);
  if (binary.isAssignmentOp()) return RewriteAssign(binary, rewriter);
  if (binary.getOpcode() == clang::BO_Comma) {
    binary.setLHS(llvm::cast<clang::Expr>(rewriter.RewriteStatement(binary.getLHS())));
    binary.setRHS(rewriter.Rewrite(binary.getRHS()));
    return &binary;
  }
  // Code generation leaves out an operand that a constant before it decides on.
  if (binary.isLogicalOp() && rewriter.IsConstant(binary.getLHS())) {
    binary.setLHS(PinConstant(binary.getLHS(), rewriter));
  } else if (binary.isLogicalOp() && rewriter.Wants(kScopeEventRead)) {
    binary.setLHS(RewriteCondition(binary.getLHS(), kScopeEventBranch, rewriter));
    // A constant one is computed as it is written; only what it decides alone may be left out.
    clang::Expr* right = binary.getRHS();
    binary.setRHS(rewriter.IsConstant(right)
                      ? rewriter.Rewrite(right)
                      : RewriteCondition(right, kScopeEventBranch, rewriter));
  } else {
    rewriter.RewriteChildren(&binary);
  }
  return &binary;
}

}  // namespace scope::compiler_plugin
