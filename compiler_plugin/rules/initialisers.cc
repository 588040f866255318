// Rule: what a constructor initialises its members with is reported.
//
//   S(int x) : a(x + 1) {}  ->  S(int x) : a((v = x + 1, member(v), v)) {}

#include "compiler_plugin/expressions.h"
#include "compiler_plugin/rules/rules.h"
#include "compiler_plugin/subtree_hash.h"

namespace scope::compiler_plugin {

namespace {

using clang::CXXCtorInitializer;
using clang::Expr;

clang::SourceRange WrittenRange(const CXXCtorInitializer& initialiser) {
  if (initialiser.isWritten()) return initialiser.getSourceRange();
  return initialiser.getAnyMember()->getSourceRange();
}

uint32_t AddMemberNode(const CXXCtorInitializer& initialiser, Rewriter& rewriter) {
  const clang::FieldDecl* field = initialiser.getAnyMember();
  const Expr* value = initialiser.getInit();
  if (field == nullptr || !value->isPRValue() || field->getType()->isReferenceType()) {
    return kNoNode;
  }
  if (llvm::isa<clang::ImplicitValueInitExpr>(value)) return kNoNode;
  const uint64_t name = HashText(field->getName());
  const uint64_t hash = initialiser.isInClassMemberInitializer() ? 0 : rewriter.Hash(value);
  return rewriter.AddValueNode(kScopeEventMember, field->getType().getUnqualifiedType(),
                               WrittenRange(initialiser), field->getName().str(),
                               MixHash(name, hash),
                               rewriter.Redacts(*field) || rewriter.Redacts(value));
}

Expr* RewriteValue(Expr* value, uint32_t node, Rewriter& rewriter) {
  auto* list = llvm::dyn_cast<clang::InitListExpr>(value);
  if (node != kNoNode && list != nullptr && list->getNumInits() == 1) {
    // A scalar in braces: the braces stay.
    list->setInit(0, rewriter.Report(rewriter.Rewrite(list->getInit(0)), node));
    return list;
  }
  return rewriter.Report(rewriter.Rewrite(value), node);
}

// An initialiser's value cannot be exchanged, but the initialiser can.
CXXCtorInitializer* WithValue(const CXXCtorInitializer& old, Expr* value, clang::ASTContext& ast) {
  const clang::SourceLocation member = old.getMemberLocation();
  CXXCtorInitializer* made;
  if (old.isIndirectMemberInitializer()) {
    made = new (ast) CXXCtorInitializer(ast, old.getIndirectMember(), member, old.getLParenLoc(),
                                        value, old.getRParenLoc());
  } else {
    made = new (ast) CXXCtorInitializer(ast, old.getMember(), member, old.getLParenLoc(), value,
                                        old.getRParenLoc());
  }
  if (old.isWritten()) made->setSourceOrder(old.getSourceOrder());
  return made;
}

}  // namespace

void RewriteInitialisers(clang::CXXConstructorDecl& constructor, Rewriter& rewriter) {
  for (CXXCtorInitializer*& initialiser : constructor.inits()) {
    if (initialiser->getInit() == nullptr) continue;
    const uint32_t node = AddMemberNode(*initialiser, rewriter);
    InsideNode inside(rewriter, node);
    Expr* const value = RewriteValue(initialiser->getInit(), node, rewriter);
    if (value == initialiser->getInit() || !initialiser->isAnyMemberInitializer()) continue;
    initialiser = WithValue(*initialiser, value, rewriter.ast());
  }
}

}  // namespace scope::compiler_plugin
