#include "compiler_plugin/object_values.h"

#include "clang/AST/Attr.h"
#include "clang/Basic/SourceManager.h"
#include "clang/Sema/Sema.h"
#include "compiler_plugin/describe.h"
#include "compiler_plugin/expressions.h"
#include "compiler_plugin/nodes.h"
#include "compiler_plugin/value_types.h"

namespace scope::compiler_plugin {
namespace {

using clang::CXXRecordDecl;
using clang::FunctionDecl;
using clang::QualType;

// A description of the class beside it, or the class' own friend.
bool MayHaveScopeCapture(clang::ASTContext& ast, const CXXRecordDecl& record) {
  const clang::DeclContext* around = record.getEnclosingNamespaceContext();
  return !around->lookup(&ast.Idents.get("ScopeCapture")).empty() || record.hasFriends();
}

// Nothing of what goes wrong while a body is made concerns the program.
class Silence {
 public:
  explicit Silence(clang::DiagnosticsEngine& diagnostics)
      : diagnostics_(diagnostics), before_(diagnostics.getSuppressAllDiagnostics()) {
    diagnostics_.setSuppressAllDiagnostics(true);
  }
  ~Silence() { diagnostics_.setSuppressAllDiagnostics(before_); }

 private:
  clang::DiagnosticsEngine& diagnostics_;
  const bool before_;
};

}  // namespace

bool ObjectValues::Captures(QualType type) const {
  if (!enabled_ || type.isNull() || type->isDependentType() || type.isVolatileQualified()) {
    return false;
  }
  const CXXRecordDecl* record = type.getCanonicalType()->getAsCXXRecordDecl();
  if (record == nullptr || !record->hasDefinition()) return false;
  record = record->getDefinition();
  if (record->isInvalidDecl() || record->isUnion() || record->isLambda()) return false;
  if (FindInPrelude(ast_, "CaptureObject") == nullptr) return false;
  if (record->isInStdNamespace()) return true;
  const clang::SourceManager& sources = ast_.getSourceManager();
  if (sources.isInSystemHeader(record->getLocation())) return false;
  if (MayHaveScopeCapture(ast_, *record)) return true;
  if (ClassifyObject(ast_, type) != kScopeValueNone) return false;
  return HasPublicMembers(*record);
}

FunctionDecl* ObjectValues::FunctionFor(QualType type, bool always) {
  type = type.getCanonicalType().getUnqualifiedType();
  FunctionDecl*& function = functions_[{type.getTypePtr(), always}];
  if (function != nullptr) return function;
  const std::string name = kObjectHookPrefix + std::to_string(functions_.size());
  clang::FunctionProtoType::ExtProtoInfo info;
  info.ExceptionSpec.Type = clang::EST_BasicNoexcept;
  const QualType any = ast_.getPointerType(ast_.VoidTy.withConst());
  auto* unit = ast_.getTranslationUnitDecl();
  function = FunctionDecl::Create(ast_, unit, {}, {}, &ast_.Idents.get(name),
                                  ast_.getFunctionType(ast_.VoidTy, {any, any}, info), nullptr,
                                  clang::SC_Static);
  llvm::SmallVector<clang::ParmVarDecl*, 2> parameters;
  for (int i = 0; i < 2; ++i) {
    parameters.push_back(clang::ParmVarDecl::Create(ast_, function, {}, {}, nullptr, any, nullptr,
                                                    clang::SC_None, nullptr));
  }
  function->setParams(parameters);
  function->setImplicit();
  function->setIsUsed();
  function->addAttr(clang::AsmLabelAttr::CreateImplicit(ast_, name, /*IsLiteralLabel=*/true));
  function->addAttr(clang::NoThrowAttr::CreateImplicit(ast_));
  function->addAttr(clang::NoInlineAttr::CreateImplicit(ast_));
  function->addAttr(clang::NoDebugAttr::CreateImplicit(ast_));
  function->addAttr(clang::NoInstrumentFunctionAttr::CreateImplicit(ast_));
  undefined_.push_back({type, function, always});
  return function;
}

clang::Expr* ObjectValues::Body(clang::Sema& sema, const Undefined& capture) {
  const clang::SourceLocation where = FindInPrelude(ast_, "CaptureObject")->getLocation();
  const QualType pointer = ast_.getPointerType(capture.type.withConst());
  clang::Expr* node = Load(ast_, Name(ast_, capture.function->getParamDecl(0), where));
  clang::Expr* address = Load(ast_, Name(ast_, capture.function->getParamDecl(1), where));
  address = Convert(ast_, address, pointer, clang::CK_BitCast);
  clang::Expr* object = clang::UnaryOperator::Create(
      ast_, address, clang::UO_Deref, capture.type.withConst(), clang::VK_LValue,
      clang::OK_Ordinary, where, /*CanOverflow=*/false, clang::FPOptionsOverride());
  clang::Expr* call = CallPrelude(sema, "CaptureObject", {node, object});
  if (call != nullptr || !capture.always) return call;
  const uint64_t bytes = ast_.getTypeSizeInChars(capture.type).getQuantity();
  clang::Expr* size =
      clang::IntegerLiteral::Create(ast_, llvm::APInt(64, bytes), ast_.getSizeType(), where);
  return CallPrelude(sema, "CaptureOpaque", {node, size});
}

std::vector<FunctionDecl*> ObjectValues::Define(clang::Sema& sema, Redaction& redaction) {
  std::vector<FunctionDecl*> defined;
  const Silence silence(sema.getDiagnostics());
  const auto undefined = std::move(undefined_);
  undefined_.clear();
  for (const Undefined& capture : undefined) {
    const clang::DiagnosticErrorTrap errors(sema.getDiagnostics());
    clang::Sema::ContextRAII context(sema, capture.function);
    sema.PushFunctionScope();
    clang::Expr* call = Body(sema, capture);
    sema.PopFunctionScopeInfo();
    do {
      sema.DefineUsedVTables();
      sema.PerformPendingInstantiations();
    } while (DefineDescriptions(sema, redaction, defined));
    if (call == nullptr || errors.hasErrorOccurred()) continue;
    const clang::SourceLocation where = call->getExprLoc();
    capture.function->setBody(
        clang::CompoundStmt::Create(ast_, {call}, clang::FPOptionsOverride(), where, where));
    defined.push_back(capture.function);
  }
  return defined;
}

}  // namespace scope::compiler_plugin
