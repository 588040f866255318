#include "compiler_plugin/node_ids.h"

#include "clang/Basic/FileManager.h"
#include "clang/Basic/SourceManager.h"
#include "clang/Index/USRGeneration.h"
#include "compiler_plugin/closures.h"
#include "compiler_plugin/subtree_hash.h"
#include "llvm/Support/Path.h"

namespace scope::compiler_plugin {
namespace {

// Beside the numbers of scope_event_kind.
constexpr uint64_t kLambda = 0x1000;
constexpr uint64_t kBlock = 0x1001;

}  // namespace

// 0: nothing more is known than what the USR says.
uint64_t FunctionKeys::PathKey(const clang::NamedDecl& declaration) const {
  if (root_.empty() || declaration.isExternallyVisible()) return 0;
  const clang::SourceManager& sources = declaration.getASTContext().getSourceManager();
  const clang::SourceLocation where = sources.getExpansionLoc(declaration.getLocation());
  const auto file = sources.getFileEntryRefForID(sources.getFileID(where));
  if (!file) return 0;
  llvm::SmallString<256> path(file->getName());
  sources.getFileManager().makeAbsolutePath(path);
  llvm::sys::path::remove_dots(path, /*remove_dot_dot=*/true);
  llvm::StringRef below = path;
  return below.consume_front(root_) && below.consume_front("/") ? HashText(below) : 0;
}

uint64_t FunctionKeys::OfDeclaration(const clang::NamedDecl& declaration) const {
  llvm::SmallString<256> usr;
  const bool unnamed = clang::index::generateUSRForDecl(&declaration, usr);
  const uint64_t key = unnamed ? HashText(declaration.getQualifiedNameAsString()) : HashText(usr);
  const uint64_t path = PathKey(declaration);
  return path == 0 ? key : MixHash(key, path);
}

uint64_t FunctionKeys::EnterId(const clang::FunctionDecl& function) const {
  return NodeIds(Find(function)).Next(kScopeEventEnter, 0);
}

uint64_t FunctionKeys::Find(const clang::FunctionDecl& function) const {
  if (auto known = lambdas_.find(ClosureOf(function)); known != lambdas_.end()) {
    return known->second;
  }
  if (auto known = stand_ins_.find(&function); known != stand_ins_.end()) return known->second;
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

uint64_t NodeIds::NextBlock(const clang::BlockDecl& block, uint64_t context) {
  uint64_t hash = MixHash(kBlock, context);
  for (const clang::BlockDecl::Capture& capture : block.captures()) {
    hash = MixHash(hash, HashText(capture.getVariable()->getName()));
  }
  for (const clang::ParmVarDecl* parameter : block.parameters()) {
    hash = MixHash(hash, HashText(parameter->getName()));
  }
  return Numbered(hash);
}

}  // namespace scope::compiler_plugin
