#include "compiler_plugin/graph/value_sources.h"

#include "clang/AST/ExprCXX.h"

namespace scope::compiler_plugin {

using clang::Expr;
using clang::Stmt;

uint32_t Sites::OfStatement(scope_event_kind kind, const Stmt* statement) {
  const auto [known, added] = numbers_.try_emplace({statement, kind}, all_.size());
  if (added) all_.push_back({.statement = statement, .location = {}, .kind = kind});
  return known->second;
}

uint32_t Sites::OfVariable(scope_event_kind kind, clang::SourceLocation location) {
  const auto [known, added] = numbers_.try_emplace({location.getPtrEncoding(), kind}, all_.size());
  if (added) all_.push_back({.statement = nullptr, .location = location, .kind = kind});
  return known->second;
}

void ValueSources::Add(const Expr* expression, uint32_t sink) {
  if (expression == nullptr) return;
  expression = expression->IgnoreParens();
  const auto from = [&](scope_event_kind kind) {
    flow_.edges.push_back({sites_.OfStatement(kind, expression), sink, kNoStorage, arm_});
  };
  if (const auto* cast = llvm::dyn_cast<clang::ImplicitCastExpr>(expression)) {
    if (cast->getCastKind() == clang::CK_LValueToRValue) return from(kScopeEventRead);
    return Add(cast->getSubExpr(), sink);
  }
  if (llvm::isa<clang::CallExpr, clang::CXXConstructExpr>(expression)) {
    return from(kScopeEventResult);
  }
  if (llvm::isa<clang::DeclRefExpr, clang::MemberExpr, clang::ArraySubscriptExpr>(expression)) {
    return AddObject(expression, sink);
  }
  if (const auto* binary = llvm::dyn_cast<clang::BinaryOperator>(expression)) {
    if (binary->isCompoundAssignmentOp()) return from(kScopeEventCompoundAssign);
    if (binary->isAssignmentOp()) return from(kScopeEventAssign);
    if (binary->getOpcode() == clang::BO_Comma) return Add(binary->getRHS(), sink);
  } else if (const auto* unary = llvm::dyn_cast<clang::UnaryOperator>(expression)) {
    if (unary->isIncrementDecrementOp()) return from(kScopeEventIncDec);
    if (unary->getOpcode() == clang::UO_Deref) return AddObject(expression, sink);
    if (unary->getOpcode() == clang::UO_AddrOf) return;  // The address, not what is there.
  } else if (const auto* choice = llvm::dyn_cast<clang::ConditionalOperator>(expression)) {
    AddArm(*choice, true, sink);
    return AddArm(*choice, false, sink);
  } else if (const auto* passed = llvm::dyn_cast<clang::CXXDefaultArgExpr>(expression)) {
    return Add(passed->getExpr(), sink);
  } else if (const auto* default_value = llvm::dyn_cast<clang::CXXDefaultInitExpr>(expression)) {
    return Add(default_value->getExpr(), sink);
  } else if (llvm::isa<clang::UnaryExprOrTypeTraitExpr, clang::CXXNoexceptExpr, clang::StmtExpr,
                       clang::CXXTypeidExpr, clang::ConstantExpr>(expression)) {
    return;
  }
  AddChildren(expression, sink);
}

void ValueSources::AddArm(const clang::ConditionalOperator& choice, bool taken, uint32_t sink) {
  const uint32_t outer = std::exchange(arm_, static_cast<uint32_t>(flow_.arms.size()));
  flow_.arms.push_back({sites_.OfStatement(kScopeEventBranch, &choice), taken, outer});
  Add(taken ? choice.getTrueExpr() : choice.getFalseExpr(), sink);
  arm_ = outer;
}

void ValueSources::AddChildren(const Expr* expression, uint32_t sink) {
  if (const auto* lambda = llvm::dyn_cast<clang::LambdaExpr>(expression)) {
    for (const Expr* captured : lambda->capture_inits()) Add(captured, sink);
    return;
  }
  for (const Stmt* child : expression->children()) {
    Add(llvm::dyn_cast_or_null<Expr>(child), sink);
  }
}

void ValueSources::AddPath(const Expr* place, uint32_t sink) {
  place = place->IgnoreParens();
  if (const auto* element = llvm::dyn_cast<clang::ArraySubscriptExpr>(place)) {
    Add(element->getIdx(), sink);
    const Expr* base = element->getBase()->IgnoreParens();
    const auto* decay = llvm::dyn_cast<clang::ImplicitCastExpr>(base);
    if (decay != nullptr && decay->getCastKind() == clang::CK_ArrayToPointerDecay) {
      AddPath(decay->getSubExpr(), sink);
    } else {
      Add(base, sink);
    }
  } else if (const auto* member = llvm::dyn_cast<clang::MemberExpr>(place)) {
    if (member->isArrow()) {
      Add(member->getBase(), sink);
    } else {
      AddPath(member->getBase(), sink);
    }
  } else if (const auto* unary = llvm::dyn_cast<clang::UnaryOperator>(place)) {
    if (unary->getOpcode() == clang::UO_Deref) Add(unary->getSubExpr(), sink);
  }
}

void ValueSources::AddObject(const Expr* place, uint32_t sink) {
  AddUse(place, sink);
  AddPath(place, sink);
}

void ValueSources::AddUse(const Expr* place, uint32_t sink) {
  const Access access = storages_.Find(place);
  if (access.storage == kNoStorage) return;
  steps_->push_back({Step::kUse, access, sink, arm_});
  if (storages_.IsBehindReference(access.storage)) {
    flow_.edges.push_back({kUnknownSite, sink, access.storage, arm_});
  }
}

}  // namespace scope::compiler_plugin
