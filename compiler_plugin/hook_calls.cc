#include "compiler_plugin/hook_calls.h"

#include "clang/AST/Attr.h"
#include "clang/AST/DeclCXX.h"
#include "clang/AST/ExprCXX.h"
#include "clang/Basic/Builtins.h"
#include "compiler_plugin/expressions.h"
#include "compiler_plugin/nodes.h"
#include "compiler_plugin/value_types.h"

namespace scope::compiler_plugin {

using clang::Expr;
using clang::FunctionDecl;
using clang::QualType;
using clang::SourceLocation;

QualType HookCalls::NodePointer() const { return ast_.getPointerType(ast_.VoidTy.withConst()); }

FunctionDecl* HookCalls::Declare(llvm::StringRef name, std::initializer_list<QualType> types,
                                 QualType result) {
  FunctionDecl*& hook = hooks_[name];
  if (hook != nullptr) return hook;
  const bool cplusplus = ast_.getLangOpts().CPlusPlus;
  if (owner_ == nullptr) {
    owner_ = ast_.getTranslationUnitDecl();
    if (cplusplus) {
      auto* linkage = clang::LinkageSpecDecl::Create(ast_, owner_, {}, {},
                                                     clang::LinkageSpecLanguageIDs::C, false);
      linkage->setImplicit();
      owner_ = linkage;
    }
  }
  clang::FunctionProtoType::ExtProtoInfo info;
  if (cplusplus) info.ExceptionSpec.Type = clang::EST_BasicNoexcept;
  const QualType type = ast_.getFunctionType(result.isNull() ? ast_.VoidTy : result, types, info);
  hook = FunctionDecl::Create(ast_, owner_, {}, {}, &ast_.Idents.get(name), type, nullptr,
                              clang::SC_Extern);
  llvm::SmallVector<clang::ParmVarDecl*, 2> parameters;
  for (QualType parameter : types) {
    parameters.push_back(clang::ParmVarDecl::Create(ast_, hook, {}, {}, nullptr, parameter, nullptr,
                                                    clang::SC_None, nullptr));
  }
  hook->setParams(parameters);
  hook->setImplicit();
  hook->setIsUsed();
  hook->addAttr(clang::NoThrowAttr::CreateImplicit(ast_));
  return hook;
}

Expr* HookCalls::Callee(FunctionDecl* function, SourceLocation where) {
  const bool builtin = function->getBuiltinID() != 0;
  const bool lvalue = ast_.getLangOpts().CPlusPlus && !builtin;
  auto* name = clang::DeclRefExpr::Create(ast_, clang::NestedNameSpecifierLoc(), SourceLocation(),
                                          function, false, where, function->getType(),
                                          lvalue ? clang::VK_LValue : clang::VK_PRValue);
  return Convert(ast_, name, ast_.getPointerType(function->getType()),
                 builtin ? clang::CK_BuiltinFnToFnPtr : clang::CK_FunctionToPointerDecay);
}

Expr* HookCalls::Call(llvm::StringRef hook, llvm::ArrayRef<Expr*> arguments, SourceLocation where) {
  return clang::CallExpr::Create(ast_, Callee(hooks_[hook], where), arguments,
                                 hooks_[hook]->getReturnType(), clang::VK_PRValue, where,
                                 clang::FPOptionsOverride());
}

Expr* HookCalls::Node(uint32_t node, SourceLocation where) {
  const QualType integer = ast_.getUIntPtrType();
  auto* number = clang::IntegerLiteral::Create(
      ast_, llvm::APInt(ast_.getTypeSize(integer), uint64_t{node} + 1), integer, where);
  return Convert(ast_, number, NodePointer(), clang::CK_IntegralToPointer);
}

Expr* HookCalls::Mark(const char* hook, uint32_t node, SourceLocation where) {
  Declare(hook, {NodePointer()});
  return Call(hook, {Node(node, where)}, where);
}

Expr* HookCalls::Value(uint32_t node, Expr* value, SourceLocation where) {
  const QualType type = value->getType().getCanonicalType().getUnqualifiedType();
  const scope_value_type kind = ClassifyValue(ast_, type);
  if (SCOPE_IS_WIDE(kind)) {
    if (kind == kScopeValueI128) return Wide(node, value, ast_.Int128Ty, where);
    if (kind == kScopeValueU128) return Wide(node, value, ast_.UnsignedInt128Ty, where);
    return Wide(node, value, type, where);
  }
  if (type->isRealFloatingType()) {
    Declare(kDoubleHook, {NodePointer(), ast_.DoubleTy});
    if (type != ast_.DoubleTy) {
      value = Convert(ast_, value, ast_.DoubleTy, clang::CK_FloatingCast);
    }
    return Call(kDoubleHook, {Node(node, where), value}, where);
  }
  if (type->isPointerType() || type->isNullPtrType()) {
    const QualType any = ast_.getPointerType(ast_.VoidTy.withConst().withVolatile());
    Declare(kPointerHook, {NodePointer(), any});
    value = Convert(ast_, value, any,
                    type->isNullPtrType() ? clang::CK_NullToPointer : clang::CK_BitCast);
    return Call(kPointerHook, {Node(node, where), value}, where);
  }
  const QualType bits = ast_.getIntTypeForBitwidth(64, /*Signed=*/0);
  Declare(kValueHook, {NodePointer(), bits});
  if (type != bits) value = Convert(ast_, value, bits, clang::CK_IntegralCast);
  return Call(kValueHook, {Node(node, where), value}, where);
}

Expr* HookCalls::Wide(uint32_t node, Expr* value, QualType type, SourceLocation where) {
  const std::string hook = kWideHookPrefix + type.getAsString(ast_.getPrintingPolicy());
  Declare(hook, {NodePointer(), type});
  const QualType from = value->getType().getCanonicalType().getUnqualifiedType();
  if (from != type) value = Convert(ast_, value, type, clang::CK_IntegralCast);
  return Call(hook, {Node(node, where), value}, where);
}

Expr* HookCalls::Object(uint32_t node, Expr* place, uint64_t bytes, uint64_t whole,
                        SourceLocation where) {
  const QualType any = ast_.getPointerType(ast_.VoidTy.withConst().withVolatile());
  const QualType count = ast_.getIntTypeForBitwidth(64, /*Signed=*/0);
  const auto number = [&](uint64_t n) {
    return clang::IntegerLiteral::Create(ast_, llvm::APInt(64, n), count, where);
  };
  Declare(kBytesHook, {NodePointer(), any, count, count});
  Expr* address = Convert(ast_, AddressOf(ast_, place), any, clang::CK_BitCast);
  return Call(kBytesHook, {Node(node, where), address, number(bytes), number(whole)}, where);
}

Expr* HookCalls::IfOn(uint32_t node, Expr* call, SourceLocation where) {
  Declare(kIsOnHook, {NodePointer()}, ast_.IntTy);
  Expr* is_on = Convert(ast_, Call(kIsOnHook, {Node(node, where)}, where), ast_.BoolTy,
                        clang::CK_IntegralToBoolean);
  return Choose(ast_, is_on, call, Nothing(ast_, where));
}

Expr* HookCalls::Text(uint32_t node, Expr* value, SourceLocation where) {
  const QualType text = ast_.getPointerType(ast_.CharTy.withConst());
  Declare(kTextHook, {NodePointer(), text});
  value = Convert(ast_, value, text, clang::CK_BitCast);
  return IfOn(node, Call(kTextHook, {Node(node, where), value}, where), where);
}

Expr* HookCalls::Captured(uint32_t node, Expr* place, FunctionDecl* capture, SourceLocation where) {
  const QualType any = ast_.getPointerType(ast_.VoidTy.withConst());
  Declare(kNodeHook, {NodePointer()}, any);
  Expr* address = clang::UnaryOperator::Create(
      ast_, place, clang::UO_AddrOf, ast_.getPointerType(place->getType()), clang::VK_PRValue,
      clang::OK_Ordinary, where, /*CanOverflow=*/false, clang::FPOptionsOverride());
  address = Convert(ast_, address, any, clang::CK_BitCast);
  Expr* call = clang::CallExpr::Create(
      ast_, Callee(capture, where), {Call(kNodeHook, {Node(node, where)}, where), address},
      ast_.VoidTy, clang::VK_PRValue, where, clang::FPOptionsOverride());
  return IfOn(node, call, where);
}

clang::Stmt* HookCalls::ExitGuard(FunctionDecl& function, uint32_t exit_node, bool in_constexpr) {
  const SourceLocation where = function.getBody()->getBeginLoc();
  const QualType type = NodePointer();
  auto* guard =
      clang::VarDecl::Create(ast_, &function, where, where, &ast_.Idents.get("__scope_guard"), type,
                             ast_.getTrivialTypeSourceInfo(type, where), clang::SC_None);
  guard->setImplicit();
  guard->setIsUsed();
  FunctionDecl* cleanup = Declare(kExitGuard, {ast_.getPointerType(type)});
  guard->addAttr(clang::CleanupAttr::CreateImplicit(ast_, cleanup));
  guard->addAttr(clang::NoDebugAttr::CreateImplicit(ast_));
  Expr* value = Node(exit_node, where);
  if (in_constexpr) {
    value = Choose(ast_, IsConstantEvaluated(where), NullPointer(ast_, type, where), value);
  }
  guard->setInit(value);
  guard->setInitStyle(clang::VarDecl::CInit);
  return new (ast_) clang::DeclStmt(clang::DeclGroupRef(guard), where, where);
}

Expr* HookCalls::IsConstantEvaluated(SourceLocation where) {
  constexpr auto kBuiltin = clang::Builtin::BI__builtin_is_constant_evaluated;
  if (is_constant_evaluated_ == nullptr) {
    clang::ASTContext::GetBuiltinTypeError error;
    const QualType type = ast_.GetBuiltinType(kBuiltin, error);
    is_constant_evaluated_ = FunctionDecl::Create(
        ast_, ast_.getTranslationUnitDecl(), {}, {},
        &ast_.Idents.get("__builtin_is_constant_evaluated"), type, nullptr, clang::SC_Extern);
    is_constant_evaluated_->setImplicit();
    is_constant_evaluated_->addAttr(clang::BuiltinAttr::CreateImplicit(ast_, kBuiltin));
  }
  return clang::CallExpr::Create(ast_, Callee(is_constant_evaluated_, where), {}, ast_.BoolTy,
                                 clang::VK_PRValue, where, clang::FPOptionsOverride());
}

Expr* HookCalls::UnlessConstant(Expr* call) {
  const SourceLocation where = call->getExprLoc();
  return Choose(ast_, IsConstantEvaluated(where), Nothing(ast_, where), call);
}

}  // namespace scope::compiler_plugin
