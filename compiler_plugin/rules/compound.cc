// Rule: the statements of a block, one after the other; room for the reports of what is declared,
// and for the label of a switch at which the block was entered.
//
//   const int n = 3;      ->  const int n = 3; init(n);
//   auto [a, b] = pair;   ->  auto [a, b] = pair; init(a); init(b);
//   case 1: case 2: f();  ->  case 1: case 2: entered(1, 2); f();

#include "compiler_plugin/expressions.h"
#include "compiler_plugin/rules/rules.h"
#include "compiler_plugin/subtree_hash.h"

namespace scope::compiler_plugin {

namespace {

using Statements = llvm::SmallVector<clang::Stmt*, 16>;

uint64_t AddLabel(const clang::SwitchCase& label, std::string& name, Rewriter& rewriter) {
  const auto* value = llvm::dyn_cast<clang::CaseStmt>(&label);
  if (!name.empty()) name += ", ";
  if (value == nullptr) {
    name += "default";
    return 0;
  }
  name += rewriter.Text(value->getLHS());
  if (value->getRHS() != nullptr) name += " ... " + rewriter.Text(value->getRHS());
  return MixHash(rewriter.Hash(value->getLHS()), rewriter.Hash(value->getRHS()));
}

// The labels keep their place; what they stand before comes behind them as a statement of its own,
// because a variable that it declares lives on.
void AddCase(clang::SwitchCase& first, Statements& statements, Rewriter& rewriter) {
  std::string name;
  uint64_t hash = AddLabel(first, name, rewriter);
  clang::SwitchCase* last = &first;
  while (auto* next = llvm::dyn_cast<clang::SwitchCase>(last->getSubStmt())) {
    last = next;
    hash = MixHash(hash, AddLabel(*next, name, rewriter));
  }
  const clang::SourceRange range(first.getBeginLoc(), last->getColonLoc());
  const uint32_t node =
      rewriter.AddMarkNode(kScopeEventCase, clang::QualType(), range, std::move(name), hash);
  clang::Stmt* const behind = last->getSubStmt();
  statements.push_back(rewriter.Keep(&first));
  if (node == kNoNode) {
    const auto place = llvm::find(last->children(), behind);
    *place = rewriter.RewriteStatement(behind);
    return;
  }
  clang::Stmt* const mark = rewriter.MarkCall(kMarkHook, node, first.getBeginLoc());
  *llvm::find(last->children(), behind) = mark;
  statements.push_back(rewriter.RewriteStatement(behind));
}

}  // namespace

clang::Stmt* RewriteLabel(clang::SwitchCase& label, Rewriter& rewriter) {
  Statements statements;
  AddCase(label, statements, rewriter);
  if (statements.size() == 1) return &label;
  return clang::CompoundStmt::Create(rewriter.ast(), statements, clang::FPOptionsOverride(),
                                     label.getBeginLoc(), label.getEndLoc());
}

clang::Stmt* RewriteCompound(clang::CompoundStmt& compound, Rewriter& rewriter) {
  Statements statements;
  for (clang::Stmt* statement : compound.body()) {
    clang::Stmt* declared = statement;
    if (auto* label = llvm::dyn_cast<clang::SwitchCase>(statement)) {
      AddCase(*label, statements, rewriter);
      declared = statements.back();
    } else {
      statements.push_back(rewriter.RewriteStatement(statement));
    }
    auto* declarations = llvm::dyn_cast<clang::DeclStmt>(declared);
    if (declarations == nullptr) continue;
    for (clang::Decl* declaration : declarations->decls()) {
      auto* variable = llvm::dyn_cast<clang::VarDecl>(declaration);
      if (variable == nullptr) continue;
      statements.append(ReportsOf(*variable, rewriter));
    }
  }
  if (statements.size() == compound.size()) {
    llvm::copy(statements, compound.body_begin());
    return &compound;
  }
  return WithStatements(rewriter.ast(), compound, statements);
}

}  // namespace scope::compiler_plugin
