#include "compiler_plugin/graph/call_anchors.h"

#include "clang/AST/ExprCXX.h"
#include "clang/AST/StmtCXX.h"

namespace scope::compiler_plugin {
namespace {

using clang::Stmt;

// More than so many are around a call only in code that a machine has written.
constexpr size_t kAroundMax = 32;

class Finder {
 public:
  explicit Finder(CallAnchors& anchors) : anchors_(anchors) {}

  void Go(const Stmt* statement) {
    if (statement == nullptr || llvm::isa<clang::LambdaExpr>(statement)) return;
    if (llvm::isa<clang::CallExpr, clang::CXXConstructExpr>(statement)) {
      auto& found = anchors_[llvm::cast<clang::Expr>(statement)];
      if (around_.size() <= kAroundMax) found.assign(around_.rbegin(), around_.rend());
    }
    if (const auto* declarations = llvm::dyn_cast<clang::DeclStmt>(statement)) {
      for (const clang::Decl* declaration : declarations->decls()) {
        const auto* variable = llvm::dyn_cast<clang::VarDecl>(declaration);
        if (variable != nullptr && variable->hasInit()) {
          Inside({.variable = variable}, variable->getInit());
        }
      }
      return;
    }
    for (const Stmt* child : statement->children()) {
      if (Takes(*statement, child)) {
        Inside({.statement = statement}, child);
      } else {
        Go(child);
      }
    }
  }

 private:
  void Inside(Around around, const Stmt* child) {
    around_.push_back(around);
    Go(child);
    around_.pop_back();
  }

  // The node of `statement` comes when `child` was evaluated, and in any case.
  static bool Takes(const Stmt& statement, const Stmt* child) {
    if (const auto* choice = llvm::dyn_cast<clang::ConditionalOperator>(&statement)) {
      return child == choice->getCond();
    }
    if (llvm::isa<clang::Expr, clang::ReturnStmt>(statement)) return true;
    if (const auto* choice = llvm::dyn_cast<clang::IfStmt>(&statement)) {
      return child == choice->getCond();
    }
    if (const auto* choice = llvm::dyn_cast<clang::SwitchStmt>(&statement)) {
      return child == choice->getCond();
    }
    if (const auto* loop = llvm::dyn_cast<clang::WhileStmt>(&statement)) {
      return child == loop->getCond();
    }
    if (const auto* loop = llvm::dyn_cast<clang::DoStmt>(&statement)) {
      return child == loop->getCond();
    }
    const auto* loop = llvm::dyn_cast<clang::ForStmt>(&statement);
    return loop != nullptr && child == loop->getCond();
  }

  CallAnchors& anchors_;
  llvm::SmallVector<Around, 16> around_;
};

}  // namespace

CallAnchors FindCallAnchors(const Stmt& body) {
  CallAnchors anchors;
  Finder(anchors).Go(&body);
  return anchors;
}

}  // namespace scope::compiler_plugin
