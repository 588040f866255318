#include "compiler_plugin/matchers.h"

#include "clang/AST/ExprCXX.h"
#include "clang/ASTMatchers/ASTMatchFinder.h"
#include "clang/ASTMatchers/Dynamic/Diagnostics.h"
#include "clang/ASTMatchers/Dynamic/Parser.h"
#include "llvm/Support/FormatVariadic.h"

namespace scope::compiler_plugin {
namespace {

using clang::Stmt;
using clang::ast_matchers::MatchFinder;

constexpr char kBoundName[] = "node";

class Collector : public MatchFinder::MatchCallback {
 public:
  explicit Collector(std::function<void(const clang::DynTypedNode&)> take)
      : take_(std::move(take)) {}

  void run(const MatchFinder::MatchResult& result) override {
    const auto& all = result.Nodes.getMap();
    if (const auto named = all.find(kBoundName); named != all.end()) {
      take_(named->second);
      return;
    }
    for (const auto& [name, node] : all) take_(node);
  }

 private:
  std::function<void(const clang::DynTypedNode&)> take_;
};

// Those that have a rule and a node of their own.
bool HasOwnNode(const clang::Expr& value) {
  if (const auto* binary = llvm::dyn_cast<clang::BinaryOperator>(&value)) {
    return binary->isAssignmentOp();
  }
  if (const auto* unary = llvm::dyn_cast<clang::UnaryOperator>(&value)) {
    return unary->isIncrementDecrementOp();
  }
  return llvm::isa<clang::CallExpr, clang::CXXThrowExpr>(value);
}

}  // namespace

llvm::Error Matches::Add(llvm::StringRef option, llvm::StringRef expression, bool arms) {
  clang::ast_matchers::dynamic::Diagnostics diagnostics;
  llvm::StringRef rest = expression;
  auto matcher = clang::ast_matchers::dynamic::Parser::parseMatcherExpression(
      rest, nullptr, nullptr, &diagnostics);
  if (!matcher) {
    const std::string messages = diagnostics.toString();
    const llvm::StringRef first = llvm::StringRef(messages).split('\n').first;
    return llvm::createStringError(
        llvm::inconvertibleErrorCode(),
        llvm::formatv("{0} '{1}': {2}", option, expression, first).str());
  }
  if (!expression.contains(".bind(")) {
    if (auto bound = matcher->tryBind(kBoundName)) matcher = std::move(bound);
  }
  expressions_.push_back({std::move(*matcher), arms});
  limits_ = limits_ || !arms;
  return llvm::Error::success();
}

void Matches::Bound::Add(const clang::DynTypedNode& node) {
  if (const auto* statement = node.get<Stmt>()) {
    statements.insert(statement);
  } else if (const auto* function = node.get<clang::FunctionDecl>()) {
    functions.insert(function->getCanonicalDecl());
  } else if (const auto* declaration = node.get<clang::Decl>()) {
    variables.insert(declaration->getLocation());
  }
}

void Matches::Run(clang::FunctionDecl& function) {
  if (expressions_.empty()) return;
  MatchFinder finder;
  Collector instrument([&](const clang::DynTypedNode& node) { instrumented_.Add(node); });
  Collector arm([&](const clang::DynTypedNode& node) { armed_.Add(node); });
  for (const Expression& expression : expressions_) {
    finder.addDynamicMatcher(expression.matcher, expression.arms ? &arm : &instrument);
  }
  clang::ASTContext& ast = function.getASTContext();
  ast.setTraversalScope({&function});
  finder.matchAST(ast);
  ast.setTraversalScope({ast.getTranslationUnitDecl()});
}

bool Matches::Bound::Has(const Candidate& candidate) const {
  switch (candidate.kind) {
    case kScopeEventEnter:
    case kScopeEventExit:
      return functions.contains(candidate.function.getCanonicalDecl());
    case kScopeEventParam:
    case kScopeEventInit:
    case kScopeEventMember:
      return variables.contains(candidate.range.getBegin());
    case kScopeEventRead: {
      if (statements.contains(candidate.statement)) return true;
      const auto* read = llvm::dyn_cast_or_null<clang::ImplicitCastExpr>(candidate.statement);
      return read != nullptr && statements.contains(read->getSubExpr()->IgnoreParens());
    }
    default:
      return candidate.statement != nullptr && statements.contains(candidate.statement);
  }
}

bool Matches::Allows(const Candidate& candidate) const {
  return !limits_ || instrumented_.Has(candidate) || armed_.Has(candidate);
}

bool Matches::Arms(const Candidate& candidate) const { return armed_.Has(candidate); }

bool Matches::BindsValue(const Stmt* statement) const {
  if (expressions_.empty()) return false;
  if (!instrumented_.statements.contains(statement) && !armed_.statements.contains(statement)) {
    return false;
  }
  const auto* value = llvm::dyn_cast<clang::Expr>(statement);
  return value != nullptr && value->isPRValue() && !HasOwnNode(*value);
}

}  // namespace scope::compiler_plugin
