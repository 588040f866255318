// storage.h - what an expression that names an object names, as far as it is known when compiling.
//
// Path:    lvalue -> THIS -> reaching_values.h
//
// A local and each of its members are told apart. Everything behind pointers is one storage for
// each member, or for each type where no member is named; the elements of an array are one storage.
// memory.h says by which name other functions know a storage.

#pragma once

#include <cstdint>
#include <vector>

#include "clang/AST/Decl.h"
#include "clang/AST/Expr.h"
#include "llvm/ADT/DenseMap.h"

namespace scope::compiler_plugin {

inline constexpr uint32_t kNoStorage = UINT32_MAX;

// One use of a storage. `whole`: a store replaces all that was there before.
struct Access {
  uint32_t storage = kNoStorage;
  bool whole = false;
};

// Where the parts of all objects are that a storage stands for.
struct StoragePart {
  const clang::ValueDecl* variable = nullptr;  // Null: behind a pointer.
  const clang::ValueDecl* member = nullptr;
  clang::QualType type;      // Of what is behind the pointer, where no member is named.
  bool is_elements = false;  // Of an array, or of members of members.
};

class Storages {
 public:
  explicit Storages(const clang::FunctionDecl& function) : function_(function) {}

  // kNoStorage: it names no object (a function, a temporary).
  Access Find(const clang::Expr* place);
  Access OfVariable(const clang::ValueDecl* variable);
  Access OfOwnMember(const clang::FieldDecl* member);

  // Counts a place where a local is named; `plain`: its value is only read or replaced there.
  void CountMention(const clang::ValueDecl* variable) { ++mentions_[variable]; }
  void CountPlainUse(const clang::Expr* place);

  // Others may change it: it is no local, or its address is known elsewhere.
  bool IsShared(uint32_t storage) const;
  bool IsLocal(uint32_t storage) const;
  // Of an enclosing function, or made by a lambda's own list of captures.
  bool IsCaptured(uint32_t storage) const;
  // What is named is elsewhere: it lies behind a reference that is not const.
  bool IsBehindReference(uint32_t storage) const;
  // An object and its parts see each other's stores. Without `storage` itself.
  llvm::SmallVector<uint32_t, 4> Overlapping(uint32_t storage) const;
  // All of an object: a store to it replaces its parts.
  bool IsWholeObject(uint32_t storage) const { return all_[storage].part == nullptr; }
  StoragePart PartOf(uint32_t storage) const;

  uint32_t count() const { return static_cast<uint32_t>(all_.size()); }

 private:
  struct Storage {
    const clang::ValueDecl* variable;  // Null: behind a pointer.
    const void* part;                  // Member, type, or the elements; null: all of it.
    bool is_member;
  };

  uint32_t Intern(const clang::ValueDecl* variable, const void* part, bool is_member = false);

  const clang::FunctionDecl& function_;

  std::vector<Storage> all_;
  llvm::DenseMap<const clang::ValueDecl*, llvm::SmallVector<uint32_t, 4>> of_variable_;
  llvm::DenseMap<std::pair<const void*, const void*>, uint32_t> numbers_;
  llvm::DenseMap<const clang::ValueDecl*, uint32_t> mentions_;
  llvm::DenseMap<const clang::ValueDecl*, uint32_t> plain_uses_;
};

}  // namespace scope::compiler_plugin
