// Rule: of an OpenMP directive, the code that runs is rewritten; the loops that it distributes keep
// their heads, which the compiler takes apart itself.
//
// The code is that of the function around it, also where another thread runs it.

#include "compiler_plugin/rules/rules.h"

namespace scope::compiler_plugin {
namespace {

using clang::Stmt;

constexpr llvm::StringLiteral kHead = "the head of a loop that OpenMP distributes";

// The code of these is matched, moved to another device, or no code at all.
bool IsUntouched(const clang::OMPExecutableDirective& directive) {
  return !directive.hasAssociatedStmt() || directive.isStandaloneDirective() ||
         llvm::isa<clang::OMPAtomicDirective, clang::OMPScanDirective,
                   clang::OMPLoopTransformationDirective>(directive) ||
         clang::isOpenMPTargetExecutionDirective(directive.getDirectiveKind()) ||
         clang::isOpenMPTargetDataManagementDirective(directive.getDirectiveKind());
}

// A captured statement and the function that it becomes share the code.
void SetCode(clang::CapturedStmt& captured, Stmt* code) {
  for (Stmt*& child : captured.children()) {
    if (child == captured.getCapturedStmt()) child = code;
  }
  captured.getCapturedDecl()->setBody(code);
}

Stmt* RewriteCode(Stmt* code, unsigned loops, Rewriter& rewriter);

void RewriteLoopBody(Stmt* loop, unsigned loops, Rewriter& rewriter) {
  if (auto* over_range = llvm::dyn_cast<clang::CXXForRangeStmt>(loop)) {
    rewriter.NoteUntouched({over_range->getForLoc(), over_range->getRParenLoc()}, kHead);
    over_range->setBody(RewriteCode(over_range->getBody(), loops, rewriter));
  } else if (auto* counted = llvm::dyn_cast<clang::ForStmt>(loop)) {
    rewriter.NoteUntouched({counted->getForLoc(), counted->getRParenLoc()}, kHead);
    counted->setBody(RewriteCode(counted->getBody(), loops, rewriter));
  }
}

// `loops`: how many loops around the code belong to the directive.
Stmt* RewriteCode(Stmt* code, unsigned loops, Rewriter& rewriter) {
  if (loops == 0) return rewriter.RewriteStatement(code);
  Stmt* inner = code->IgnoreContainers(/*IgnoreCaptured=*/true);
  if (llvm::isa<clang::ForStmt, clang::CXXForRangeStmt>(inner)) {
    RewriteLoopBody(inner, loops - 1, rewriter);
  } else {
    rewriter.NoteUntouched(code->getSourceRange(), "an OpenMP directive that is not understood");
  }
  return code;
}

}  // namespace

Stmt* RewriteParallel(clang::OMPExecutableDirective& directive, Rewriter& rewriter) {
  if (IsUntouched(directive)) {
    clang::SourceRange range = directive.getSourceRange();
    if (directive.hasAssociatedStmt()) range.setEnd(directive.getRawStmt()->getEndLoc());
    rewriter.NoteUntouched(range, "an OpenMP directive whose code must stay as it is");
    return &directive;
  }
  const auto* loops = llvm::dyn_cast<clang::OMPLoopBasedDirective>(&directive);
  Stmt* const code = directive.getRawStmt();
  Stmt* const rewritten =
      RewriteCode(code, loops != nullptr ? loops->getLoopsNumber() : 0, rewriter);
  if (rewritten == code) return &directive;
  // All captured statements down to the code are one in the other.
  for (Stmt*& child : directive.children()) {
    if (child == code) child = rewritten;
    auto* captured = llvm::dyn_cast_or_null<clang::CapturedStmt>(child);
    while (captured != nullptr) {
      Stmt* const inside = captured->getCapturedStmt();
      if (inside == code) SetCode(*captured, rewritten);
      captured = llvm::dyn_cast<clang::CapturedStmt>(inside);
    }
  }
  return &directive;
}

}  // namespace scope::compiler_plugin
