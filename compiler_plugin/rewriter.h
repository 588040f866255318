// rewriter.h - walks one function and puts reports into it.
//
// Path:   function body -> THIS -> a rule for each construct -> the same body with calls of hooks
// Fails:  never; what no rule understands stays as it was.

#pragma once

#include "compiler_plugin/unit.h"

namespace scope::compiler_plugin {

class Rewriter {
 public:
  Rewriter(Unit& unit, clang::FunctionDecl& function);

  // Rewrites the whole function.
  void Run();
  // Rewrites the initialiser that the function stands for.
  void RunInitialiser(clang::VarDecl& variable);

  // What stands in the place of `statement` from now on, its children rewritten. May be null.
  clang::Stmt* Rewrite(clang::Stmt* statement);
  clang::Expr* Rewrite(clang::Expr* expression);
  // The same for one whose value nobody takes.
  clang::Stmt* RewriteStatement(clang::Stmt* statement);
  void RewriteChildren(clang::Stmt* statement);

  bool Wants(scope_event_kind kind) const;

  // A node for a report of a value. kNoNode: the level does not ask for it or the type is not
  // captured. `hash`: see HashSubtree; it must be taken before children are rewritten. `redacted`:
  // the value must not be seen; of types, places and the function it is known.
  uint32_t AddValueNode(scope_event_kind kind, clang::QualType type, clang::SourceRange range,
                        std::string name, uint64_t hash, bool redacted);
  // The same for what lies in memory: also objects that are captured as bytes, and references to
  // what may not be looked at, of which the address is captured. `type` is the declared one.
  uint32_t AddPlaceNode(scope_event_kind kind, clang::QualType type, clang::SourceRange range,
                        std::string name, uint64_t hash, bool redacted);
  // A node for a report of the value of an expression, which is called by its text.
  uint32_t AddNodeOf(scope_event_kind kind, const clang::Expr& expression);
  // A node for a report without a value.
  uint32_t AddMarkNode(scope_event_kind kind, clang::QualType type, clang::SourceRange range,
                       std::string name, uint64_t hash);

  // Says in the report file why something that was asked for makes no node.
  void NoteSkip(scope_event_kind kind, clang::SourceRange range, llvm::StringRef name,
                llvm::StringRef why);
  // The same for what is left as it is, with everything in it.
  void NoteUntouched(clang::SourceRange range, llvm::StringRef why);

  // What the parts of a list in braces belong to: "point" has "point.x".
  struct Whole {
    std::string name;
    bool redacted = false;
  };
  // Of the list that `value` is; nothing happens if it is something else.
  void NameParts(const clang::Expr* value, std::string name, bool redacted);
  Whole TakeWhole(const clang::Expr* list);

  // `expression` with its value reported; for a glvalue the value that it holds afterwards.
  clang::Expr* Report(clang::Expr* expression, uint32_t node);
  // A glvalue with what it holds, or where that is, reported; `node` is from AddPlaceNode.
  clang::Expr* ReportPlace(clang::Expr* place, uint32_t node);
  // A prvalue of a class with what it makes reported; it is made where it would have been without.
  // Not while the compiler evaluates a constant.
  clang::Expr* ReportMade(clang::Expr* object, uint32_t node);
  // The call alone.
  clang::Expr* ReportCall(clang::Expr* value, uint32_t node);
  // The call that reports what the glvalue `place` holds; `node` is from AddPlaceNode.
  clang::Expr* ReportPlaceCall(clang::Expr* place, uint32_t node);
  // Set when a variable is rewritten, taken when its declaration is over: kNoNode if there is none.
  void SetPending(const clang::VarDecl& variable, uint32_t node) { pending_[&variable] = node; }
  uint32_t TakePending(const clang::VarDecl& variable);
  clang::Expr* MarkCall(const char* hook, uint32_t node, clang::SourceLocation where);

  uint64_t Hash(const clang::Stmt* statement) const;
  std::string Text(const clang::Expr* expression) const;
  bool Redacts(const clang::Expr* value) { return unit_.redaction.RedactsValue(value); }
  bool Redacts(const clang::ValueDecl& variable) {
    return unit_.redaction.RedactsVariable(variable);
  }
  // The compiler itself may know the value, and code generation may rely on that.
  bool IsConstant(const clang::Expr* expression) const;
  // An object or a bit-field that may be looked at again: not volatile, no part of a vector.
  static bool IsPlainPlace(const clang::Expr* place);
  // Functions of a precompiled header are not announced; they are found where they are used.
  void NoteUse(clang::FunctionDecl& function);
  // Injected code is not rewritten itself when a statement is met again.
  clang::Stmt* Keep(clang::Stmt* injected);

