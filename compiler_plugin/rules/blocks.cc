// Rule: a block is a function of its own; it is rewritten with the function around it, because code
// generation emits it with that.

#include "compiler_plugin/rules/rules.h"
#include "compiler_plugin/stand_ins.h"

namespace scope::compiler_plugin {

clang::Stmt* RewriteBlock(clang::BlockExpr& block, Rewriter& rewriter) {
  clang::BlockDecl& declaration = *block.getBlockDecl();
  Unit& unit = rewriter.unit();
  clang::FunctionDecl* function = StandInForBlock(rewriter.ast(), block, rewriter.function());
  unit.keys.SetStandIn(function, rewriter.ids().NextBlock(declaration, rewriter.lambda_context()));
  Rewriter(unit, *function).Run();
  declaration.setBody(llvm::cast<clang::CompoundStmt>(function->getBody()));
  return &block;
}

}  // namespace scope::compiler_plugin
