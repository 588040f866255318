// Rule: a call reports the values that it is given and what it returns. Calls of built-in
// functions stay as they are: their arguments may have to be constants.
//
//   f(x + 1)  ->  (v = f((w = x + 1, argument(w), w)), result(v), v)

#include "clang/AST/Attr.h"
#include "clang/Basic/Builtins.h"
#include "compiler_plugin/rules/rules.h"
#include "compiler_plugin/subtree_hash.h"

namespace scope::compiler_plugin {

namespace {

std::string CalleeName(const clang::CallExpr& call, Rewriter& rewriter) {
  if (const clang::FunctionDecl* callee = call.getDirectCallee()) return callee->getNameAsString();
  return rewriter.Text(call.getCallee());
}

bool IsCompilersOwn(const clang::CallExpr& call, Rewriter& rewriter) {
  const unsigned builtin = call.getBuiltinCallee();
  return builtin != 0 && !rewriter.ast().BuiltinInfo.isPredefinedLibFunction(builtin);
}

// __builtin_expect(condition, likely value): only the condition is evaluated.
bool IsExpect(const clang::CallExpr& call) {
  return call.getBuiltinCallee() == clang::Builtin::BI__builtin_expect;
}

// The size of such an argument is computed from the expression itself.
bool IsMeasured(const clang::CallExpr& call, unsigned argument) {
  const clang::FunctionDecl* callee = call.getDirectCallee();
  if (callee == nullptr || argument >= callee->getNumParams()) return false;
  return callee->getParamDecl(argument)->hasAttr<clang::PassObjectSizeAttr>();
}

// The callee itself must keep its shape; what it is called on may be rewritten.
void RewriteObject(clang::CallExpr& call, Rewriter& rewriter) {
  if (clang::FunctionDecl* callee = call.getDirectCallee()) rewriter.NoteUse(*callee);
  if (auto* member = llvm::dyn_cast<clang::MemberExpr>(call.getCallee()->IgnoreParenImpCasts())) {
    member->setBase(rewriter.Rewrite(member->getBase()));
  }
}

// Asked for at the function that is called: [[clang::annotate("scope:capture_args")]].
bool WantsArguments(const clang::CallExpr& call) {
  const clang::Decl* callee = call.getCalleeDecl();
  if (callee == nullptr) return false;
  return llvm::any_of(callee->specific_attrs<clang::AnnotateAttr>(), [](const auto* attribute) {
    return attribute->getAnnotation() == "scope:capture_args";
  });
}

// A scalar, or an object where it is made.
uint32_t AddMadeNode(scope_event_kind kind, const clang::Expr& value, std::string name,
                     bool redacted, Rewriter& rewriter) {
  if (!value.getType()->isRecordType()) {
    return rewriter.AddValueNode(kind, value.getType(), value.getSourceRange(), std::move(name),
                                 rewriter.Hash(&value), redacted);
  }
  if (!rewriter.Wants(kind) || rewriter.in_constexpr()) return kNoNode;
  return rewriter.AddPlaceNode(kind, value.getType(), value.getSourceRange(), std::move(name),
                               rewriter.Hash(&value), redacted);
}

clang::Expr* ReportValue(clang::Expr* value, uint32_t node, Rewriter& rewriter) {
  if (value->isGLValue()) return rewriter.ReportPlace(value, node);
  return value->getType()->isRecordType() ? rewriter.ReportMade(value, node)
                                          : rewriter.Report(value, node);
}

uint32_t AddArgumentNode(const clang::CallExpr& call, unsigned argument, Rewriter& rewriter) {
  const clang::Expr* value = call.getArg(argument);
  if (const auto* temporary = llvm::dyn_cast<clang::MaterializeTemporaryExpr>(value)) {
    value = temporary->getSubExpr();
  }
  // The object that an operator is called on, and what is passed by reference, stay unread.
  if (!value->isPRValue() || llvm::isa<clang::CXXDefaultArgExpr>(value)) return kNoNode;
  const clang::FunctionDecl* callee = call.getDirectCallee();
  const bool is_named = callee != nullptr && argument < callee->getNumParams() &&
                        !llvm::isa<clang::CXXOperatorCallExpr>(call);
  const std::string name = is_named ? callee->getParamDecl(argument)->getNameAsString() : "";
  return AddMadeNode(
      kScopeEventArgument, *value, name.empty() ? rewriter.Text(value) : name,
      (is_named && rewriter.Redacts(*callee->getParamDecl(argument))) || rewriter.Redacts(value),
      rewriter);
}

uint32_t AddResultNode(const clang::CallExpr& call, Rewriter& rewriter) {
  // The answer to a question about what an object is has a value at every level that has values.
  const scope_event_kind kind = IsMatch(call) ? kScopeEventMatch : kScopeEventResult;
  if (call.isGLValue()) {
    if (kind != kScopeEventMatch) return kNoNode;
    // What is found has been set, so it may be looked at behind any reference.
    const clang::QualType found = call.getType();
    const clang::QualType type =
        rewriter.ast().getLValueReferenceType(found->isFunctionType() ? found : found.withConst());
    return rewriter.AddPlaceNode(kind, type, call.getSourceRange(), rewriter.Text(&call),
                                 rewriter.Hash(&call), rewriter.Redacts(&call));
  }
  const std::string name =
      kind == kScopeEventMatch ? rewriter.Text(&call) : CalleeName(call, rewriter);
  return AddMadeNode(kind, call, name, rewriter.Redacts(&call), rewriter);
}

void RewriteArguments(clang::CallExpr& call, Rewriter& rewriter) {
  const bool asked = WantsArguments(call);
  for (unsigned i = 0; i < call.getNumArgs(); ++i) {
    if (IsMeasured(call, i)) continue;
    if (IsVisited(call, i)) {
      RewriteVisited(call, i, rewriter);
      continue;
    }
    const bool wants = asked || rewriter.Wants(kScopeEventArgument);
    uint32_t node = kNoNode;
    if (wants) {
      AtEveryLevel asked_for(rewriter, asked);
      node = AddArgumentNode(call, i, rewriter);
    }
    RewriteArgument(call, i, node, rewriter);
  }
}

}  // namespace

void RewriteArgument(clang::CallExpr& call, unsigned argument, uint32_t node, Rewriter& rewriter) {
  clang::Expr* value = call.getArg(argument);
  auto* temporary = llvm::dyn_cast<clang::MaterializeTemporaryExpr>(value);
  if (node != kNoNode && temporary != nullptr) {
    // The temporary lives as long as before: it stays the outermost part.
    clang::Stmt*& slot = *temporary->children().begin();
    slot = ReportValue(rewriter.Rewrite(llvm::cast<clang::Expr>(slot)), node, rewriter);
    rewriter.Keep(temporary);
    return;
  }
  call.setArg(argument, ReportValue(rewriter.Rewrite(value), node, rewriter));
}

clang::Stmt* RewriteCall(clang::CallExpr& call, Rewriter& rewriter) {
  if (IsExpect(call)) {
    call.setArg(0, rewriter.Rewrite(call.getArg(0)));
    return &call;
  }
  if (IsCompilersOwn(call, rewriter)) return &call;
  uint32_t node = kNoNode;
  {
    AtEveryLevel asked_for(rewriter, WantsArguments(call));
    node = AddResultNode(call, rewriter);
  }
  InsideNode inside(rewriter, node);
  InsideContext context(rewriter, HashText(CalleeName(call, rewriter)));
  RewriteObject(call, rewriter);
  RewriteArguments(call, rewriter);
  return ReportValue(&call, node, rewriter);
}

// The call must stay the last thing that the function does; what it is given need not.
void RewriteTailCall(clang::AttributedStmt& statement, Rewriter& rewriter) {
  auto* returned = llvm::dyn_cast<clang::ReturnStmt>(statement.getSubStmt());
  if (returned == nullptr || returned->getRetValue() == nullptr) return;
  auto* call = llvm::dyn_cast<clang::CallExpr>(returned->getRetValue()->IgnoreParens());
  const clang::SourceRange range = returned->getRetValue()->getSourceRange();
  if (!returned->getRetValue()->getType()->isVoidType()) {
    constexpr llvm::StringLiteral kWhy = "a tail call, which must stay one";
    rewriter.NoteSkip(kScopeEventReturn, range, rewriter.Text(returned->getRetValue()), kWhy);
    if (call != nullptr) {
      rewriter.NoteSkip(kScopeEventResult, range, CalleeName(*call, rewriter), kWhy);
    }
  }
  if (call == nullptr || IsCompilersOwn(*call, rewriter)) return;
  RewriteObject(*call, rewriter);
  RewriteArguments(*call, rewriter);
}

}  // namespace scope::compiler_plugin
