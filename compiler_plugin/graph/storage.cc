#include "compiler_plugin/graph/storage.h"

#include "clang/AST/DeclCXX.h"
#include "clang/AST/ExprCXX.h"

namespace scope::compiler_plugin {
namespace {

using clang::Expr;
using clang::ValueDecl;

constexpr char kElements = 0;

// The variable at the root of x, x.a.b, x[i]; null where a pointer or a call comes in between.
const ValueDecl* RootOf(const Expr* place) {
  while (true) {
    place = place->IgnoreParens();
    if (const auto* name = llvm::dyn_cast<clang::DeclRefExpr>(place)) return name->getDecl();
    if (const auto* member = llvm::dyn_cast<clang::MemberExpr>(place)) {
      if (member->isArrow()) return nullptr;
      place = member->getBase();
    } else if (const auto* element = llvm::dyn_cast<clang::ArraySubscriptExpr>(place)) {
      const Expr* base = element->getBase()->IgnoreParens();
      const auto* decay = llvm::dyn_cast<clang::ImplicitCastExpr>(base);
      if (decay == nullptr || decay->getCastKind() != clang::CK_ArrayToPointerDecay) return nullptr;
      place = decay->getSubExpr();
    } else if (const auto* cast = llvm::dyn_cast<clang::CastExpr>(place)) {
      if (cast->getCastKind() != clang::CK_NoOp &&
          cast->getCastKind() != clang::CK_UncheckedDerivedToBase &&
          cast->getCastKind() != clang::CK_DerivedToBase) {
        return nullptr;
      }
      place = cast->getSubExpr();
    } else {
      return nullptr;
    }
  }
}

bool IsObject(const ValueDecl* variable) {
  return llvm::isa<clang::VarDecl, clang::BindingDecl>(variable);
}

}  // namespace

uint32_t Storages::Intern(const ValueDecl* variable, const void* part, bool is_member) {
  const auto [known, added] = numbers_.try_emplace({variable, part}, count());
  if (added) {
    all_.push_back({variable, part, is_member});
    if (variable != nullptr) of_variable_[variable].push_back(known->second);
  }
  return known->second;
}

Access Storages::OfVariable(const ValueDecl* variable) {
  if (!IsObject(variable)) return {};
  return {Intern(llvm::cast<ValueDecl>(variable->getCanonicalDecl()), nullptr), true};
}

Access Storages::OfOwnMember(const clang::FieldDecl* member) {
  return {Intern(nullptr, member, /*is_member=*/true), true};
}

Access Storages::Find(const Expr* place) {
  place = place->IgnoreParens();
  if (const ValueDecl* root = RootOf(place)) {
    if (!IsObject(root)) return {};
    root = llvm::cast<ValueDecl>(root->getCanonicalDecl());
    if (llvm::isa<clang::DeclRefExpr>(place->IgnoreParenImpCasts())) return OfVariable(root);
    const auto* member = llvm::dyn_cast<clang::MemberExpr>(place);
    const bool direct = member != nullptr &&
                        llvm::isa<clang::DeclRefExpr>(member->getBase()->IgnoreParenImpCasts());
    if (direct) return {Intern(root, member->getMemberDecl(), /*is_member=*/true), true};
    return {Intern(root, &kElements), false};
  }
  if (const auto* member = llvm::dyn_cast<clang::MemberExpr>(place)) {
    const bool own = llvm::isa<clang::CXXThisExpr>(member->getBase()->IgnoreParenImpCasts());
    const auto* declaration = llvm::cast<ValueDecl>(member->getMemberDecl()->getCanonicalDecl());
    return {Intern(nullptr, declaration, /*is_member=*/true), own};
  }
  if (!place->isGLValue() || place->getType()->isFunctionType()) return {};
  const clang::QualType type = place->getType().getCanonicalType().getUnqualifiedType();
  return {Intern(nullptr, type.getAsOpaquePtr()), false};
}

void Storages::CountPlainUse(const Expr* place) {
  if (const ValueDecl* root = RootOf(place)) ++plain_uses_[root];
}

bool Storages::IsLocal(uint32_t storage) const {
  const ValueDecl* variable = all_[storage].variable;
  if (variable == nullptr || IsCaptured(storage)) return false;
  const auto* object = llvm::dyn_cast<clang::VarDecl>(variable);
  return object == nullptr || object->hasLocalStorage();
}

bool Storages::IsCaptured(uint32_t storage) const {
  const auto* variable = llvm::dyn_cast_or_null<clang::VarDecl>(all_[storage].variable);
  if (variable == nullptr || !variable->hasLocalStorage()) return false;
  if (variable->isInitCapture()) return true;
  const auto* owner = llvm::dyn_cast<clang::FunctionDecl>(variable->getDeclContext());
  return owner != nullptr && owner->getCanonicalDecl() != function_.getCanonicalDecl();
}

bool Storages::IsBehindReference(uint32_t storage) const {
  const ValueDecl* variable = all_[storage].variable;
  if (variable == nullptr || !variable->getType()->isReferenceType()) return false;
  return !variable->getType().getNonReferenceType().isConstQualified();
}

StoragePart Storages::PartOf(uint32_t storage) const {
  const Storage& found = all_[storage];
  StoragePart part;
  part.variable = found.variable;
  if (found.part == &kElements) {
    part.is_elements = true;
  } else if (found.is_member) {
    part.member = static_cast<const ValueDecl*>(found.part);
  } else if (found.variable == nullptr) {
    part.type = clang::QualType::getFromOpaquePtr(found.part);
  }
  return part;
}

bool Storages::IsShared(uint32_t storage) const {
  const ValueDecl* variable = all_[storage].variable;
  if (!IsLocal(storage) || variable->getType()->isReferenceType()) return true;
  return mentions_.lookup(variable) > plain_uses_.lookup(variable);
}

llvm::SmallVector<uint32_t, 4> Storages::Overlapping(uint32_t storage) const {
  llvm::SmallVector<uint32_t, 4> others;
  const Storage& one = all_[storage];
  if (one.variable == nullptr) return others;
  for (uint32_t other : of_variable_.find(one.variable)->second) {
    const void* part = all_[other].part;
    const bool overlaps =
        one.part == nullptr || part == nullptr || one.part == &kElements || part == &kElements;
    if (other != storage && overlaps) others.push_back(other);
  }
  return others;
}

}  // namespace scope::compiler_plugin
