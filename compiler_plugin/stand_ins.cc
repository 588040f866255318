#include "compiler_plugin/stand_ins.h"

#include "clang/AST/Expr.h"

namespace scope::compiler_plugin {
namespace {

using clang::ASTContext;
using clang::FunctionDecl;

FunctionDecl* Make(ASTContext& ast, clang::DeclContext* in, clang::SourceRange range,
                   llvm::StringRef name, clang::QualType type) {
  auto* function = FunctionDecl::Create(ast, in, range.getBegin(), range.getBegin(),
                                        &ast.Idents.get(name), type, nullptr, clang::SC_Static);
  function->setRangeEnd(range.getEnd());
  function->setImplicit();
  function->setIsUsed();
  return function;
}

}  // namespace

FunctionDecl* StandInForInitialiser(ASTContext& ast, clang::VarDecl& variable) {
  const clang::SourceLocation where = variable.getLocation();
  const clang::SourceRange range(where, variable.getInit()->getEndLoc());
  FunctionDecl* function =
      Make(ast, variable.getDeclContext(), range, (variable.getName() + "::<init>").str(),
           ast.getFunctionType(ast.VoidTy, {}, {}));
  if (const auto* attributes = variable.hasAttrs() ? &variable.getAttrs() : nullptr) {
    function->setAttrs(*attributes);
  }
  clang::Stmt* const value = variable.getInit();
  function->setBody(
      clang::CompoundStmt::Create(ast, {value}, clang::FPOptionsOverride(), where, range.getEnd()));
  return function;
}

FunctionDecl* StandInForBlock(ASTContext& ast, clang::BlockExpr& block, FunctionDecl& outer) {
  clang::BlockDecl& declaration = *block.getBlockDecl();
  FunctionDecl* function = Make(ast, &outer, block.getSourceRange(), "<block>",
                                clang::QualType(block.getFunctionType(), 0));
  function->setParams(declaration.parameters());
  function->setBody(declaration.getBody());
  return function;
}

}  // namespace scope::compiler_plugin
