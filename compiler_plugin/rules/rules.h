// rules.h - the constructs that are understood, one function and one file each.
//
// A rule returns what stands in the place of the construct. It takes hashes and texts first, then
// has the children rewritten, then adds its own report: so an enclosing node comes before the nodes
// in it.

#pragma once

#include "clang/AST/ExprCXX.h"
#include "clang/AST/StmtCXX.h"
#include "clang/AST/StmtOpenMP.h"
#include "compiler_plugin/rewriter.h"

namespace scope::compiler_plugin {

// The nodes of the function's entry, which is returned, and exit.
uint32_t AddFrameNodes(Rewriter& rewriter);
uint32_t AddParameterNode(clang::ParmVarDecl& parameter, Rewriter& rewriter);
// The statements in front of the function's body.
llvm::SmallVector<clang::Stmt*, 8> MakeFrame(uint32_t enter, Rewriter& rewriter);
void RewriteInitialisers(clang::CXXConstructorDecl& constructor, Rewriter& rewriter);

void RewriteCoroutine(clang::CoroutineBodyStmt& coroutine, Rewriter& rewriter);
clang::Stmt* RewriteSuspension(clang::CoroutineSuspendExpr& suspension, Rewriter& rewriter);
clang::Stmt* RewriteCoreturn(clang::CoreturnStmt& statement, Rewriter& rewriter);

// A label of a switch that stands in no block.
clang::Stmt* RewriteLabel(clang::SwitchCase& label, Rewriter& rewriter);
clang::Stmt* RewriteCompound(clang::CompoundStmt& compound, Rewriter& rewriter);
clang::Stmt* RewriteReturn(clang::ReturnStmt& statement, Rewriter& rewriter);

void RewriteVariable(clang::VarDecl& variable, Rewriter& rewriter);
// The report that stands behind the declaration of a local: of what is no scalar, of a reference,
// and of what the compiler knows as a constant. Null: none.
clang::Stmt* ReportDeclared(clang::VarDecl& variable, Rewriter& rewriter);

// Both of the above and below, in their order.
llvm::SmallVector<clang::Stmt*, 4> ReportsOf(clang::VarDecl& variable, Rewriter& rewriter);
// The same for what stands in front of a condition: if (Point p = f(); p.x).
clang::Stmt* RewriteInit(clang::Stmt* init, Rewriter& rewriter);
// The condition with the reports of what is declared in it.
clang::Expr* ReportConditionVariable(clang::VarDecl* variable, clang::Expr* condition,
                                     Rewriter& rewriter);

// The reports of the names of a structured binding, to stand behind it.
llvm::SmallVector<clang::Stmt*, 4> ReportBindings(clang::VarDecl& variable, Rewriter& rewriter);

// Writes a value down that the compiler can compute, before the constexpr functions that it calls
// get reports and can no longer be folded.
clang::Expr* PinConstant(clang::Expr* condition, Rewriter& rewriter);
clang::Expr* RewriteCondition(clang::Expr* condition, scope_event_kind kind, Rewriter& rewriter);
clang::Stmt* RewriteIf(clang::IfStmt& statement, Rewriter& rewriter);
clang::Stmt* RewriteSwitch(clang::SwitchStmt& statement, Rewriter& rewriter);
clang::Stmt* RewriteWhile(clang::WhileStmt& loop, Rewriter& rewriter);
clang::Stmt* RewriteDo(clang::DoStmt& loop, Rewriter& rewriter);
clang::Stmt* RewriteFor(clang::ForStmt& loop, Rewriter& rewriter);
clang::Stmt* RewriteRangeFor(clang::CXXForRangeStmt& loop, Rewriter& rewriter);
// a ?: b
clang::Stmt* RewriteElvis(clang::BinaryConditionalOperator& choice, Rewriter& rewriter);
clang::Stmt* RewriteConditional(clang::ConditionalOperator& choice, Rewriter& rewriter);

clang::Stmt* RewriteBinary(clang::BinaryOperator& binary, Rewriter& rewriter);
clang::Stmt* RewriteAssign(clang::BinaryOperator& assign, Rewriter& rewriter);
clang::Stmt* RewriteCompoundAssign(clang::BinaryOperator& update, Rewriter& rewriter);
bool IsObjectAssign(const clang::BinaryOperator& assign);
clang::Stmt* RewriteObjectAssign(clang::BinaryOperator& assign, Rewriter& rewriter);
// Whether an event, or an exception, may come before the value is there.
bool MayComeBetween(const clang::Stmt* value, Rewriter& rewriter);
// The node of the event that says that the assignment whose node is `store` has begun.
uint32_t AddReserveNode(uint32_t store, const clang::Expr& assign, const clang::Expr& place,
                        Rewriter& rewriter);
// Behind everything that has been done to the assignment: what it reserves comes first.
clang::Expr* Reserved(uint32_t reserve, clang::Expr* assign, Rewriter& rewriter);
clang::Stmt* RewriteOperatorCall(clang::CXXOperatorCallExpr& call, Rewriter& rewriter);
clang::Stmt* RewriteIncDec(clang::UnaryOperator& step, Rewriter& rewriter);

// "throw;" only where it is a statement of its own.
clang::Stmt* RewriteThrow(clang::CXXThrowExpr& expression, Rewriter& rewriter);
clang::Stmt* RewriteCatch(clang::CXXCatchStmt& handler, Rewriter& rewriter);

clang::Stmt* RewriteList(clang::InitListExpr& list, Rewriter& rewriter);
clang::Stmt* RewriteParenList(clang::CXXParenListInitExpr& list, Rewriter& rewriter);
clang::Stmt* RewriteLiteral(clang::CompoundLiteralExpr& literal, Rewriter& rewriter);
clang::Stmt* RewriteGeneric(clang::GenericSelectionExpr& choice, Rewriter& rewriter);
clang::Stmt* RewriteChoose(clang::ChooseExpr& choice, Rewriter& rewriter);
clang::Stmt* RewriteComparison(clang::CXXRewrittenBinaryOperator& comparison, Rewriter& rewriter);
clang::Stmt* RewriteAtomic(clang::AtomicExpr& atomic, Rewriter& rewriter);
clang::Stmt* RewriteBlock(clang::BlockExpr& block, Rewriter& rewriter);
clang::Stmt* RewriteParallel(clang::OMPExecutableDirective& directive, Rewriter& rewriter);
// Lambdas that stand in no function belong to what has the key.
void NameLambdas(clang::Expr* value, uint64_t key, llvm::StringRef name, Unit& unit);
clang::Stmt* RewriteDefaultArgument(clang::CXXDefaultArgExpr& value, Rewriter& rewriter);
clang::Stmt* RewriteDefaultMember(clang::CXXDefaultInitExpr& value, Rewriter& rewriter);

// Whether a variable outside of functions gets its value when the program runs.
bool IsInitialisedAtRunTime(clang::VarDecl& variable);
void RewriteOutside(clang::VarDecl& variable, uint32_t enter, Rewriter& rewriter);

clang::Stmt* RewriteRead(clang::ImplicitCastExpr& read, Rewriter& rewriter);
clang::Stmt* RewriteCall(clang::CallExpr& call, Rewriter& rewriter);
void RewriteTailCall(clang::AttributedStmt& statement, Rewriter& rewriter);
// What a call returns says what an object is.
bool IsMatch(const clang::CallExpr& call);
// A variant that is given to std::visit.
bool IsVisited(const clang::CallExpr& call, unsigned argument);
void RewriteVisited(clang::CallExpr& call, unsigned argument, Rewriter& rewriter);
clang::Stmt* RewriteTypeid(clang::CXXTypeidExpr& question, Rewriter& rewriter);
clang::Stmt* RewriteDynamicCast(clang::CXXDynamicCastExpr& cast, Rewriter& rewriter);
// The argument rewritten, its value given to `node`; kNoNode: only rewritten.
void RewriteArgument(clang::CallExpr& call, unsigned argument, uint32_t node, Rewriter& rewriter);
clang::Stmt* RewriteLambda(clang::LambdaExpr& lambda, Rewriter& rewriter);

}  // namespace scope::compiler_plugin
