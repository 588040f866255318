// catalog.h - numbers for the functions and types of a trace, and sets of its nodes.
//
// Path:    TraceReader's tables -> THIS -> rows and constraints of every SQL table
// Threads: const after construction.
// Fails:   never.

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "scope/trace/reader.h"

namespace scope::query {

// By node number.
using NodeSet = std::vector<bool>;

class Catalog {
 public:
  struct Function {
    uint64_t id = 0;
    const trace::Function* facts = nullptr;
    uint32_t first_node = 0;
  };
  struct Type {
    std::string name;
    scope_value_type value_type = kScopeValueNone;
    const trace::Type* facts = nullptr;  // null: only the name is known
  };
  static constexpr uint32_t kNone = ~uint32_t{0};

  explicit Catalog(const trace::TraceReader& reader);

  // One for each id: copies of an inline function are one.
  const std::vector<Function>& functions() const { return functions_; }
  uint32_t FunctionOf(uint32_t node) const { return function_of_node_[node]; }

  // One for each name.
  const std::vector<Type>& types() const { return types_; }
  uint32_t TypeOf(uint32_t node) const { return type_of_node_[node]; }  // kNone: it has none
  uint32_t NumberOf(const trace::Type* type) const;

  // As trace::KindWord(), and it lasts.
  const std::string& KindWord(uint32_t kind) const { return kind_words_[kind & 0xff]; }

 private:
  uint32_t AddType(const std::string& name, scope_value_type value_type, const trace::Type* facts);

  std::vector<Function> functions_;
  std::vector<uint32_t> function_of_node_;
  std::vector<Type> types_;
  std::vector<std::string> kind_words_;
  std::vector<uint32_t> type_of_node_;
  absl::flat_hash_map<std::string, uint32_t> type_numbers_;
};

}  // namespace scope::query
