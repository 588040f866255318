// Rule: a local reports the value that it is initialised with: a scalar on the way, everything else
// behind its declaration.
//
//   int x = f();      ->  int x = (v = f(), init(v), v);
//   Point p = f();    ->  Point p = f(); init(&p);

#include "compiler_plugin/expressions.h"
#include "compiler_plugin/rules/rules.h"
#include "compiler_plugin/subtree_hash.h"
#include "compiler_plugin/value_types.h"

namespace scope::compiler_plugin {
namespace {

using clang::Expr;

clang::SourceRange NameAndValue(const clang::VarDecl& variable) {
  clang::SourceRange range = variable.getLocation();
  const clang::SourceLocation end = variable.getInit()->getEndLoc();
  if (end.isValid()) range.setEnd(end);
  return range;
}

uint32_t AddInitNode(clang::VarDecl& variable, uint64_t hash, Rewriter& rewriter) {
  return rewriter.AddPlaceNode(
      kScopeEventInit, variable.getType(), NameAndValue(variable), variable.getName().str(),
      MixHash(HashText(variable.getName()), hash), rewriter.Redacts(variable));
}

// A static local with a constant value is there before the program starts.
bool IsInitialisedHere(const clang::VarDecl& variable, Rewriter& rewriter) {
  if (variable.hasLocalStorage()) return true;
  return variable.isStaticLocal() && rewriter.ast().getLangOpts().CPlusPlus &&
         !variable.getType()->isReferenceType() && !variable.hasConstantInitialization();
}

bool IsOwnLocal(const clang::VarDecl& variable, Rewriter& rewriter) {
  return variable.hasInit() && IsInitialisedHere(variable, rewriter) && !variable.isInvalidDecl() &&
         !variable.getType()->isDependentType();
}

// Others may use the value in constants, so the initialiser has to stay what it is.
bool IsKnownConstant(const clang::VarDecl& variable, Rewriter& rewriter) {
  return variable.isConstexpr() || variable.isUsableInConstantExpressions(rewriter.ast());
}

// "Point p;" where nothing is done to make a Point.
bool StaysUninitialised(const clang::VarDecl& variable) {
  const auto* made = llvm::dyn_cast<clang::CXXConstructExpr>(variable.getInit()->IgnoreImplicit());
  return made != nullptr && made->getConstructor()->isDefaultConstructor() &&
         made->getConstructor()->isTrivial() && !made->requiresZeroInitialization();
}

// What is no scalar is looked at where it lies.
bool IsReportedBehind(const clang::VarDecl& variable, Rewriter& rewriter) {
  if (variable.getName().empty() || variable.isImplicit()) return false;
  if (variable.getType()->isReferenceType()) return true;
  return ClassifyValue(rewriter.ast(), variable.getType()) == kScopeValueNone &&
         !StaysUninitialised(variable);
}

}  // namespace

void RewriteVariable(clang::VarDecl& variable, Rewriter& rewriter) {
  if (variable.hasInit() && !IsInitialisedHere(variable, rewriter)) {
    rewriter.NoteSkip(kScopeEventInit, NameAndValue(variable), variable.getName(),
                      "it is there before the program starts");
  }
  if (!IsOwnLocal(variable, rewriter) || IsKnownConstant(variable, rewriter)) return;
  clang::Stmt** slot = variable.getInitAddress();
  if (slot == nullptr || *slot == nullptr) return;
  auto* value = llvm::cast<clang::Expr>(*slot);
  if (auto* atomic = llvm::dyn_cast<clang::ImplicitCastExpr>(value);
      atomic != nullptr && atomic->getCastKind() == clang::CK_NonAtomicToAtomic) {
    // What goes in is reported; the atomic itself is not looked at.
    Expr* const given = atomic->getSubExpr();
    const uint32_t node = rewriter.AddValueNode(
        kScopeEventInit, given->getType(), NameAndValue(variable), variable.getName().str(),
        MixHash(HashText(variable.getName()), rewriter.Hash(value)), rewriter.Redacts(variable));
    InsideNode inside(rewriter, node);
    atomic->setSubExpr(rewriter.Report(rewriter.Rewrite(given), node));
    return;
  }
  const bool is_behind = IsReportedBehind(variable, rewriter);
  const bool is_scalar = ClassifyValue(rewriter.ast(), variable.getType()) != kScopeValueNone;
  const bool reports = is_behind || (is_scalar && value->isPRValue());
  const uint32_t node = reports ? AddInitNode(variable, rewriter.Hash(value), rewriter) : kNoNode;
  InsideNode inside(rewriter, node);
  InsideContext context(rewriter, HashText(variable.getName()));
  rewriter.NameParts(value, variable.getName().str(), rewriter.Redacts(variable));
  if (is_behind) {
    *slot = rewriter.Rewrite(value);
    if (node != kNoNode) rewriter.SetPending(variable, node);
    return;
  }
  auto* list = llvm::dyn_cast<clang::InitListExpr>(value);
  const bool in_braces =
      list != nullptr && list->getNumInits() == 1 &&
      rewriter.ast().hasSameUnqualifiedType(list->getInit(0)->getType(), variable.getType());
  if (node != kNoNode && in_braces) {
    // A scalar in braces: the braces stay.
    list->setInit(0, rewriter.Report(rewriter.Rewrite(list->getInit(0)), node));
    return;
  }
  *slot = rewriter.Report(rewriter.Rewrite(value), node);
}

clang::Stmt* ReportDeclared(clang::VarDecl& variable, Rewriter& rewriter) {
  uint32_t node = rewriter.TakePending(variable);
  if (node == kNoNode && IsOwnLocal(variable, rewriter) && IsKnownConstant(variable, rewriter)) {
    node = AddInitNode(variable, rewriter.Hash(variable.getInit()), rewriter);
  }
  if (node == kNoNode) return nullptr;
  return rewriter.ReportPlaceCall(Name(rewriter.ast(), &variable, variable.getLocation()), node);
}

llvm::SmallVector<clang::Stmt*, 4> ReportBindings(clang::VarDecl& variable, Rewriter& rewriter) {
  llvm::SmallVector<clang::Stmt*, 4> reports;
  auto* object = llvm::dyn_cast<clang::DecompositionDecl>(&variable);
  if (object == nullptr || !object->hasLocalStorage() || object->getType()->isDependentType()) {
    return reports;
  }
  const clang::QualType whole = object->getType();
  if (whole->isReferenceType() && !whole.getNonReferenceType().isConstQualified()) {
    for (clang::BindingDecl* binding : object->bindings()) {
      rewriter.NoteSkip(kScopeEventInit, binding->getLocation(), binding->getName(),
                        "what a reference names may not be set yet");
    }
    return reports;
  }
  for (clang::BindingDecl* binding : object->bindings()) {
    const clang::QualType type = binding->getType().getNonReferenceType();
    const bool is_scalar = ClassifyValue(rewriter.ast(), type) != kScopeValueNone;
    const bool redacted = rewriter.Redacts(*binding) || rewriter.Redacts(binding->getBinding());
    const uint64_t hash = HashText(binding->getName());
    // An element that is a reference itself may name what is not set yet.
    const uint32_t node =
        rewriter.AddPlaceNode(kScopeEventInit, is_scalar ? type : binding->getType(),
                              binding->getLocation(), binding->getName().str(), hash, redacted);
    if (node == kNoNode) continue;
    clang::Expr* value = Name(rewriter.ast(), binding, binding->getLocation());
    reports.push_back(rewriter.ReportPlaceCall(value, node));
  }
  return reports;
}

}  // namespace scope::compiler_plugin
