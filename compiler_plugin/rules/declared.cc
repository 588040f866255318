// Rule: what a declaration makes is reported behind it, also where no statement can stand.
//
//   for (Point p = f(); p.x; ) g();  ->  for (Point p = f(), int seen = (init(&p), 0); p.x; ) g();
//   if (Point p = f()) g();          ->  if (init(&p), p.operator bool()) g();

#include "clang/AST/Attr.h"
#include "compiler_plugin/expressions.h"
#include "compiler_plugin/rules/rules.h"

namespace scope::compiler_plugin {
namespace {

clang::Expr* AllBefore(llvm::ArrayRef<clang::Stmt*> reports, clang::Expr* value,
                       Rewriter& rewriter) {
  for (clang::Stmt* report : llvm::reverse(reports)) {
    value = Before(rewriter.ast(), llvm::cast<clang::Expr>(report), value);
  }
  return value;
}

// A variable that exists to have the reports happen.
clang::VarDecl* MakeSeen(llvm::ArrayRef<clang::Stmt*> reports, clang::SourceLocation where,
                         Rewriter& rewriter) {
  clang::ASTContext& ast = rewriter.ast();
  auto* seen = clang::VarDecl::Create(
      ast, &rewriter.function(), where, where, &ast.Idents.get("__scope_seen"), ast.IntTy,
      ast.getTrivialTypeSourceInfo(ast.IntTy, where), clang::SC_None);
  seen->setImplicit();
  seen->setIsUsed();
  seen->addAttr(clang::NoDebugAttr::CreateImplicit(ast));
  auto* zero = clang::IntegerLiteral::Create(ast, llvm::APInt(ast.getIntWidth(ast.IntTy), 0),
                                             ast.IntTy, where);
  seen->setInit(AllBefore(reports, zero, rewriter));
  seen->setInitStyle(clang::VarDecl::CInit);
  return seen;
}

}  // namespace

llvm::SmallVector<clang::Stmt*, 4> ReportsOf(clang::VarDecl& variable, Rewriter& rewriter) {
  llvm::SmallVector<clang::Stmt*, 4> reports;
  if (clang::Stmt* report = ReportDeclared(variable, rewriter)) reports.push_back(report);
  reports.append(ReportBindings(variable, rewriter));
  return reports;
}

clang::Stmt* RewriteInit(clang::Stmt* init, Rewriter& rewriter) {
  init = rewriter.RewriteStatement(init);
  auto* statement = llvm::dyn_cast_or_null<clang::DeclStmt>(init);
  if (statement == nullptr) return init;
  llvm::SmallVector<clang::Decl*, 4> declarations;
  for (clang::Decl* declaration : statement->decls()) {
    declarations.push_back(declaration);
    auto* variable = llvm::dyn_cast<clang::VarDecl>(declaration);
    if (variable == nullptr) continue;
    const auto reports = ReportsOf(*variable, rewriter);
    if (!reports.empty()) {
      declarations.push_back(MakeSeen(reports, statement->getEndLoc(), rewriter));
    }
  }
  statement->setDeclGroup(
      clang::DeclGroupRef::Create(rewriter.ast(), declarations.data(), declarations.size()));
  return statement;
}

clang::Expr* ReportConditionVariable(clang::VarDecl* variable, clang::Expr* condition,
                                     Rewriter& rewriter) {
  if (variable == nullptr) return condition;
  const auto reports = ReportsOf(*variable, rewriter);
  // What cannot be reached may not exist: code generation has to see that.
  return rewriter.IsConstant(condition) ? condition : AllBefore(reports, condition, rewriter);
}

}  // namespace scope::compiler_plugin
