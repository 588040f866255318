// Rule: the scalars in a list that makes an object are reported, each as a member of the whole.
//
//   Point p = {f(), 2};  ->  Point p = {(v = f(), member(v), v), 2};

#include "compiler_plugin/rules/rules.h"
#include "compiler_plugin/subtree_hash.h"

namespace scope::compiler_plugin {
namespace {

using clang::Expr;

// What the elements of a list stand for, in their order: bases, then fields; elements of an array.
class Parts {
 public:
  Parts(clang::QualType type, const clang::FieldDecl* of_union) {
    const clang::RecordDecl* record = type->getAsRecordDecl();
    if (record == nullptr) return;
    if (record->isUnion()) {
      names_.push_back({of_union, ""});
      return;
    }
    if (const auto* declared = llvm::dyn_cast<clang::CXXRecordDecl>(record)) {
      for (const clang::CXXBaseSpecifier& base : declared->bases()) {
        const clang::CXXRecordDecl* of = base.getType()->getAsCXXRecordDecl();
        names_.push_back({nullptr, of != nullptr ? "." + of->getNameAsString() : ""});
      }
    }
    for (const clang::FieldDecl* field : record->fields()) {
      if (!field->isUnnamedBitField()) names_.push_back({field, ""});
    }
  }

  const clang::FieldDecl* FieldAt(unsigned i) const {
    return i < names_.size() ? names_[i].field : nullptr;
  }

  std::string NameOf(unsigned i) const {
    if (i >= names_.size()) return "[" + std::to_string(i) + "]";
    const auto& [field, base] = names_[i];
    if (field == nullptr) return base;
    return field->getName().empty() ? "" : "." + field->getNameAsString();
  }

 private:
  struct Part {
    const clang::FieldDecl* field;
    std::string base;
  };
  llvm::SmallVector<Part, 8> names_;
};

bool IsList(const Expr* element) {
  return llvm::isa<clang::InitListExpr, clang::CXXParenListInitExpr>(element);
}

// Nothing is computed here: it is the same wherever it is used.
bool IsGiven(const Expr* element, Rewriter& rewriter) {
  return llvm::isa<clang::ImplicitValueInitExpr, clang::NoInitExpr,
                   clang::DesignatedInitUpdateExpr>(element) ||
         rewriter.IsConstant(element);
}

uint32_t AddElementNode(const Expr* element, const clang::FieldDecl* field, const std::string& name,
                        bool redacted, Rewriter& rewriter) {
  const bool is_scalar = element->isPRValue() && element->getType()->isScalarType();
  if (!is_scalar || IsGiven(element, rewriter)) return kNoNode;
  const bool is_default = llvm::isa<clang::CXXDefaultInitExpr>(element);
  const uint64_t hash = is_default ? 0 : rewriter.Hash(element);
  return rewriter.AddValueNode(
      kScopeEventMember, element->getType(),
      is_default ? field->getSourceRange() : element->getSourceRange(), name,
      MixHash(HashText(name), hash),
      redacted || rewriter.Redacts(element) || (field != nullptr && rewriter.Redacts(*field)));
}

void RewriteElements(Expr& list, llvm::MutableArrayRef<Expr*> elements,
                     const clang::FieldDecl* of_union, Rewriter& rewriter) {
  const clang::QualType type = list.getType();
  const Rewriter::Whole whole = rewriter.TakeWhole(&list);
  const bool redacted = whole.redacted || rewriter.unit().redaction.RedactsType(type);
  const Parts parts(type, of_union);
  for (unsigned i = 0; i < elements.size(); ++i) {
    Expr*& element = elements[i];
    if (element == nullptr) continue;
    const clang::FieldDecl* field = parts.FieldAt(i);
    std::string name = whole.name + parts.NameOf(i);
    if (whole.name.empty() && field != nullptr) name = field->getNameAsString();
    if (IsList(element->IgnoreImplicit())) {
      rewriter.NameParts(element, name, redacted);
      element = rewriter.Rewrite(element);
      continue;
    }
    const uint32_t node = AddElementNode(element, field, name, redacted, rewriter);
    InsideNode inside(rewriter, node);
    element = rewriter.Report(rewriter.Rewrite(element), node);
  }
}

}  // namespace

clang::Stmt* RewriteList(clang::InitListExpr& list, Rewriter& rewriter) {
  // A list that code generation would copy from a constant stays one.
  if (list.isConstantInitializer(rewriter.ast(), /*ForRef=*/false)) return &list;
  const clang::QualType type = list.getType();
  if (!type->isRecordType() && !type->isArrayType() && !type->isVectorType()) {
    rewriter.RewriteChildren(&list);
    return &list;
  }
  RewriteElements(list, {list.getInits(), list.getNumInits()},
                  type->isUnionType() ? list.getInitializedFieldInUnion() : nullptr, rewriter);
  return &list;
}

clang::Stmt* RewriteParenList(clang::CXXParenListInitExpr& list, Rewriter& rewriter) {
  const llvm::ArrayRef<Expr*> elements = list.getInitExprs();
  const bool is_union = list.getType()->isUnionType();
  RewriteElements(list, {const_cast<Expr**>(elements.data()), elements.size()},
                  is_union ? list.getInitializedFieldInUnion() : nullptr, rewriter);
  return &list;
}

clang::Stmt* RewriteLiteral(clang::CompoundLiteralExpr& literal, Rewriter& rewriter) {
  if (literal.isFileScope()) return &literal;
  auto* list = llvm::dyn_cast<clang::InitListExpr>(literal.getInitializer());
  const bool is_scalar = literal.getType()->isScalarType() && list != nullptr &&
                         list->getNumInits() == 1 && !rewriter.IsConstant(list->getInit(0));
  if (!is_scalar) {
    rewriter.RewriteChildren(&literal);
    return &literal;
  }
  Expr* const value = list->getInit(0);
  const uint32_t node = rewriter.AddValueNode(kScopeEventMember, value->getType(),
                                              literal.getSourceRange(), rewriter.Text(&literal),
                                              rewriter.Hash(&literal), rewriter.Redacts(value));
  InsideNode inside(rewriter, node);
  list->setInit(0, rewriter.Report(rewriter.Rewrite(value), node));
  return &literal;
}

}  // namespace scope::compiler_plugin
