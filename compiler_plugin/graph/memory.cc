#include "compiler_plugin/graph/memory.h"

#include "clang/AST/ASTContext.h"
#include "clang/Basic/SourceManager.h"
#include "compiler_plugin/closures.h"

namespace scope::compiler_plugin {
namespace {

using clang::ValueDecl;

std::string PlaceOf(const clang::Decl& declaration) {
  const clang::SourceManager& sources = declaration.getASTContext().getSourceManager();
  const clang::PresumedLoc place = sources.getPresumedLoc(declaration.getLocation());
  if (place.isInvalid()) return "@";
  return "@" + std::string(place.getFilename()) + ":" + std::to_string(place.getLine()) + ":" +
         std::to_string(place.getColumn());
}

std::string NameOf(const ValueDecl& declaration) {
  std::string name = declaration.getQualifiedNameAsString();
  // Those of two units, or of two functions, may have one name.
  if (!declaration.isExternallyVisible()) name += PlaceOf(declaration);
  return name;
}

std::string NameOf(clang::QualType type) {
  return "type " + type.getCanonicalType().getUnqualifiedType().getAsString();
}

bool CopiesInto(const clang::CXXRecordDecl& closure, const ValueDecl& variable) {
  for (const clang::LambdaCapture& capture : closure.captures()) {
    if (capture.capturesVariable() &&
        capture.getCapturedVar()->getCanonicalDecl() == variable.getCanonicalDecl()) {
      return capture.getCaptureKind() == clang::LCK_ByCopy;
    }
  }
  return false;
}

}  // namespace

std::string CapturedName(const ValueDecl& variable, const clang::CXXRecordDecl* copied_by) {
  std::string name = "captured " + variable.getNameAsString() + PlaceOf(variable);
  if (copied_by != nullptr) name += " in" + PlaceOf(*copied_by);
  return name;
}

Memory MemoryOf(uint32_t storage, const Storages& storages, const clang::FunctionDecl& function) {
  if (!storages.IsShared(storage)) return {};
  const StoragePart part = storages.PartOf(storage);
  if (part.variable != nullptr && storages.IsCaptured(storage)) {
    const clang::CXXRecordDecl* closure = ClosureOf(function);
    const bool copied = closure != nullptr && CopiesInto(*closure, *part.variable);
    return {CapturedName(*part.variable, copied ? closure : nullptr), true};
  }
  const bool is_local = part.variable != nullptr && storages.IsLocal(storage);
  if (part.variable != nullptr && !is_local) {
    std::string name = "variable " + NameOf(*part.variable);
    if (part.member != nullptr) name += "." + part.member->getNameAsString();
    if (part.is_elements) name += "[]";
    return {std::move(name), !part.is_elements};
  }
  if (part.member != nullptr) return {"member " + NameOf(*part.member), false};
  if (!part.type.isNull()) return {NameOf(part.type), false};
  const clang::QualType type = part.variable->getType().getNonReferenceType();
  if (!part.is_elements) return {NameOf(type), false};
  const auto* array = function.getASTContext().getAsArrayType(type);
  return array == nullptr ? Memory{} : Memory{NameOf(array->getElementType()), false};
}

}  // namespace scope::compiler_plugin
