// Rule: a coroutine reports where it may give way, and the values that go in and out there. Where
// it really does is found later (lowering/coroutines.h).
//
//   co_await e  ->  (v = co_await e, await(v), v), and in it: r = e.await_ready(), point, r

#include "compiler_plugin/expressions.h"
#include "compiler_plugin/rules/rules.h"
#include "compiler_plugin/subtree_hash.h"

namespace scope::compiler_plugin {

namespace {

using clang::CoroutineSuspendExpr;
using clang::Expr;
using clang::Stmt;

// The Suspend node and, behind it, the other things that can happen there.
uint32_t AddSuspendNodes(clang::SourceRange range, const std::string& name, uint64_t hash,
                         Rewriter& rewriter) {
  const auto add = [&](scope_event_kind kind) {
    return rewriter.AddMarkNode(kind, clang::QualType(), range, name, hash);
  };
  const uint32_t node = add(kScopeEventSuspend);
  add(kScopeEventResume);
  add(kScopeEventDestroy);
  const uint32_t frame = add(kScopeEventFrame);
  for (uint32_t n = node; n <= frame; ++n) {
    rewriter.unit().list.nodes[n].type = kScopeValuePointer;
  }
  return node;
}

void MarkPoint(CoroutineSuspendExpr& suspension, uint32_t node, Rewriter& rewriter) {
  Expr* const ready = suspension.getReadyExpr();
  for (Stmt*& child : suspension.children()) {
    if (child != ready) continue;
    clang::OpaqueValueExpr* value = Once(rewriter.ast(), ready);
    Expr* mark = rewriter.unit().hooks.Mark(kSuspendPointHook, node, ready->getBeginLoc());
    child = InOrder(rewriter.ast(), ready, {value, mark}, value);
  }
}

// The call of await_transform, yield_value or return_value, if there is one.
clang::CallExpr* PromiseCall(Expr* common) {
  if (common == nullptr) return nullptr;
  if (auto* cleanups = llvm::dyn_cast<clang::ExprWithCleanups>(common)) {
    return PromiseCall(cleanups->getSubExpr());
  }
  if (auto* temporary = llvm::dyn_cast<clang::MaterializeTemporaryExpr>(common)) {
    return PromiseCall(temporary->getSubExpr());
  }
  if (auto* temporary = llvm::dyn_cast<clang::CXXBindTemporaryExpr>(common)) {
    return PromiseCall(temporary->getSubExpr());
  }
  if (auto* cast = llvm::dyn_cast<clang::ImplicitCastExpr>(common)) {
    return PromiseCall(cast->getSubExpr());
  }
  return llvm::dyn_cast<clang::CallExpr>(common);
}

CoroutineSuspendExpr* SuspensionIn(Stmt* statement) {
  while (statement != nullptr) {
    if (auto* suspension = llvm::dyn_cast<CoroutineSuspendExpr>(statement)) return suspension;
    if (statement->children().empty()) return nullptr;
    statement = *statement->children().begin();
  }
  return nullptr;
}

clang::ParmVarDecl* MovedParameter(const Stmt* value) {
  if (value == nullptr) return nullptr;
  if (const auto* name = llvm::dyn_cast<clang::DeclRefExpr>(value)) {
    return const_cast<clang::ParmVarDecl*>(llvm::dyn_cast<clang::ParmVarDecl>(name->getDecl()));
  }
  for (const Stmt* child : value->children()) {
    if (clang::ParmVarDecl* parameter = MovedParameter(child)) return parameter;
  }
  return nullptr;
}

// What the compiler makes for a coroutine's caller stands nowhere in the source.
void NoteReturnObject(const clang::CoroutineBodyStmt& coroutine, Rewriter& rewriter) {
  const clang::FunctionDecl& function = rewriter.function();
  if (coroutine.getReturnStmt() == nullptr || function.getReturnType()->isVoidType()) return;
  rewriter.NoteSkip(kScopeEventReturn, function.getNameInfo().getSourceRange(),
                    function.getNameAsString(), "a coroutine's object, which its promise makes");
}

// A coroutine has copies of its parameters, made before anything else.
void ReportParameters(const clang::CoroutineBodyStmt& coroutine, Rewriter& rewriter) {
  for (const Stmt* move : coroutine.getParamMoves()) {
    const auto* declaration = llvm::dyn_cast_or_null<clang::DeclStmt>(move);
    if (declaration == nullptr || !declaration->isSingleDecl()) continue;
    auto* copy =
        llvm::dyn_cast<clang::VarDecl>(const_cast<clang::Decl*>(declaration->getSingleDecl()));
    if (copy == nullptr || !copy->hasInit()) continue;
    clang::ParmVarDecl* parameter = MovedParameter(copy->getInit());
    if (parameter == nullptr) continue;
    if (copy->getType()->isReferenceType()) {
      rewriter.NoteSkip(kScopeEventParam, parameter->getLocation(), parameter->getName(),
                        "a reference, which may not outlive a coroutine's start");
      continue;
    }
    const uint32_t node = AddParameterNode(*parameter, rewriter);
    if (node == kNoNode) continue;
    // Code generation takes the last name in the initialiser for the parameter.
    Expr* name = Name(rewriter.ast(), parameter, parameter->getLocation());
    Expr* report = rewriter.ReportPlaceCall(name, node);
    copy->setInit(Before(rewriter.ast(), report, copy->getInit()));
  }
}

uint32_t AddGivenNode(scope_event_kind kind, const Expr* operand, Rewriter& rewriter) {
  return rewriter.AddValueNode(kind, operand->getType().getNonReferenceType(),
                               operand->getSourceRange(), rewriter.Text(operand),
                               rewriter.Hash(operand), rewriter.Redacts(operand));
}

// What is in front of await_ready: the operand, and the calls that turn it into an awaiter.
void RewriteOperand(CoroutineSuspendExpr& suspension, uint32_t yield, Rewriter& rewriter) {
  clang::CallExpr* call = PromiseCall(suspension.getCommonExpr());
  if (yield != kNoNode && call != nullptr && call->getNumArgs() == 1) {
    RewriteArgument(*call, 0, yield, rewriter);
  } else {
    rewriter.RewriteChildren(suspension.getCommonExpr());
  }
}

}  // namespace

void RewriteCoroutine(clang::CoroutineBodyStmt& coroutine, Rewriter& rewriter) {
  if (rewriter.unit().matches.limits()) {  // Single values were asked for, not calls.
    Stmt*& body = *coroutine.children().begin();
    body = rewriter.RewriteStatement(body);
    return;
  }
  const uint32_t enter = AddFrameNodes(rewriter);
  const uint32_t exit = rewriter.unit().list.nodes[enter].exit_index;
  ReportParameters(coroutine, rewriter);
  NoteReturnObject(coroutine, rewriter);
  clang::FunctionDecl& function = rewriter.function();
  if (CoroutineSuspendExpr* start = SuspensionIn(coroutine.getInitSuspendStmt())) {
    const uint32_t node =
        AddSuspendNodes(function.getNameInfo().getSourceRange(), "initial_suspend", 0, rewriter);
    rewriter.unit().list.nodes[node].exit_index = exit;
    MarkPoint(*start, node, rewriter);
  }
  Stmt*& slot = *coroutine.children().begin();
  auto* body = llvm::cast<clang::CompoundStmt>(rewriter.RewriteStatement(slot));
  const clang::SourceLocation where = body->getBeginLoc();
  llvm::SmallVector<Stmt*, 8> statements;
  statements.push_back(rewriter.MarkCall(kEnterHook, enter, where));
  statements.push_back(rewriter.MarkCall(kEnteredHook, enter, where));
  statements.push_back(rewriter.unit().hooks.ExitGuard(function, exit, rewriter.in_constexpr()));
  statements.append(body->body_begin(), body->body_end());
  slot = rewriter.Keep(WithStatements(rewriter.ast(), *body, statements));
}

Stmt* RewriteSuspension(CoroutineSuspendExpr& suspension, Rewriter& rewriter) {
  if (suspension.getReadyExpr() == nullptr) return &suspension;
  const bool is_yield = llvm::isa<clang::CoyieldExpr>(suspension);
  const Expr* operand = suspension.getOperand();
  if (is_yield) {
    // The operand is the call of yield_value already.
    const clang::CallExpr* call = PromiseCall(suspension.getCommonExpr());
    if (call != nullptr && call->getNumArgs() == 1) operand = call->getArg(0);
  }
  const uint64_t hash = rewriter.Hash(operand);
  const std::string text = rewriter.Text(operand);
  uint32_t got = kNoNode;
  if (suspension.isPRValue()) {
    got = rewriter.AddValueNode(kScopeEventAwait, suspension.getType(), suspension.getSourceRange(),
                                text, hash, rewriter.Redacts(operand));
  } else {
    rewriter.NoteSkip(kScopeEventAwait, suspension.getSourceRange(), text, "a reference");
  }
  InsideNode inside(rewriter, got);
  const uint32_t given = is_yield ? AddGivenNode(kScopeEventYield, operand, rewriter) : kNoNode;
  uint32_t node = kNoNode;
  if (!rewriter.unit().matches.limits()) {
    node = AddSuspendNodes(suspension.getSourceRange(), text, hash, rewriter);
  }
  RewriteOperand(suspension, given, rewriter);
  if (node != kNoNode) MarkPoint(suspension, node, rewriter);
  return rewriter.Report(&suspension, got);
}

Stmt* RewriteCoreturn(clang::CoreturnStmt& statement, Rewriter& rewriter) {
  Expr* operand = statement.getOperand();
  if (operand == nullptr) return &statement;
  clang::CallExpr* call = PromiseCall(statement.getPromiseCall());
  if (call != nullptr && call->getNumArgs() == 1) {
    const uint32_t node = AddGivenNode(kScopeEventReturn, operand, rewriter);
    RewriteArgument(*call, 0, node, rewriter);
  } else if (operand->getType()->isVoidType()) {
    Stmt*& slot = *statement.children().begin();
    slot = rewriter.RewriteStatement(slot);
  }
  return &statement;
}

}  // namespace scope::compiler_plugin
