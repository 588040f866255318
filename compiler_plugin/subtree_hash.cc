#include "compiler_plugin/subtree_hash.h"

#include "clang/AST/ExprCXX.h"
#include "clang/Basic/SourceManager.h"
#include "llvm/Support/xxhash.h"

namespace scope::compiler_plugin {
namespace {

using clang::Expr;
using clang::Stmt;

// The numbers of Clang's node classes change between its versions; these do not.
enum class Shape : uint64_t { kOther = 1, kName, kMember, kLiteral, kCall, kOperator, kTrait };

const Stmt* SkipInvisible(const Stmt* statement) {
  while (const auto* expression = llvm::dyn_cast<Expr>(statement)) {
    const Expr* inner = expression->IgnoreUnlessSpelledInSource();
    if (const auto* injected = llvm::dyn_cast<clang::PseudoObjectExpr>(inner)) {
      inner = injected->getSyntacticForm();
    } else if (const auto* opaque = llvm::dyn_cast<clang::OpaqueValueExpr>(inner)) {
      if (opaque->getSourceExpr() != nullptr) inner = opaque->getSourceExpr();
    }
    if (inner == expression) return expression;
    statement = inner;
  }
  return statement;
}

uint64_t HashInteger(const llvm::APInt& value) {
  return MixHash(value.getBitWidth() > 64 ? 1 : 0,
                 value.getLoBits(64).extractBitsAsZExtValue(std::min(64u, value.getBitWidth()), 0));
}

uint64_t HashLiteral(const Stmt* literal) {
  if (const auto* integer = llvm::dyn_cast<clang::IntegerLiteral>(literal)) {
    return HashInteger(integer->getValue());
  }
  if (const auto* character = llvm::dyn_cast<clang::CharacterLiteral>(literal)) {
    return character->getValue();
  }
  if (const auto* truth = llvm::dyn_cast<clang::CXXBoolLiteralExpr>(literal)) {
    return truth->getValue();
  }
  if (const auto* number = llvm::dyn_cast<clang::FloatingLiteral>(literal)) {
    return HashInteger(number->getValue().bitcastToAPInt());
  }
  if (const auto* text = llvm::dyn_cast<clang::StringLiteral>(literal)) {
    return HashText(text->getBytes());
  }
  return 0;
}

bool IsLiteral(const Stmt* statement) {
  return llvm::isa<clang::IntegerLiteral, clang::CharacterLiteral, clang::CXXBoolLiteralExpr,
                   clang::FloatingLiteral, clang::StringLiteral, clang::CXXNullPtrLiteralExpr>(
      statement);
}

// __LINE__, __FILE__ and __COUNTER__ speak of the file, not of the expression.
bool IsMadeByPreprocessor(const clang::ASTContext& ast, const Stmt* literal) {
  const clang::SourceManager& sources = ast.getSourceManager();
  const clang::SourceLocation where = literal->getBeginLoc();
  return where.isMacroID() && sources.isWrittenInScratchSpace(sources.getSpellingLoc(where));
}

uint64_t HashNode(const clang::ASTContext& ast, const Stmt* node) {
  const auto shape = [](Shape shape, uint64_t value) {
    return MixHash(static_cast<uint64_t>(shape), value);
  };
  if (const auto* name = llvm::dyn_cast<clang::DeclRefExpr>(node)) {
    return shape(Shape::kName, HashText(name->getDecl()->getDeclName().getAsString()));
  }
  if (const auto* member = llvm::dyn_cast<clang::MemberExpr>(node)) {
    return shape(Shape::kMember, HashText(member->getMemberDecl()->getDeclName().getAsString()));
  }
  if (IsLiteral(node)) {
    return shape(Shape::kLiteral, IsMadeByPreprocessor(ast, node) ? 0 : HashLiteral(node));
  }
  if (const auto* binary = llvm::dyn_cast<clang::BinaryOperator>(node)) {
    return shape(Shape::kOperator, HashText(binary->getOpcodeStr()));
  }
  if (const auto* unary = llvm::dyn_cast<clang::UnaryOperator>(node)) {
    const auto text = clang::UnaryOperator::getOpcodeStr(unary->getOpcode());
    return shape(Shape::kOperator, MixHash(unary->isPostfix(), HashText(text)));
  }
  if (const auto* trait = llvm::dyn_cast<clang::UnaryExprOrTypeTraitExpr>(node)) {
    return shape(Shape::kTrait, trait->getKind());
  }
  if (llvm::isa<clang::CallExpr>(node)) return shape(Shape::kCall, 0);
  return shape(Shape::kOther, HashText(node->getStmtClassName()));
}

}  // namespace

uint64_t MixHash(uint64_t hash, uint64_t value) {
  const uint64_t both[] = {hash, value};
  return llvm::xxh3_64bits(llvm::ArrayRef(reinterpret_cast<const uint8_t*>(both), sizeof(both)));
}

uint64_t HashText(llvm::StringRef text) { return llvm::xxh3_64bits(text); }

uint64_t HashSubtree(const clang::ASTContext& ast, const Stmt* statement) {
  if (statement == nullptr) return 0;
  statement = SkipInvisible(statement);
  uint64_t hash = HashNode(ast, statement);
  if (llvm::isa<clang::LambdaExpr, clang::StmtExpr>(statement)) return hash;
  for (const Stmt* child : statement->children()) hash = MixHash(hash, HashSubtree(ast, child));
  return hash;
}

}  // namespace scope::compiler_plugin
