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

llvm::StringRef KindWord(scope_event_kind kind) {
  switch (kind) {
#define X(name, number, word, level) \
  case kScopeEvent##name:            \
    return word;
    SCOPE_EVENT_KINDS(X)
#undef X
  }
  return "node";
}

}  // namespace

Rewriter::Rewriter(Unit& unit, clang::FunctionDecl& function)
    : unit_(unit),
      function_(function),
      ids_(unit.keys.Find(function)),
      enter_id_(ids_.Next(kScopeEventEnter, 0)),
      function_index_(unit.FunctionIndex(function, enter_id_)),
      instance_(unit.InstanceIndex(function, function_index_)),
      in_constexpr_(function.isConstexpr()),
      has_frame_(unit.matches.Allows({kScopeEventEnter, nullptr, {}, function})),
      redacts_all_(unit.redaction.RedactsFunction(function)) {}

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

void Rewriter::RunInitialiser(clang::VarDecl& variable) {
  RewriteOutside(variable, AddFrameNodes(*this), *this);
}

Stmt* Rewriter::Framed(llvm::ArrayRef<Stmt*> frame, Stmt* body) {
  llvm::SmallVector<Stmt*, 8> statements(frame);
  auto* block = llvm::cast<clang::CompoundStmt>(RewriteStatement(body));
  statements.append(block->body_begin(), block->body_end());
  return Keep(WithStatements(ast(), *block, statements));
}

