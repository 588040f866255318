// Rule: the built-in functions on atomics report what they store, where that is what they are given
// or return; at the level `all` what they return. The place itself is not looked at again.
//
//   __c11_atomic_store(&n, f(), order)  ->  __c11_atomic_store(&n, (v = f(), assign(v), v), order)

#include "compiler_plugin/rules/rules.h"

namespace scope::compiler_plugin {
namespace {

using clang::AtomicExpr;

bool StoresFirstValue(const AtomicExpr& atomic) {
  switch (atomic.getOp()) {
    case AtomicExpr::AO__c11_atomic_init:
    case AtomicExpr::AO__c11_atomic_store:
    case AtomicExpr::AO__c11_atomic_exchange:
    case AtomicExpr::AO__atomic_store_n:
    case AtomicExpr::AO__atomic_exchange_n:
      return true;
    default:
      return false;
  }
}

bool ReturnsStored(const AtomicExpr& atomic) {
  switch (atomic.getOp()) {
    case AtomicExpr::AO__atomic_add_fetch:
    case AtomicExpr::AO__atomic_sub_fetch:
    case AtomicExpr::AO__atomic_and_fetch:
    case AtomicExpr::AO__atomic_or_fetch:
    case AtomicExpr::AO__atomic_xor_fetch:
    case AtomicExpr::AO__atomic_nand_fetch:
      return true;
    default:
      return false;
  }
}

// "&count" -> "count"
std::string PlaceName(const AtomicExpr& atomic, Rewriter& rewriter) {
  const clang::Expr* pointer = atomic.getPtr()->IgnoreParenCasts();
  const auto* address = llvm::dyn_cast<clang::UnaryOperator>(pointer);
  const bool is_address = address != nullptr && address->getOpcode() == clang::UO_AddrOf;
  return is_address ? rewriter.Text(address->getSubExpr()) : "*" + rewriter.Text(pointer);
}

uint32_t AddStoreNode(const AtomicExpr& atomic, const clang::Expr& stored, scope_event_kind kind,
                      Rewriter& rewriter) {
  return rewriter.AddValueNode(kind, stored.getType(), atomic.getSourceRange(),
                               PlaceName(atomic, rewriter), rewriter.Hash(&atomic),
                               rewriter.Redacts(&stored) || rewriter.Redacts(atomic.getPtr()));
}

}  // namespace

clang::Stmt* RewriteAtomic(AtomicExpr& atomic, Rewriter& rewriter) {
  uint32_t stored = kNoNode;
  uint32_t result = kNoNode;
  if (StoresFirstValue(atomic)) {
    stored = AddStoreNode(atomic, *atomic.getVal1(), kScopeEventAssign, rewriter);
  } else if (ReturnsStored(atomic)) {
    result = AddStoreNode(atomic, atomic, kScopeEventCompoundAssign, rewriter);
  }
  const bool has_value = !atomic.getType()->isVoidType();
  if (result == kNoNode && has_value) result = rewriter.AddNodeOf(kScopeEventResult, atomic);
  InsideNode inside(rewriter, result != kNoNode ? result : stored);
  clang::Expr** const parts = atomic.getSubExprs();
  for (unsigned i = 0; i < atomic.getNumSubExprs(); ++i) {
    // The order decides while compiling what is emitted.
    if (rewriter.IsConstant(parts[i]) && !(stored != kNoNode && parts[i] == atomic.getVal1())) {
      continue;
    }
    const bool is_stored = stored != kNoNode && parts[i] == atomic.getVal1();
    parts[i] = rewriter.Report(rewriter.Rewrite(parts[i]), is_stored ? stored : kNoNode);
  }
  return has_value ? rewriter.Report(&atomic, result) : &atomic;
}

}  // namespace scope::compiler_plugin
