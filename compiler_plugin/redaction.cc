#include "compiler_plugin/redaction.h"

#include "clang/AST/DeclTemplate.h"
#include "clang/AST/ExprCXX.h"
#include "clang/AST/RecordLayout.h"
#include "compiler_plugin/marks.h"

namespace scope::compiler_plugin {
namespace {

using clang::Expr;
using clang::QualType;

bool IsMarkedSomewhere(const clang::Decl& declaration) {
  return llvm::any_of(declaration.redecls(),
                      [](const clang::Decl* each) { return IsMarkedAround(*each, kRedactMark); });
}

bool IsComparison(clang::OverloadedOperatorKind kind) {
  switch (kind) {
    case clang::OO_EqualEqual:
    case clang::OO_ExclaimEqual:
    case clang::OO_Less:
    case clang::OO_LessEqual:
    case clang::OO_Greater:
    case clang::OO_GreaterEqual:
    case clang::OO_Spaceship:
      return true;
    default:
      return false;
  }
}

}  // namespace

bool Redaction::RedactsValue(const Expr* value) {
  if (value == nullptr) return false;
  if (RedactsType(value->getType())) return true;
  value = value->IgnoreParenCasts();
  if (RedactsType(value->getType())) return true;
  const auto any = [&](auto&& parts) {
    return llvm::any_of(parts, [&](const Expr* part) { return RedactsValue(part); });
  };
  if (const auto* name = llvm::dyn_cast<clang::DeclRefExpr>(value)) {
    const auto* binding = llvm::dyn_cast<clang::BindingDecl>(name->getDecl());
    return RedactsVariable(*name->getDecl()) ||
           (binding != nullptr && RedactsValue(binding->getBinding()));
  }
  if (const auto* member = llvm::dyn_cast<clang::MemberExpr>(value)) {
    return RedactsVariable(*member->getMemberDecl()) || RedactsValue(member->getBase());
  }
  if (const auto* step = llvm::dyn_cast<clang::UnaryOperator>(value)) {
    return RedactsValue(step->getSubExpr());
  }
  if (const auto* both = llvm::dyn_cast<clang::BinaryOperator>(value)) {
    if (both->isComparisonOp() || both->isLogicalOp()) return false;
    if (both->getOpcode() == clang::BO_Comma) return RedactsValue(both->getRHS());
    return RedactsValue(both->getLHS()) || RedactsValue(both->getRHS());
  }
  if (const auto* choice = llvm::dyn_cast<clang::AbstractConditionalOperator>(value)) {
    return RedactsValue(choice->getTrueExpr()) || RedactsValue(choice->getFalseExpr());
  }
  if (const auto* element = llvm::dyn_cast<clang::ArraySubscriptExpr>(value)) {
    return RedactsValue(element->getBase());
  }
  if (const auto* call = llvm::dyn_cast<clang::CallExpr>(value)) return RedactsCall(*call);
  if (const auto* made = llvm::dyn_cast<clang::CXXConstructExpr>(value)) {
    const bool takes_over =
        made->getNumArgs() == 1 || made->getConstructor()->getParent()->isInStdNamespace();
    return takes_over && any(made->arguments());
  }
  if (const auto* list = llvm::dyn_cast<clang::InitListExpr>(value)) {
    return list->getNumInits() == 1 && RedactsValue(list->getInit(0));
  }
  if (const auto* temporary = llvm::dyn_cast<clang::CXXBindTemporaryExpr>(value)) {
    return RedactsValue(temporary->getSubExpr());
  }
  if (const auto* copied = llvm::dyn_cast<clang::ArrayInitLoopExpr>(value)) {
    return RedactsValue(copied->getCommonExpr());
  }
  if (const auto* once = llvm::dyn_cast<clang::OpaqueValueExpr>(value)) {
    return RedactsValue(once->getSourceExpr());
  }
  if (const auto* given = llvm::dyn_cast<clang::CXXDefaultArgExpr>(value)) {
    return RedactsVariable(*given->getParam());
  }
  // What has a report in it already.
  if (const auto* reported = llvm::dyn_cast<clang::PseudoObjectExpr>(value)) {
    return RedactsValue(reported->getSyntacticForm());
  }
  return false;
}

bool Redaction::RedactsCall(const clang::CallExpr& call) {
  const clang::FunctionDecl* callee = call.getDirectCallee();
  if (callee != nullptr && RedactsFunction(*callee)) return true;
  const auto* by_operator = llvm::dyn_cast<clang::CXXOperatorCallExpr>(&call);
  if (by_operator != nullptr && IsComparison(by_operator->getOperator())) return false;
  if (const auto* on = llvm::dyn_cast<clang::CXXMemberCallExpr>(&call)) {
    if (RedactsValue(on->getImplicitObjectArgument())) return true;
  }
  const bool takes_over =
      by_operator != nullptr || (callee != nullptr && callee->isInStdNamespace());
  return takes_over && llvm::any_of(call.arguments(),
                                    [&](const Expr* argument) { return RedactsValue(argument); });
}

bool Redaction::RedactsVariable(const clang::ValueDecl& variable) {
  const auto [place, is_new] = known_.try_emplace(&variable, false);
  if (!is_new) return place->second;  // False also while its initialiser is looked at.
  bool redacts = llvm::any_of(variable.redecls(),
                              [](const clang::Decl* each) { return IsMarked(*each, kRedactMark); });
  if (const auto* function = llvm::dyn_cast<clang::FunctionDecl>(&variable)) {
    redacts = redacts || RedactsFunction(*function);
  } else {
    redacts = redacts || RedactsType(variable.getType()) ||
              (variable.getIdentifier() != nullptr && selection_.RedactsName(variable.getName()));
  }
  const auto* object = llvm::dyn_cast<clang::VarDecl>(&variable);
  if (!redacts && object != nullptr && !llvm::isa<clang::ParmVarDecl>(object)) {
    redacts = RedactsValue(object->getInit());
  }
  return known_[&variable] = redacts;
}

bool Redaction::RedactsFunction(const clang::FunctionDecl& function) {
  const auto [place, is_new] = known_.try_emplace(&function, false);
  if (!is_new) return place->second;
  const clang::FunctionDecl* pattern = function.getTemplateInstantiationPattern();
  return known_[&function] =
             IsMarkedSomewhere(function) || (pattern != nullptr && IsMarkedSomewhere(*pattern));
}

bool Redaction::RedactsClass(const clang::TagDecl& declaration) {
  const auto marked = [](const clang::TagDecl& each) {
    return llvm::any_of(each.redecls(), [](const clang::TagDecl* redeclared) {
      return IsMarked(*redeclared, kRedactMark);
    });
  };
  if (marked(declaration)) return true;
  const auto* record = llvm::dyn_cast<clang::CXXRecordDecl>(&declaration);
  if (record == nullptr) return false;
  const clang::CXXRecordDecl* pattern = record->getTemplateInstantiationPattern();
  if (pattern != nullptr && marked(*pattern)) return true;
  const auto* made = llvm::dyn_cast<clang::ClassTemplateSpecializationDecl>(record);
  if (made == nullptr) return false;
  return llvm::any_of(made->getTemplateArgs().asArray(), [&](const clang::TemplateArgument& each) {
    if (each.getKind() == clang::TemplateArgument::Type) return RedactsType(each.getAsType());
    return each.getKind() == clang::TemplateArgument::Pack &&
           llvm::any_of(each.pack_elements(), [&](const clang::TemplateArgument& element) {
             return element.getKind() == clang::TemplateArgument::Type &&
                    RedactsType(element.getAsType());
           });
  });
}

bool Redaction::RedactsType(QualType type) {
  if (type.isNull() || type->isDependentType()) return false;
  type = type.getNonReferenceType().getUnqualifiedType();
  const auto [place, is_new] = known_types_.try_emplace(type.getAsOpaquePtr(), false);
  if (!is_new) return place->second;
  bool redacts = selection_.RedactsType(type);
  if (const auto* named = llvm::dyn_cast<clang::TypedefType>(type)) {
    redacts = redacts || IsMarked(*named->getDecl(), kRedactMark);
  } else if (const auto* made = llvm::dyn_cast<clang::TemplateSpecializationType>(type)) {
    // As it is written: the class itself does not know the names of its arguments' types.
    redacts = redacts || llvm::any_of(made->template_arguments(), [&](const auto& argument) {
                return argument.getKind() == clang::TemplateArgument::Type &&
                       RedactsType(argument.getAsType());
              });
  } else if (const auto* tag = llvm::dyn_cast<clang::TagType>(type)) {
    redacts = redacts || RedactsClass(*tag->getDecl());
  } else if (const auto* array = llvm::dyn_cast<clang::ArrayType>(type)) {
    redacts = redacts || RedactsType(array->getElementType());
  } else if (const auto* atomic = llvm::dyn_cast<clang::AtomicType>(type)) {
    redacts = redacts || RedactsType(atomic->getValueType());
  }
  const QualType below = type.getSingleStepDesugaredType(ast_);
  if (!redacts && below != type) redacts = RedactsType(below);
  return known_types_[type.getAsOpaquePtr()] = redacts;
}

bool Redaction::RedactsMember(const clang::CXXRecordDecl& record) {
  if (llvm::any_of(record.fields(), [&](const auto* field) { return RedactsVariable(*field); })) {
    return true;
  }
  return llvm::any_of(record.bases(), [&](const clang::CXXBaseSpecifier& base) {
    const clang::CXXRecordDecl* of = base.getType()->getAsCXXRecordDecl();
    return RedactsType(base.getType()) ||
           (of != nullptr && of->hasDefinition() && RedactsMember(*of->getDefinition()));
  });
}

std::vector<std::pair<uint64_t, uint64_t>> Redaction::Blanks(QualType type, uint64_t limit) {
  std::vector<std::pair<uint64_t, uint64_t>> blanks;
  AddBlanks(type, 0, limit, blanks);
  for (auto& [begin, end] : blanks) end = std::min(end, limit);
  return blanks;
}

void Redaction::AddBlanks(QualType type, uint64_t at, uint64_t limit,
                          std::vector<std::pair<uint64_t, uint64_t>>& blanks) {
  if (at >= limit) return;
  if (const auto* array = ast_.getAsConstantArrayType(type)) {
    const uint64_t bytes = ast_.getTypeSizeInChars(array->getElementType()).getQuantity();
    const uint64_t count = bytes == 0 ? 0 : array->getZExtSize();
    for (uint64_t i = 0; i < count && at + i * bytes < limit; ++i) {
      AddBlanks(array->getElementType(), at + i * bytes, limit, blanks);
    }
    return;
  }
  const clang::RecordDecl* record = type->getAsRecordDecl();
  if (record == nullptr || (record = record->getDefinition()) == nullptr) return;
  const clang::ASTRecordLayout& layout = ast_.getASTRecordLayout(record);
  if (const auto* derived = llvm::dyn_cast<clang::CXXRecordDecl>(record)) {
    for (const clang::CXXBaseSpecifier& base : derived->bases()) {
      const clang::CXXRecordDecl* of = base.getType()->getAsCXXRecordDecl();
      if (of == nullptr || of->isEmpty() || base.isVirtual()) continue;
      const uint64_t offset = at + layout.getBaseClassOffset(of).getQuantity();
      const uint64_t bytes = ast_.getTypeSizeInChars(base.getType()).getQuantity();
      if (RedactsType(base.getType())) {
        if (offset < limit) blanks.emplace_back(offset, offset + bytes);
      } else {
        AddBlanks(base.getType(), offset, limit, blanks);
      }
    }
  }
  const size_t before = blanks.size();
  for (const clang::FieldDecl* field : record->fields()) {
    const uint64_t bit = layout.getFieldOffset(field->getFieldIndex());
    const uint64_t bits =
        field->isBitField() ? field->getBitWidthValue(ast_) : ast_.getTypeSize(field->getType());
    if (!RedactsVariable(*field)) {
      AddBlanks(field->getType(), at + bit / 8, limit, blanks);
    } else if (at + bit / 8 < limit) {
      blanks.emplace_back(at + bit / 8, at + (bit + bits + 7) / 8);
    }
  }
  // Any member of a union shows the bytes of all.
  if (record->isUnion() && blanks.size() > before) {
    blanks.emplace_back(at, at + ast_.getTypeSizeInChars(type).getQuantity());
  }
}

}  // namespace scope::compiler_plugin