bool Rewriter::Wants(scope_event_kind kind) const {
  if (unit_.matches.limits()) return true;  // Each node is asked for by itself.
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

llvm::StringRef Rewriter::WhyNot(scope_event_kind kind, llvm::StringRef name, clang::QualType type,
                                 scope_value_type value) const {
  if (value != kScopeValueNone) return unit_.selection.WhyNot(kind, name, type);
  return type.isVolatileQualified() ? "volatile" : "values of its type are not captured";
}

void Rewriter::NoteSkip(scope_event_kind kind, SourceRange range, llvm::StringRef name,
                        llvm::StringRef why) {
  if (Wants(kind)) unit_.report.Skipped(range, KindWord(kind), name, why);
}

void Rewriter::NoteUntouched(SourceRange range, llvm::StringRef why) {
  if (unit_.report.wanted() && range.isValid() && Wants(kScopeEventAssign)) {
    unit_.report.Skipped(range, "statement", unit_.places.Text(range), why);
  }
}

void Rewriter::NameParts(const Expr* value, std::string name, bool redacted) {
  const Expr* list = value->IgnoreImplicit();
  if (const auto* literal = llvm::dyn_cast<clang::CompoundLiteralExpr>(list)) {
    list = literal->getInitializer();
  }
  if (llvm::isa<clang::InitListExpr, clang::CXXParenListInitExpr>(list)) {
    wholes_[list] = {std::move(name), redacted};
  }
}

Rewriter::Whole Rewriter::TakeWhole(const Expr* list) {
  const auto found = wholes_.find(list);
  if (found == wholes_.end()) return {};
  Whole whole = std::move(found->second);
  wholes_.erase(found);
  return whole;
}

bool Rewriter::RedactsNode(scope_event_kind kind, clang::QualType type, llvm::StringRef name) {
  return redacts_all_ || unit_.redaction.RedactsType(type) ||
         unit_.selection.RedactsPlace(kind, name);
}

bool Rewriter::IsText(scope_event_kind kind, clang::QualType type, llvm::StringRef name) const {
  const clang::QualType to = type->getPointeeType();
  return type->isPointerType() && !to.isVolatileQualified() &&
         (to->isCharType() || to->isChar8Type()) && unit_.selection.WantsText(kind, name);
}

uint32_t Rewriter::AddValueNode(scope_event_kind kind, clang::QualType type, SourceRange range,
                                std::string name, uint64_t hash, bool redacted) {
  scope_value_type value = ClassifyValue(unit_.ast, type);
  if (value == kScopeValuePointer && IsText(kind, type, name)) value = kScopeValueCaptured;
  if (const llvm::StringRef why = WhyNot(kind, name, type, value); !why.empty()) {
    NoteSkip(kind, range, name, why);
    return kNoNode;
  }
  redacted = redacted || RedactsNode(kind, type, name);
  const uint32_t node = AddMarkNode(kind, type, range, std::move(name), hash);
  if (node == kNoNode) return kNoNode;
  unit_.list.nodes[node].redacted = redacted;
  if (!redacted) unit_.list.nodes[node].type = value;
  return node;
}

uint32_t Rewriter::AddPlaceNode(scope_event_kind kind, clang::QualType type, SourceRange range,
                                std::string name, uint64_t hash, bool redacted) {
  const clang::QualType target = type.getNonReferenceType();
  scope_value_type value = kScopeValueNone;
  if (!type->isReferenceType() || target.isConstQualified()) {
    value = ClassifyValue(unit_.ast, target);
    if (value == kScopeValuePointer && IsText(kind, target, name)) value = kScopeValueCaptured;
    if (value == kScopeValueNone && unit_.objects.Captures(target)) value = kScopeValueCaptured;
    if (value == kScopeValueNone && unit_.options.bytes_max > 0)
      value = ClassifyObject(unit_.ast, target);
  }
  const bool is_address = value == kScopeValueNone && type->isReferenceType();
  if (is_address) value = kScopeValuePointer;
  if (const llvm::StringRef why = WhyNot(kind, name, target, value); !why.empty()) {
    NoteSkip(kind, range, name, why);
    return kNoNode;
  }
  redacted = redacted || RedactsNode(kind, target, name);
  const uint32_t node = AddMarkNode(kind, target, range, std::move(name), hash);
  if (node == kNoNode) return kNoNode;
  unit_.list.nodes[node].redacted = redacted;
  if (redacted) return node;
  unit_.list.nodes[node].type = value;
  if (value == kScopeValueObject) {
    unit_.list.nodes[node].blanks = unit_.redaction.Blanks(target, unit_.options.bytes_max);
  }
  if (is_address) unit_.list.nodes[node].type_name = unit_.types.Index(type);
  return node;
}

uint32_t Rewriter::AddNodeOf(scope_event_kind kind, const Expr& expression) {
  if (!Wants(kind)) return kNoNode;
  return AddValueNode(kind, expression.getType(), expression.getSourceRange(), Text(&expression),
                      Hash(&expression), Redacts(&expression));
}

uint32_t Rewriter::AddMarkNode(scope_event_kind kind, clang::QualType type, SourceRange range,
                               std::string name, uint64_t hash) {
  if (!Wants(kind)) return kNoNode;
  NodeInfo node;
  // An equal node that no matcher binds counts all the same.
  node.id = kind == kScopeEventEnter ? enter_id_ : ids_.Next(kind, hash);
  const Matches::Candidate candidate{kind, current_, range, function_};
  if (!unit_.matches.Allows(candidate)) return kNoNode;
  node.kind = kind;
  node.function = function_index_;
  node.instance = instance_;
  node.parent = parent_;
  node.loop = loop_;
  node.type_name = unit_.types.Index(type.isNull() ? type : type.getNonReferenceType());
  node.place = unit_.places.Find(range);
  node.name = std::move(name);
  node.armed = unit_.options.armed || unit_.matches.Arms(candidate);
  unit_.places.FindMacro(range, node.macro, node.spelling);
  unit_.list.nodes.push_back(std::move(node));
  const auto index = static_cast<uint32_t>(unit_.list.nodes.size() - 1);
  unit_.graphs.Note(current_, range, index);
  return index;
}

Expr* Rewriter::ReportCall(Expr* value, uint32_t node) {
  if (unit_.list.nodes[node].type == kScopeValueNone)
    return MarkCall(kMarkHook, node, value->getBeginLoc());
  const bool is_text = unit_.list.nodes[node].type == kScopeValueCaptured;
  Expr* call = is_text ? unit_.hooks.Text(node, value, value->getBeginLoc())
                       : unit_.hooks.Value(node, value, value->getBeginLoc());
  return in_constexpr_ ? unit_.hooks.UnlessConstant(call) : call;
}

Expr* Rewriter::ReportPlaceCall(Expr* place, uint32_t node) {
  const clang::QualType type = place->getType();
  const NodeInfo& info = unit_.list.nodes[node];
  if (info.type == kScopeValueNone) return MarkCall(kMarkHook, node, place->getBeginLoc());
  if (unit_.types.IsReference(info.type_name)) {
    return ReportCall(AddressOf(ast(), place), node);
  }
  if (info.type == kScopeValueCaptured && !type->isPointerType()) {
    // These are events whatever their value is.
    const bool always = info.kind == kScopeEventThrow || info.kind == kScopeEventCatch;
    Expr* capture = unit_.hooks.Captured(node, place, unit_.objects.FunctionFor(type, always),
                                         place->getBeginLoc());
    return in_constexpr_ ? unit_.hooks.UnlessConstant(capture) : capture;
  }
  if (ClassifyValue(ast(), type) != kScopeValueNone) return ReportCall(Load(ast(), place), node);
  const auto whole = static_cast<uint64_t>(ast().getTypeSizeInChars(type).getQuantity());
  Expr* call = unit_.hooks.Object(node, place, std::min(whole, unit_.options.bytes_max), whole,
                                  place->getBeginLoc());
  return in_constexpr_ ? unit_.hooks.UnlessConstant(call) : call;
}

uint32_t Rewriter::TakePending(const clang::VarDecl& variable) {
  const auto found = pending_.find(&variable);
  if (found == pending_.end()) return kNoNode;
  const uint32_t node = found->second;
  pending_.erase(found);
  return node;
}

Expr* Rewriter::MarkCall(const char* hook, uint32_t node, clang::SourceLocation where) {
  if (node == kNoNode) return Nothing(ast(), where);
  Expr* call = unit_.hooks.Mark(hook, node, where);
  return in_constexpr_ ? unit_.hooks.UnlessConstant(call) : call;
}

Expr* Rewriter::Report(Expr* expression, uint32_t node) {
  if (node == kNoNode) return expression;
  clang::OpaqueValueExpr* value = Once(ast(), expression);
  Expr* seen = expression->isPRValue() ? value : Load(ast(), value);
  return InOrder(ast(), expression, {value, ReportCall(seen, node)}, value);
}

Expr* Rewriter::ReportPlace(Expr* place, uint32_t node) {
  if (node == kNoNode) return place;
  if (auto* cleanups = llvm::dyn_cast<clang::ExprWithCleanups>(place)) {
    // What it refers to may be part of a temporary.
    cleanups->setSubExpr(ReportPlace(cleanups->getSubExpr(), node));
    return cleanups;
  }
  clang::OpaqueValueExpr* object = Once(ast(), place);
  return InOrder(ast(), place, {object, ReportPlaceCall(object, node)}, object);
}

// Code generation makes the result of a pseudo-object in the place that the whole is made for; in a
// ParenExpr it would be copied.
Expr* Rewriter::ReportMade(Expr* object, uint32_t node) {
  if (node == kNoNode) return object;
  if (auto* cleanups = llvm::dyn_cast<clang::ExprWithCleanups>(object)) {
    cleanups->setSubExpr(ReportMade(cleanups->getSubExpr(), node));
    return cleanups;
  }
  clang::OpaqueValueExpr* made = Once(ast(), object);
  Expr* const call = ReportPlaceCall(made, node);
  return clang::PseudoObjectExpr::Create(ast(), object, {made, call}, /*resultIndex=*/0);
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
  const Stmt* outer = std::exchange(current_, statement);
  Stmt* result = unit_.matches.BindsValue(statement) ? DispatchValue(*llvm::cast<Expr>(statement))
                                                     : Dispatch(statement);
  current_ = outer;
  unit_.rewritten[statement] = result;
  return Keep(result);
}

Stmt* Rewriter::DispatchValue(Expr& value) {
  // What the compiler may compute itself stays as it is.
  if (IsConstant(&value)) return Dispatch(&value);
  const uint32_t node = AddValueNode(kScopeEventValue, value.getType(), value.getSourceRange(),
                                     Text(&value), Hash(&value), Redacts(&value));
  InsideNode inside(*this, node);
  return Report(llvm::cast<Expr>(Dispatch(&value)), node);
}

Stmt* Rewriter::RewriteStatement(Stmt* statement) {
  if (auto* expression = llvm::dyn_cast_or_null<clang::CXXThrowExpr>(statement)) {
    current_ = expression;
    return RewriteThrow(*expression, *this);
  }
  auto* cleanups = llvm::dyn_cast_or_null<clang::ExprWithCleanups>(statement);
  if (cleanups == nullptr) return Rewrite(statement);
  if (auto* expression = llvm::dyn_cast<clang::CXXThrowExpr>(cleanups->getSubExpr())) {
    current_ = expression;
    cleanups->setSubExpr(llvm::cast<Expr>(RewriteThrow(*expression, *this)));
    return cleanups;
  }
  return Rewrite(statement);
}

void Rewriter::RewriteChildren(Stmt* statement) {
  for (Stmt*& child : statement->children()) child = Rewrite(child);
}

}  // namespace scope::compiler_plugin
