#include "compiler_plugin/rewriter.h"

#include "clang/AST/Attr.h"
#include "clang/AST/ExprCXX.h"
#include "clang/AST/StmtCXX.h"
#include "compiler_plugin/expressions.h"
#include "compiler_plugin/rules/rules.h"
#include "compiler_plugin/subtree_hash.h"
#include "compiler_plugin/value_types.h"

namespace scope::compiler_plugin {
namespace {

using clang::Expr;
using clang::SourceRange;
using clang::Stmt;

}  // namespace

Rewriter::Rewriter(Unit& unit, clang::FunctionDecl& function)
    : unit_(unit),
      function_(function),
      ids_(unit.keys.Find(function)),
      enter_id_(ids_.Next(kScopeEventEnter, 0)),
      function_index_(unit.FunctionIndex(function, enter_id_)),
      in_constexpr_(function.isConstexpr()) {}

void Rewriter::Run() {
  Stmt* body = function_.getBody();
  if (auto* coroutine = llvm::dyn_cast<clang::CoroutineBodyStmt>(body)) {
    RewriteCoroutine(*coroutine, *this);
    return;
  }
  const uint32_t enter = AddFrameNodes(*this);
  auto frame = MakeFrame(enter, *this);
  auto* constructor = llvm::dyn_cast<clang::CXXConstructorDecl>(&function_);
  if (constructor != nullptr) RewriteInitialisers(*constructor, *this);
  auto* handlers = llvm::dyn_cast<clang::CXXTryStmt>(body);
  if (handlers == nullptr) {
    function_.setBody(Framed(frame, body));
  } else if (constructor != nullptr || llvm::isa<clang::CXXDestructorDecl>(function_)) {
    // The handlers of these must stay the outermost part of the function.
    Stmt*& block = *handlers->children().begin();
    block = Framed(frame, block);
    RewriteChildren(handlers);
  } else {
    auto* whole = clang::CompoundStmt::Create(ast(), {handlers}, clang::FPOptionsOverride(),
                                              body->getBeginLoc(), body->getEndLoc());
    function_.setBody(Framed(frame, whole));
  }
}

Stmt* Rewriter::Framed(llvm::ArrayRef<Stmt*> frame, Stmt* body) {
  llvm::SmallVector<Stmt*, 8> statements(frame);
  auto* block = llvm::cast<clang::CompoundStmt>(RewriteStatement(body));
  statements.append(block->body_begin(), block->body_end());
  return Keep(WithStatements(ast(), *block, statements));
}

bool Rewriter::Wants(scope_event_kind kind) const {
  switch (kind) {
#define X(name, number, word, level)                   \
  case kScopeEvent##name:                              \
    return unit_.chosen_level >= kScopeLevel##level || \
           (at_every_level_ && unit_.chosen_level >= kScopeLevelValues);
    SCOPE_EVENT_KINDS(X)
#undef X
  }
  return false;
}

uint32_t Rewriter::AddValueNode(scope_event_kind kind, clang::QualType type, SourceRange range,
                                std::string name, uint64_t hash) {
  const scope_value_type value = ClassifyValue(unit_.ast, type);
  if (value == kScopeValueNone) return kNoNode;
  const uint32_t node = AddMarkNode(kind, type, range, std::move(name), hash);
  if (node != kNoNode) unit_.list.nodes[node].type = value;
  return node;
}

uint32_t Rewriter::AddMarkNode(scope_event_kind kind, clang::QualType type, SourceRange range,
                               std::string name, uint64_t hash) {
  if (!Wants(kind)) return kNoNode;
  NodeInfo node;
  node.id = kind == kScopeEventEnter ? enter_id_ : ids_.Next(kind, hash);
  node.kind = kind;
  node.function = function_index_;
  node.parent = parent_;
  node.type_name = unit_.TypeIndex(type);
  node.place = unit_.places.Find(range);
  node.name = std::move(name);
  unit_.list.nodes.push_back(std::move(node));
  return static_cast<uint32_t>(unit_.list.nodes.size() - 1);
}

Expr* Rewriter::ReportCall(Expr* value, uint32_t node) {
  Expr* call = unit_.hooks.Value(node, value, value->getBeginLoc());
  return in_constexpr_ ? unit_.hooks.UnlessConstant(call) : call;
}

Expr* Rewriter::MarkCall(const char* hook, uint32_t node, clang::SourceLocation where) {
  Expr* call = unit_.hooks.Mark(hook, node, where);
  return in_constexpr_ ? unit_.hooks.UnlessConstant(call) : call;
}

Expr* Rewriter::Report(Expr* expression, uint32_t node) {
  if (node == kNoNode) return expression;
  clang::OpaqueValueExpr* value = Once(ast(), expression);
  Expr* seen = expression->isPRValue() ? value : Load(ast(), value);
  return InOrder(ast(), expression, {value, ReportCall(seen, node)}, value);
}

uint64_t Rewriter::Hash(const Stmt* statement) const { return HashSubtree(unit_.ast, statement); }

std::string Rewriter::Text(const Expr* expression) const {
  return unit_.places.Text(expression->getSourceRange());
}

bool Rewriter::IsConstant(const Expr* expression) const {
  return expression->isValueDependent() || expression->isEvaluatable(unit_.ast);
}

bool Rewriter::IsPlainPlace(const Expr* place) {
  const clang::ExprObjectKind kind = place->getObjectKind();
  return !place->getType().isVolatileQualified() &&
         (kind == clang::OK_Ordinary || kind == clang::OK_BitField);
}

void Rewriter::NoteUse(clang::FunctionDecl& function) {
  if (!function.isFromASTFile()) return;
  if (clang::FunctionDecl* definition = function.getDefinition()) unit_.on_function(definition);
}

Stmt* Rewriter::Keep(Stmt* injected) {
  unit_.rewritten[injected] = injected;
  return injected;
}

Expr* Rewriter::Rewrite(Expr* expression) {
  return llvm::cast_or_null<Expr>(Rewrite(static_cast<Stmt*>(expression)));
}

Stmt* Rewriter::Rewrite(Stmt* statement) {
  if (statement == nullptr) return nullptr;
  if (auto known = unit_.rewritten.find(statement); known != unit_.rewritten.end()) {
    return known->second;
  }
  // Found again while it is being rewritten: then as it is.
  unit_.rewritten[statement] = statement;
  Stmt* result = Dispatch(statement);
  unit_.rewritten[statement] = result;
  return Keep(result);
}

Stmt* Rewriter::RewriteStatement(Stmt* statement) {
  if (auto* expression = llvm::dyn_cast_or_null<clang::CXXThrowExpr>(statement)) {
    return RewriteThrow(*expression, *this);
  }
  auto* cleanups = llvm::dyn_cast_or_null<clang::ExprWithCleanups>(statement);
  if (cleanups == nullptr) return Rewrite(statement);
  if (auto* expression = llvm::dyn_cast<clang::CXXThrowExpr>(cleanups->getSubExpr())) {
    cleanups->setSubExpr(llvm::cast<Expr>(RewriteThrow(*expression, *this)));
    return cleanups;
  }
  return Rewrite(statement);
}

void Rewriter::RewriteChildren(Stmt* statement) {
  for (Stmt*& child : statement->children()) child = Rewrite(child);
}

}  // namespace scope::compiler_plugin
