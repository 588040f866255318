#include "compiler_plugin/node_ids.h"

#include "clang/Index/USRGeneration.h"
#include "compiler_plugin/closures.h"
#include "compiler_plugin/subtree_hash.h"

namespace scope::compiler_plugin {
namespace {

constexpr uint64_t kLambda = 0x1000;  // Beside the numbers of scope_event_kind.

}  // namespace

uint64_t FunctionKeys::OfDeclaration(const clang::NamedDecl& declaration) {
  llvm::SmallString<256> usr;
  if (!clang::index::generateUSRForDecl(&declaration, usr)) return HashText(usr);
  return HashText(declaration.getQualifiedNameAsString());
}

uint64_t FunctionKeys::Find(const clang::FunctionDecl& function) const {
  if (auto known = lambdas_.find(ClosureOf(function)); known != lambdas_.end()) {
    return known->second;
  }
  const clang::FunctionDecl* pattern = function.getTemplateInstantiationPattern();
  return OfDeclaration(pattern != nullptr ? *pattern : function);
}

uint64_t NodeIds::Numbered(uint64_t hash) {
  const uint32_t ordinal = seen_[hash]++;
  const uint64_t id = MixHash(MixHash(function_key_, hash), ordinal);
  return id != 0 ? id : 1;
}

uint64_t NodeIds::Next(scope_event_kind kind, uint64_t subtree_hash) {
  return Numbered(MixHash(kind, subtree_hash));
}

uint64_t NodeIds::NextLambda(const clang::CXXMethodDecl& call_operator, uint64_t context) {
  uint64_t hash = MixHash(kLambda, context);
  for (const clang::LambdaCapture& capture : call_operator.getParent()->captures()) {
    const bool named = capture.capturesVariable();
    hash = MixHash(hash, named ? HashText(capture.getCapturedVar()->getName()) : 0);
  }
  for (const clang::ParmVarDecl* parameter : call_operator.parameters()) {
    hash = MixHash(hash, HashText(parameter->getName()));
  }
  return Numbered(hash);
}

}  // namespace scope::compiler_plugin
