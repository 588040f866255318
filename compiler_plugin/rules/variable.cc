// Rule: a scalar local reports the value that it is initialised with.
//
//   int x = f();  ->  int x = (v = f(), init(v), v);

#include "compiler_plugin/expressions.h"
#include "compiler_plugin/rules/rules.h"
#include "compiler_plugin/subtree_hash.h"

namespace scope::compiler_plugin {
namespace {

clang::SourceRange NameAndValue(const clang::VarDecl& variable) {
  clang::SourceRange range = variable.getLocation();
  const clang::SourceLocation end = variable.getInit()->getEndLoc();
  if (end.isValid()) range.setEnd(end);
  return range;
}

uint32_t AddInitNode(clang::VarDecl& variable, uint64_t hash, Rewriter& rewriter) {
  return rewriter.AddValueNode(kScopeEventInit, variable.getType(), NameAndValue(variable),
                               variable.getName().str(),
                               MixHash(HashText(variable.getName()), hash));
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

}  // namespace

void RewriteVariable(clang::VarDecl& variable, Rewriter& rewriter) {
  if (!IsOwnLocal(variable, rewriter) || IsKnownConstant(variable, rewriter)) return;
  clang::Stmt** slot = variable.getInitAddress();
  if (slot == nullptr || *slot == nullptr) return;
  auto* value = llvm::cast<clang::Expr>(*slot);
  const bool reports = value->isPRValue() && !variable.getType()->isReferenceType();
  const uint32_t node = reports ? AddInitNode(variable, rewriter.Hash(value), rewriter) : kNoNode;
  InsideNode inside(rewriter, node);
  InsideContext context(rewriter, HashText(variable.getName()));
  auto* list = llvm::dyn_cast<clang::InitListExpr>(value);
  if (node != kNoNode && list != nullptr && list->getNumInits() == 1) {
    // A scalar in braces: the braces stay.
    list->setInit(0, rewriter.Report(rewriter.Rewrite(list->getInit(0)), node));
    return;
  }
  *slot = rewriter.Report(rewriter.Rewrite(value), node);
}

clang::Stmt* ReportConstantVariable(clang::VarDecl& variable, Rewriter& rewriter) {
  if (!IsOwnLocal(variable, rewriter) || !IsKnownConstant(variable, rewriter)) return nullptr;
  if (variable.getType()->isReferenceType()) return nullptr;
  const uint64_t hash = rewriter.Hash(variable.getInit());
  const uint32_t node = AddInitNode(variable, hash, rewriter);
  if (node == kNoNode) return nullptr;
  clang::Expr* name = Name(rewriter.ast(), &variable, variable.getLocation());
  return rewriter.ReportCall(Load(rewriter.ast(), name), node);
}

llvm::SmallVector<clang::Stmt*, 4> ReportBindings(clang::VarDecl& variable, Rewriter& rewriter) {
  llvm::SmallVector<clang::Stmt*, 4> reports;
  auto* object = llvm::dyn_cast<clang::DecompositionDecl>(&variable);
  // What a reference names may not be set yet.
  if (object == nullptr || !object->hasLocalStorage() || object->getType()->isReferenceType() ||
      object->getType()->isDependentType()) {
    return reports;
  }
  for (clang::BindingDecl* binding : object->bindings()) {
    const clang::QualType type = binding->getType().getNonReferenceType();
    const uint64_t name = HashText(binding->getName());
    const uint32_t node = rewriter.AddValueNode(kScopeEventInit, type, binding->getLocation(),
                                                binding->getName().str(), name);
    if (node == kNoNode) continue;
    clang::Expr* value = Name(rewriter.ast(), binding, binding->getLocation());
    reports.push_back(rewriter.ReportCall(Load(rewriter.ast(), value), node));
  }
  return reports;
}

}  // namespace scope::compiler_plugin
