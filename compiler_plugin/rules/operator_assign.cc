// Rule: an object that an operator has assigned to is looked at afterwards; an atomic one never is:
// what its operator returns is what was stored.
//
//   p = q      ->  (o = &(p = q), assign(o), *o)            where it is known to return p
//   x = q      ->  (r = &(x = q), assign(&x), *r)           where x can be named again
//   f().x = q  ->  (a = &q, o = &f().x, r = &(*o = *a), assign(o), *r)
//   n += 2     ->  (v = n.operator+=(2), update(v), v)      for std::atomic<int> n

#include "clang/AST/ExprCXX.h"
#include "compiler_plugin/expressions.h"
#include "compiler_plugin/rules/rules.h"

namespace scope::compiler_plugin {
namespace {

using clang::CXXOperatorCallExpr;
using clang::CXXRecordDecl;
using clang::Expr;

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

bool IsStdClass(const CXXRecordDecl& record, llvm::StringRef name) {
  return record.isInStdNamespace() && record.getIdentifier() != nullptr && record.getName() == name;
}

bool HasArrow(clang::ASTContext& ast, const CXXRecordDecl& record) {
  const auto arrow = ast.DeclarationNames.getCXXOperatorName(clang::OO_Arrow);
  if (!record.lookup(arrow).empty()) return true;
  return llvm::any_of(record.bases(), [&](const clang::CXXBaseSpecifier& base) {
    const CXXRecordDecl* of = base.getType()->getAsCXXRecordDecl();
    return of != nullptr && of->hasDefinition() && HasArrow(ast, *of->getDefinition());
  });
}

// A variable that is the object itself, or a part of one.
bool IsPartOfVariable(const Expr* place) {
  place = place->IgnoreParens();
  if (const auto* member = llvm::dyn_cast<clang::MemberExpr>(place)) {
    return !member->isArrow() && llvm::isa<clang::FieldDecl>(member->getMemberDecl()) &&
           !member->getMemberDecl()->getType()->isReferenceType() &&
           IsPartOfVariable(member->getBase());
  }
  const auto* name = llvm::dyn_cast<clang::DeclRefExpr>(place);
  const auto* variable =
      name != nullptr ? llvm::dyn_cast<clang::VarDecl>(name->getDecl()) : nullptr;
  return variable != nullptr && !variable->getType()->isReferenceType();
}

// To find it again does nothing, and finds the same.
bool CanBeNamedAgain(const Expr* place) {
  place = place->IgnoreParens();
  if (const auto* member = llvm::dyn_cast<clang::MemberExpr>(place)) {
    if (!llvm::isa<clang::FieldDecl>(member->getMemberDecl())) return false;
    const bool of_this =
        member->isArrow() && llvm::isa<clang::CXXThisExpr>(member->getBase()->IgnoreParenCasts());
    return of_this || (!member->isArrow() && CanBeNamedAgain(member->getBase()));
  }
  const auto* name = llvm::dyn_cast<clang::DeclRefExpr>(place);
  return name != nullptr && llvm::isa<clang::VarDecl>(name->getDecl());
}

bool NamesUnionMember(const Expr* place) {
  const auto* member = llvm::dyn_cast<clang::MemberExpr>(place->IgnoreParens());
  if (member == nullptr) return false;
  const auto* field = llvm::dyn_cast<clang::FieldDecl>(member->getMemberDecl());
  return (field != nullptr && field->getParent()->isUnion()) || NamesUnionMember(member->getBase());
}

enum class Where { kResult, kNamedAgain, kOperand };

// What the standard library's operators return is their operand.
bool ReturnsOperand(const CXXOperatorCallExpr& call) {
  const auto* method = llvm::dyn_cast_or_null<clang::CXXMethodDecl>(call.getDirectCallee());
  return method != nullptr && call.isLValue() &&
         method->getASTContext().hasSameUnqualifiedType(call.getArg(0)->getType(),
                                                        call.getType()) &&
         (method->isTrivial() || method->isDefaulted() || method->getParent()->isInStdNamespace());
}

Where FindWhere(const CXXOperatorCallExpr& call) {
  if (ReturnsOperand(call)) return Where::kResult;
  return CanBeNamedAgain(call.getArg(0)) ? Where::kNamedAgain : Where::kOperand;
}

llvm::StringRef WhyNot(const CXXOperatorCallExpr& call, Rewriter& rewriter) {
  const Expr* place = call.getArg(0);
  if (!place->isLValue() || !Rewriter::IsPlainPlace(place)) {
    return "what is assigned to is no object that stays";
  }
  const CXXRecordDecl* record = place->getType()->getAsCXXRecordDecl();
  if (record != nullptr && record->hasDefinition() && !IsStdClass(*record, "optional") &&
      !IsPartOfVariable(place) && HasArrow(rewriter.ast(), *record->getDefinition())) {
    return "a pointer that owns may end the object that it is part of";
  }
  if (FindWhere(call) != Where::kOperand) return {};
  const Expr* value = call.getArg(1);
  if (value->isPRValue() && value->getType()->isRecordType()) {
    return "an operator of its own takes the value as a copy";
  }
  if (rewriter.in_constexpr() && NamesUnionMember(place)) {
    return "the compiler has to see which member of the union is assigned to";
  }
  return {};
}

uint32_t AddAssignNode(const CXXOperatorCallExpr& call, Rewriter& rewriter) {
  const bool is_plain = call.getOperator() == clang::OO_Equal;
  const scope_event_kind kind = is_plain ? kScopeEventAssign : kScopeEventCompoundAssign;
  const Expr* place = call.getArg(0);
  const std::string text = rewriter.Text(place);
  if (const llvm::StringRef why = WhyNot(call, rewriter); !why.empty()) {
    if (rewriter.Wants(kind)) {
      rewriter.unit().report.Skipped(call.getSourceRange(), is_plain ? "assign" : "update", text,
                                     why);
    }
    return kNoNode;
  }
  return rewriter.AddPlaceNode(kind, place->getType(), call.getSourceRange(), text,
                               rewriter.Hash(&call), rewriter.Redacts(&call));
}

// Trivial operators and the values that they take cannot come late.
bool MayComeLate(const CXXOperatorCallExpr& call, Rewriter& rewriter) {
  const clang::FunctionDecl* callee = call.getDirectCallee();
  return callee == nullptr || !callee->isTrivial() || MayComeBetween(call.getArg(1), rewriter);
}

// `steps` and what the call returns, if that is anything.
Expr* WithResult(Expr* call, llvm::SmallVector<Expr*, 4> steps, Expr* report, Rewriter& rewriter) {
  clang::ASTContext& ast = rewriter.ast();
  if (call->getType()->isVoidType()) {
    steps.append({call, report});
    return clang::PseudoObjectExpr::Create(ast, call, steps, clang::PseudoObjectExpr::NoResult);
  }
  clang::OpaqueValueExpr* result = Once(ast, call);
  steps.append({result, report});
  if (call->isGLValue() || !call->getType()->isRecordType()) {
    return InOrder(ast, call, steps, result);
  }
  return clang::PseudoObjectExpr::Create(ast, call, steps, steps.size() - 2);
}

Expr* Assigned(CXXOperatorCallExpr& call, Expr* rewritten, uint32_t node, Rewriter& rewriter) {
  clang::ASTContext& ast = rewriter.ast();
  switch (FindWhere(call)) {
    case Where::kResult: {
      clang::OpaqueValueExpr* object = Once(ast, rewritten);
      return InOrder(ast, rewritten, {object, rewriter.ReportPlaceCall(object, node)}, object);
    }
    case Where::kNamedAgain:
      return WithResult(rewritten, {}, rewriter.ReportPlaceCall(call.getArg(0), node), rewriter);
    case Where::kOperand:
      break;
  }
  // The value comes before the place, as in every assignment.
  clang::OpaqueValueExpr* value = Once(ast, call.getArg(1));
  clang::OpaqueValueExpr* place = Once(ast, call.getArg(0));
  call.setArg(1, value);
  call.setArg(0, place);
  return WithResult(rewritten, {value, place}, rewriter.ReportPlaceCall(place, node), rewriter);
}

void ReportSkippedStep(const CXXOperatorCallExpr& call, Rewriter& rewriter) {
  if (!rewriter.Wants(kScopeEventIncDec)) return;
  rewriter.unit().report.Skipped(call.getSourceRange(), "step", rewriter.Text(call.getArg(0)),
                                 "steps of objects are not captured");
}

bool IsStep(const CXXOperatorCallExpr& call) {
  return call.getOperator() == clang::OO_PlusPlus || call.getOperator() == clang::OO_MinusMinus;
}

}  // namespace

clang::Stmt* RewriteOperatorCall(CXXOperatorCallExpr& call, Rewriter& rewriter) {
  const auto* method = llvm::dyn_cast_or_null<clang::CXXMethodDecl>(call.getDirectCallee());
  const auto atomic = method != nullptr && IsStdAtomic(*method) ? AtomicStore(call) : std::nullopt;
  if (atomic && call.isPRValue()) {
    const uint32_t node = rewriter.AddValueNode(*atomic, call.getType(), call.getSourceRange(),
                                                rewriter.Text(call.getArg(0)), rewriter.Hash(&call),
                                                rewriter.Redacts(&call));
    InsideNode inside(rewriter, node);
    return rewriter.Report(llvm::cast<Expr>(RewriteCall(call, rewriter)), node);
  }
  if (IsStep(call)) ReportSkippedStep(call, rewriter);
  if (!call.isAssignmentOp() || call.getNumArgs() != 2) return RewriteCall(call, rewriter);
  const uint32_t node = AddAssignNode(call, rewriter);
  const uint32_t reserve = node != kNoNode && MayComeLate(call, rewriter)
                               ? AddReserveNode(node, call, *call.getArg(0), rewriter)
                               : kNoNode;
  InsideNode inside(rewriter, node);
  auto* rewritten = llvm::cast<Expr>(RewriteCall(call, rewriter));
  if (node == kNoNode) return rewritten;
  return Reserved(reserve, Assigned(call, rewritten, node, rewriter), rewriter);
}

}  // namespace scope::compiler_plugin
