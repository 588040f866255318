#include "compiler_plugin/describe.h"

#include "clang/AST/DeclTemplate.h"
#include "clang/AST/ExprCXX.h"
#include "clang/Sema/EnterExpressionEvaluationContext.h"
#include "clang/Sema/Lookup.h"
#include "compiler_plugin/expressions.h"

namespace scope::compiler_plugin {
namespace {

using clang::ASTContext;
using clang::CXXRecordDecl;
using clang::Expr;
using clang::QualType;
using clang::SourceLocation;

bool IsStdClass(const CXXRecordDecl& record, llvm::ArrayRef<llvm::StringRef> names) {
  return record.isInStdNamespace() && llvm::is_contained(names, record.getName());
}

bool IsException(const CXXRecordDecl& record) {
  if (IsStdClass(record, {"exception"})) return true;
  return llvm::any_of(record.bases(), [](const clang::CXXBaseSpecifier& base) {
    const CXXRecordDecl* of = base.getType()->getAsCXXRecordDecl();
    return of != nullptr && of->hasDefinition() && !base.isVirtual() &&
           base.getAccessSpecifier() == clang::AS_public && IsException(*of->getDefinition());
  });
}

// What is beside one of these may be changed by another thread at any time.
bool IsShared(const CXXRecordDecl& record) {
  return llvm::any_of(record.fields(), [](const clang::FieldDecl* field) {
    const CXXRecordDecl* type = field->getType()->getAsCXXRecordDecl();
    return type != nullptr &&
           IsStdClass(*type, {"mutex", "recursive_mutex", "timed_mutex", "recursive_timed_mutex",
                              "shared_mutex", "shared_timed_mutex", "condition_variable",
                              "condition_variable_any", "atomic_flag"});
  });
}

bool IsShown(const clang::FieldDecl& field) {
  const QualType type = field.getType();
  return field.getAccess() == clang::AS_public && field.getIdentifier() != nullptr &&
         !type->isReferenceType() && !type.isVolatileQualified() && !type->isIncompleteType() &&
         !type->isAtomicType() && !type->isAnyComplexType() && !type->isVectorType() &&
         !type->isVariableArrayType();
}

class Description {
 public:
  Description(clang::Sema& sema, Redaction& redaction, clang::FunctionDecl& function)
      : sema_(sema), ast_(sema.Context), redaction_(redaction), function_(function) {}

  void Define() {
    clang::Sema::ContextRAII context(sema_, &function_);
    sema_.PushFunctionScope();
    llvm::SmallVector<clang::Stmt*, 1> body;
    if (clang::Stmt* statement = Body()) body.push_back(statement);
    sema_.PopFunctionScopeInfo();
    function_.setBody(
        clang::CompoundStmt::Create(ast_, body, clang::FPOptionsOverride(), Where(), Where()));
    function_.setInstantiationIsPending(false);
  }

 private:
  SourceLocation Where() const { return function_.getLocation(); }
  Expr* Parameter(unsigned n) { return Name(ast_, function_.getParamDecl(n), Where()); }

  Expr* Text(llvm::StringRef text) {
    const QualType type = ast_.getStringLiteralArrayType(ast_.CharTy, text.size());
    return clang::StringLiteral::Create(ast_, text, clang::StringLiteralKind::Ordinary, false, type,
                                        Where());
  }

  clang::Stmt* Body() {
    const QualType type = function_.getParamDecl(1)->getType().getNonReferenceType();
    const CXXRecordDecl* record = type->getAsCXXRecordDecl();
    if (record == nullptr || !record->hasDefinition()) return nullptr;
    record = record->getDefinition();
    if (redaction_.RedactsType(type)) return CallPrelude(sema_, "SayRedacted", {Parameter(0)});
    const bool may_say = !redaction_.RedactsMember(*record);
    if (may_say) {
      Expr* call = CallPrelude(sema_, "SayByProgram", {Parameter(0), Parameter(1)});
      if (call != nullptr) return call;
    }
    if (may_say && IsException(*record)) {
      return CallPrelude(sema_, "SayException", {Parameter(0), Parameter(1)});
    }
    if (!record->isLambda() && HasPublicMembers(*record)) return Parts(*record);
    const uint64_t bytes = ast_.getTypeSizeInChars(type).getQuantity();
    Expr* size =
        clang::IntegerLiteral::Create(ast_, llvm::APInt(64, bytes), ast_.getSizeType(), Where());
    return CallPrelude(sema_, "SayOpaque", {Parameter(0), size});
  }

  // if (BeginParts(writer)) { AddPart(writer, "x", value.x); ... EndParts(writer, has_more); }
  clang::Stmt* Parts(const CXXRecordDecl& record) {
    llvm::SmallVector<clang::Stmt*, 8> parts;
    bool has_more = false;
    AddParts(record, Parameter(1), parts, has_more);
    Expr* more = clang::CXXBoolLiteralExpr::Create(ast_, has_more, ast_.BoolTy, Where());
    Expr* begin = CallPrelude(sema_, "BeginParts", {Parameter(0)});
    Expr* end = CallPrelude(sema_, "EndParts", {Parameter(0), more});
    if (begin == nullptr || end == nullptr) return nullptr;
    parts.push_back(end);
    auto* block =
        clang::CompoundStmt::Create(ast_, parts, clang::FPOptionsOverride(), Where(), Where());
    return clang::IfStmt::Create(ast_, Where(), clang::IfStatementKind::Ordinary, nullptr, nullptr,
                                 begin, Where(), Where(), block);
  }