  Unit& unit() { return unit_; }
  clang::ASTContext& ast() { return unit_.ast; }
  clang::FunctionDecl& function() { return function_; }
  NodeIds& ids() { return ids_; }
  bool in_constexpr() const { return in_constexpr_; }
  bool has_frame() const { return has_frame_; }
  uint64_t lambda_context() const { return lambda_context_; }

 private:
  friend class InsideNode;
  friend class InsideContext;
  friend class InsideLoop;
  friend class AtEveryLevel;

  // Why such a node is not made; empty: it is.
  llvm::StringRef WhyNot(scope_event_kind kind, llvm::StringRef name, clang::QualType type,
                         scope_value_type value) const;
  // A char* of which what it points to is asked for.
  bool IsText(scope_event_kind kind, clang::QualType type, llvm::StringRef name) const;
  bool RedactsNode(scope_event_kind kind, clang::QualType type, llvm::StringRef name);
  clang::Stmt* Framed(llvm::ArrayRef<clang::Stmt*> frame, clang::Stmt* body);
  // The same as Dispatch, with its value reported: a matcher asked for it.
  clang::Stmt* DispatchValue(clang::Expr& value);
  clang::Stmt* Dispatch(clang::Stmt* statement);
  clang::Stmt* DispatchExpression(clang::Expr* expression);

  Unit& unit_;
  clang::FunctionDecl& function_;
  NodeIds ids_;
  uint64_t enter_id_;
  uint32_t function_index_;
  uint32_t instance_;
  bool in_constexpr_;
  bool has_frame_;
  bool redacts_all_;  // Its values must not be seen.
  uint32_t parent_ = kNoNode;
  uint32_t loop_ = kNoNode;
  const clang::Stmt* current_ = nullptr;  // The innermost one that is being rewritten.
  uint64_t lambda_context_ = 0;
  llvm::DenseMap<const clang::VarDecl*, uint32_t> pending_;
  llvm::DenseMap<const clang::Expr*, Whole> wholes_;
  bool at_every_level_ = false;
};

// While it lives and `is_asked`, nodes are added that the level alone would leave out.
class AtEveryLevel {
 public:
  AtEveryLevel(Rewriter& rewriter, bool is_asked)
      : rewriter_(rewriter), outer_(rewriter.at_every_level_) {
    rewriter_.at_every_level_ |= is_asked;
  }
  ~AtEveryLevel() { rewriter_.at_every_level_ = outer_; }

 private:
  Rewriter& rewriter_;
  bool outer_;
};

// While it lives, new nodes are children of `node`.
class InsideNode {
 public:
  InsideNode(Rewriter& rewriter, uint32_t node) : rewriter_(rewriter), outer_(rewriter.parent_) {
    if (node != kNoNode) rewriter_.parent_ = node;
  }
  ~InsideNode() { rewriter_.parent_ = outer_; }

 private:
  Rewriter& rewriter_;
  uint32_t outer_;
};

// While it lives, new nodes happen in the turns of the loop whose node is `node`.
class InsideLoop {
 public:
  InsideLoop(Rewriter& rewriter, uint32_t node) : rewriter_(rewriter), outer_(rewriter.loop_) {
    if (node != kNoNode) rewriter_.loop_ = node;
  }
  ~InsideLoop() { rewriter_.loop_ = outer_; }

 private:
  Rewriter& rewriter_;
  uint32_t outer_;
};

// While it lives, lambdas belong to what is called `name`.
class InsideContext {
 public:
  InsideContext(Rewriter& rewriter, uint64_t name_hash)
      : rewriter_(rewriter), outer_(rewriter.lambda_context_) {
    rewriter_.lambda_context_ = name_hash;
  }
  ~InsideContext() { rewriter_.lambda_context_ = outer_; }

 private:
  Rewriter& rewriter_;
  uint64_t outer_;
};

}  // namespace scope::compiler_plugin
