// Rule: what a variable outside of functions is initialised with when the program runs. The entry
// stands in front of the value; where it is left is found later, as that of any function.
//
//   int n = f();   ->  int n = (enter(n::<init>), (v = f(), init(v), v));
//   Point p(f());  ->  Point p = (enter(p::<init>), (o = Point(f()), init(&o), o));

#include "compiler_plugin/expressions.h"
#include "compiler_plugin/rules/rules.h"
#include "compiler_plugin/subtree_hash.h"
#include "compiler_plugin/value_types.h"

namespace scope::compiler_plugin {
namespace {

using clang::Expr;

Expr* RewriteScalar(Expr* value, uint32_t node, Rewriter& rewriter) {
  auto* list = llvm::dyn_cast<clang::InitListExpr>(value);
  if (list == nullptr || list->getNumInits() != 1) {
    return rewriter.Report(rewriter.Rewrite(value), node);
  }
  list->setInit(0, rewriter.Report(rewriter.Rewrite(list->getInit(0)), node));
  return list;
}

// What is bound is an object that was there before; a temporary stays as it is.
Expr* RewriteReference(Expr* place, uint32_t node, Rewriter& rewriter) {
  place = rewriter.Rewrite(place);
  if (node == kNoNode) return place;
  clang::OpaqueValueExpr* object = Once(rewriter.ast(), place);
  return InOrder(rewriter.ast(), place, {object, rewriter.ReportPlaceCall(object, node)}, object);
}

}  // namespace

bool IsInitialisedAtRunTime(clang::VarDecl& variable) {
  return variable.hasGlobalStorage() && variable.isFileVarDecl() && variable.hasInit() &&
         !variable.isInvalidDecl() && !variable.getType()->isDependentType() &&
         !variable.getDeclContext()->isDependentContext() && !variable.isConstexpr() &&
         variable.evaluateValue() == nullptr;
}

void RewriteOutside(clang::VarDecl& variable, uint32_t enter, Rewriter& rewriter) {
  clang::Stmt** const slot = variable.getInitAddress();
  auto* value = llvm::cast<Expr>(*slot);
  const clang::QualType type = variable.getType();
  const bool redacted = rewriter.Redacts(variable);
  const bool is_scalar =
      ClassifyValue(rewriter.ast(), type) != kScopeValueNone && value->isPRValue();
  const bool is_bound = type->isReferenceType() && value->isLValue() &&
                        !llvm::isa<clang::MaterializeTemporaryExpr>(value->IgnoreImplicit());
  const bool is_object = type->isRecordType() && value->isPRValue();
  const clang::SourceRange range(variable.getLocation(), value->getEndLoc());
  uint32_t node = kNoNode;
  if (is_scalar || is_bound || is_object) {
    const uint64_t hash = MixHash(HashText(variable.getName()), rewriter.Hash(value));
    node = rewriter.AddPlaceNode(kScopeEventInit, type, range, variable.getName().str(), hash,
                                 redacted);
  } else {
    rewriter.NoteSkip(kScopeEventInit, range, variable.getName(),
                      "an array, or what lives as long as its name, made outside of functions");
  }
  InsideNode inside(rewriter, node);
  rewriter.NameParts(value, variable.getName().str(), redacted);
  if (is_scalar) {
    value = RewriteScalar(value, node, rewriter);
  } else if (is_bound) {
    value = RewriteReference(value, node, rewriter);
  } else {
    value = rewriter.Rewrite(value);
    if (is_object) value = rewriter.ReportMade(value, node);
  }
  if (enter != kNoNode) {
    // What is temporary lives until the object is made: the clean-ups stay outermost.
    auto* cleanups = llvm::dyn_cast<clang::ExprWithCleanups>(value);
    Expr* const inner = cleanups != nullptr ? cleanups->getSubExpr() : value;
    Expr* const marked =
        Before(rewriter.ast(), rewriter.MarkCall(kEnterHook, enter, range.getBegin()), inner);
    if (cleanups != nullptr) cleanups->setSubExpr(marked);
    if (cleanups == nullptr) value = marked;
  }
  *slot = value;
}

}  // namespace scope::compiler_plugin
