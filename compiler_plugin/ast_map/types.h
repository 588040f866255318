// types.h - what the objects of a type are made of.
//
// Path:   types of nodes -> THIS -> NodeList::types, NodeList::type_facts -> ast_map.h

#pragma once

#include "clang/AST/ASTContext.h"
#include "compiler_plugin/nodes.h"

namespace scope::compiler_plugin {

class Types {
 public:
  Types(const clang::ASTContext& ast, NodeList& list) : ast_(ast), list_(list) {}

  // Index into NodeList::types. The name is the one in the source, the facts are the canonical
  // type's. What a pointer points to is named, but not taken apart.
  uint32_t Index(clang::QualType type);

  bool IsReference(uint32_t index) const;

 private:
  uint32_t Add(clang::QualType type, bool take_apart);
  void Describe(clang::QualType canonical, uint32_t index, bool take_apart);
  void DescribeScalar(clang::QualType canonical, TypeFacts& facts);
  void DescribeEnum(const clang::EnumDecl& enumeration, TypeFacts& facts);
  std::vector<MemberFacts> Members(const clang::RecordDecl& record);

  const clang::ASTContext& ast_;
  NodeList& list_;
  llvm::StringMap<uint32_t> names_;
  llvm::DenseMap<std::pair<const void*, uint32_t>, uint32_t> types_;  // by canonical type and name
  std::vector<bool> is_apart_;                                        // by index
};

}  // namespace scope::compiler_plugin