  void AddParts(const CXXRecordDecl& record, Expr* object,
                llvm::SmallVectorImpl<clang::Stmt*>& parts, bool& has_more) {
    for (const clang::CXXBaseSpecifier& base : record.bases()) {
      const CXXRecordDecl* of = base.getType()->getAsCXXRecordDecl();
      if (of == nullptr || of->isEmpty()) continue;
      if (base.getAccessSpecifier() != clang::AS_public || base.isVirtual() ||
          of->isInStdNamespace() || redaction_.RedactsType(base.getType())) {
        has_more = true;
        continue;
      }
      clang::CXXCastPath path = {const_cast<clang::CXXBaseSpecifier*>(&base)};
      Expr* part = clang::ImplicitCastExpr::Create(ast_, base.getType().withConst(),
                                                   clang::CK_UncheckedDerivedToBase, object, &path,
                                                   clang::VK_LValue, clang::FPOptionsOverride());
      AddParts(*of->getDefinition(), part, parts, has_more);
    }
    for (clang::FieldDecl* field : record.fields()) {
      Expr* call = IsShown(*field) ? Part(*field, object) : nullptr;
      if (call != nullptr) {
        parts.push_back(call);
      } else if (!field->isUnnamedBitField()) {
        has_more = true;
      }
    }
  }

  Expr* Part(clang::FieldDecl& field, Expr* object) {
    if (redaction_.RedactsVariable(field)) {
      return CallPrelude(sema_, "AddRedacted", {Parameter(0), Text(field.getName())});
    }
    const QualType type = field.getType().withConst();
    const bool is_bits = field.isBitField();
    Expr* member = clang::MemberExpr::CreateImplicit(
        ast_, object, /*IsArrow=*/false, &field, is_bits ? type.getUnqualifiedType() : type,
        clang::VK_LValue, is_bits ? clang::OK_BitField : clang::OK_Ordinary);
    // A bit-field has no address: a copy of its value is shown.
    if (is_bits) member = Load(ast_, member);
    return CallPrelude(sema_, "AddPart", {Parameter(0), Text(field.getName()), member});
  }

  clang::Sema& sema_;
  ASTContext& ast_;
  Redaction& redaction_;
  clang::FunctionDecl& function_;
};

}  // namespace

clang::NamedDecl* FindInPrelude(ASTContext& ast, llvm::StringRef name) {
  const auto* unit = ast.getTranslationUnitDecl();
  for (clang::NamedDecl* found : unit->lookup(&ast.Idents.get("__scope"))) {
    auto* space = llvm::dyn_cast<clang::NamespaceDecl>(found);
    if (space == nullptr) continue;
    for (clang::NamedDecl* member : space->lookup(&ast.Idents.get(name))) return member;
  }
  return nullptr;
}

Expr* CallPrelude(clang::Sema& sema, llvm::StringRef name, llvm::ArrayRef<Expr*> arguments) {
  clang::NamedDecl* found = FindInPrelude(sema.Context, name);
  if (found == nullptr) return nullptr;
  clang::Sema::SFINAETrap trap(sema, /*AccessCheckingSFINAE=*/true);
  clang::EnterExpressionEvaluationContext evaluated(
      sema, clang::Sema::ExpressionEvaluationContext::PotentiallyEvaluated);
  const SourceLocation where = found->getLocation();
  clang::UnresolvedSet<1> candidates;
  candidates.addDecl(found);
  Expr* callee = clang::UnresolvedLookupExpr::Create(
      sema.Context, nullptr, clang::NestedNameSpecifierLoc(),
      clang::DeclarationNameInfo(found->getDeclName(), where), /*RequiresADL=*/false,
      candidates.begin(), candidates.end(), /*KnownDependent=*/false,
      /*KnownInstantiationDependent=*/false);
  llvm::SmallVector<Expr*, 3> values(arguments);
  const clang::ExprResult call = sema.BuildCallExpr(nullptr, callee, where, values, where);
  if (call.isInvalid() || trap.hasErrorOccurred()) return nullptr;
  return llvm::cast<Expr>(sema.MaybeCreateExprWithCleanups(call.get()));
}

bool HasPublicMembers(const CXXRecordDecl& record) {
  if (record.isUnion() || IsShared(record)) return false;
  if (llvm::any_of(record.fields(), [](const auto* field) { return IsShown(*field); })) return true;
  return llvm::any_of(record.bases(), [](const clang::CXXBaseSpecifier& base) {
    const CXXRecordDecl* of = base.getType()->getAsCXXRecordDecl();
    return of != nullptr && of->hasDefinition() && !of->isInStdNamespace() && !base.isVirtual() &&
           base.getAccessSpecifier() == clang::AS_public && HasPublicMembers(*of->getDefinition());
  });
}

bool DefineDescriptions(clang::Sema& sema, Redaction& redaction,
                        std::vector<clang::FunctionDecl*>& defined) {
  auto* describe =
      llvm::dyn_cast_or_null<clang::FunctionTemplateDecl>(FindInPrelude(sema.Context, "Describe"));
  if (describe == nullptr) return false;
  llvm::SmallVector<clang::FunctionDecl*, 8> missing;
  for (clang::FunctionDecl* function : describe->specializations()) {
    if (!function->hasBody() &&
        function->getTemplateSpecializationKind() == clang::TSK_ImplicitInstantiation) {
      missing.push_back(function);
    }
  }
  for (clang::FunctionDecl* function : missing) Description(sema, redaction, *function).Define();
  defined.insert(defined.end(), missing.begin(), missing.end());
  return !missing.empty();
}

}  // namespace scope::compiler_plugin
