#include "compiler_plugin/selection.h"

#include "clang/AST/Attr.h"
#include "clang/Basic/FileManager.h"
#include "clang/Basic/SourceManager.h"
#include "compiler_plugin/closures.h"
#include "compiler_plugin/marks.h"

namespace scope::compiler_plugin {
namespace {

using clang::FunctionDecl;

// A lambda is selected with the function that it stands in.
const FunctionDecl& NamedFunction(const FunctionDecl& function) {
  const clang::CXXRecordDecl* closure = ClosureOf(function);
  const FunctionDecl* outer = closure != nullptr ? FunctionAround(*closure) : nullptr;
  return outer != nullptr ? *outer : function;
}

bool MatchesPathOrTail(const llvm::GlobPattern& glob, llvm::StringRef path) {
  while (true) {
    if (glob.match(path)) return true;
    const size_t slash = path.find('/');
    if (slash == llvm::StringRef::npos) return false;
    path = path.drop_front(slash + 1);
  }
}

// It runs because an object is captured: it would report itself while it is asked.
bool SaysWhatIsCaptured(const FunctionDecl& function) {
  if (function.getIdentifier() == nullptr || function.getName() != "ScopeCapture" ||
      function.getNumParams() == 0) {
    return false;
  }
  const clang::QualType sink = function.getParamDecl(0)->getType().getNonReferenceType();
  const clang::CXXRecordDecl* record = sink->getAsCXXRecordDecl();
  return record != nullptr && record->getQualifiedNameAsString() == "__scope::Sink";
}

llvm::StringRef WhyNoReports(const FunctionDecl& function) {
  if (!function.doesThisDeclarationHaveABody() || function.isDependentContext()) return "no body";
  if (function.isInvalidDecl() || function.getBody() == nullptr) return "no body";
  if (function.isDefaulted() || function.isDeleted()) return "the compiler writes it";
  if (function.isImmediateFunction()) return "consteval: it never runs";
  if (function.hasAttr<clang::NakedAttr>()) return "naked";
  if (function.hasAttr<clang::NoInstrumentFunctionAttr>()) return "no_instrument_function";
  if (SaysWhatIsCaptured(function)) return "it says what is captured";
  return {};
}

bool HasFewerStatements(const clang::Stmt* statement, uint32_t& left) {
  for (const clang::Stmt* child : statement->children()) {
    if (child == nullptr) continue;
    const bool counts = !llvm::isa<clang::Expr>(child) || llvm::isa<clang::CompoundStmt>(statement);
    if (counts && !llvm::isa<clang::CompoundStmt>(child) && --left == 0) return false;
    if (llvm::isa<clang::Expr>(child)) continue;
    if (!HasFewerStatements(child, left)) return false;
  }
  return true;
}

bool IsOfVariable(scope_event_kind kind) {
  switch (kind) {
    case kScopeEventParam:
    case kScopeEventInit:
    case kScopeEventAssign:
    case kScopeEventCompoundAssign:
    case kScopeEventIncDec:
    case kScopeEventRead:
    case kScopeEventMember:
    case kScopeEventReserve:
    case kScopeEventCatch:
      return true;
    default:
      return false;
  }
}

// "total", "point.x" -> "point", "at[i]" -> "at"
llvm::StringRef RootOf(llvm::StringRef place) {
  return place.take_until([](char c) { return c == '.' || c == '-' || c == '['; });
}

std::string TypeName(clang::QualType type, const clang::ASTContext& ast) {
  return type.getNonReferenceType().getUnqualifiedType().getAsString(ast.getPrintingPolicy());
}

bool MatchesAny(const std::vector<llvm::GlobPattern>& globs, llvm::StringRef text) {
  return llvm::any_of(globs, [&](const llvm::GlobPattern& glob) { return glob.match(text); });
}

}  // namespace

Selection::Selection(const clang::ASTContext& ast, const Options& options)
    : ast_(ast), sources_(ast.getSourceManager()), options_(options) {
  const auto main = sources_.getBufferDataOrNone(sources_.getMainFileID());
  only_marked_ = main && main->contains("\"scope:only\"");
}

bool Selection::IsUserCode(clang::SourceLocation where) const {
  return where.isValid() && !sources_.isInSystemHeader(sources_.getExpansionLoc(where));
}

bool Selection::IsWantedCode(clang::SourceLocation where) const {
  return where.isValid() && (options_.system_headers || IsUserCode(where));
}

bool Selection::IncludesFile(clang::SourceLocation where) {
  if (options_.files.empty()) return true;
  const clang::PresumedLoc presumed = sources_.getPresumedLoc(sources_.getExpansionLoc(where));
  if (presumed.isInvalid()) return false;
  const llvm::StringRef given = presumed.getFilename();
  const auto [known, added] = files_.try_emplace(given, false);
  if (added) {
    llvm::SmallString<256> absolute(given);
    sources_.getFileManager().makeAbsolutePath(absolute);
    const auto matches = [&](const llvm::GlobPattern& glob) {
      return MatchesPathOrTail(glob, given) || MatchesPathOrTail(glob, absolute);
    };
    const Globs& files = options_.files;
    known->second = !llvm::any_of(files.exclude, matches) &&
                    (files.include.empty() || llvm::any_of(files.include, matches));
  }
  return known->second;
}

bool Selection::IncludesName(const FunctionDecl& function) const {
  if (options_.functions.empty()) return true;
  const std::string plain = function.getNameAsString();
  const std::string qualified = function.getQualifiedNameAsString();
  const auto matches = [&](const llvm::GlobPattern& glob) {
    return glob.match(plain) || glob.match(qualified);
  };
  const Globs& functions = options_.functions;
  return !llvm::any_of(functions.exclude, matches) &&
         (functions.include.empty() || llvm::any_of(functions.include, matches));
}

llvm::StringRef Selection::WhyNot(const FunctionDecl& function) {
  if (const llvm::StringRef why = WhyNoReports(function); !why.empty()) return why;
  if (!IsWantedCode(function.getLocation())) return "in a system header";
  const FunctionDecl& named = NamedFunction(function);
  if (IsMarkedAround(function, kIgnoreMark)) return "marked scope:ignore";
  if (only_marked_ && !IsMarkedAround(function, kOnlyMark)) return "not marked scope:only";
  if (!IncludesFile(function.getLocation())) return "its file is not selected";
  if (!IncludesName(named)) return "its name is not selected";
  if (uint32_t left = options_.min_statements;
      left > 0 && HasFewerStatements(function.getBody(), left)) {
    return "it has fewer than min_statements";
  }
  return {};
}

void Selection::Enter(const FunctionDecl& function) {
  ignored_.clear();
  texts_.clear();
  returns_text_ = llvm::any_of(function.redecls(),
                               [](const clang::Decl* each) { return IsMarked(*each, kTextMark); });
  for (const clang::Decl* declaration : function.decls()) {
    const auto* variable = llvm::dyn_cast<clang::VarDecl>(declaration);
    if (variable != nullptr && IsMarked(*variable, kIgnoreMark)) {
      ignored_.push_back(variable->getName());
    }
    if (variable != nullptr && IsMarked(*variable, kTextMark)) {
      texts_.push_back(variable->getName());
    }
  }
}

llvm::StringRef Selection::WhyNot(scope_event_kind kind, llvm::StringRef name,
                                  clang::QualType type) const {
  if (IsOfVariable(kind)) {
    if (llvm::is_contained(ignored_, RootOf(name))) return "marked scope:ignore";
    if (!options_.variables.empty() && !options_.variables.Allow(name)) {
      return "its name is not selected";
    }
  }
  if (!options_.types.empty() && !options_.types.Allow(TypeName(type, ast_))) {
    return "its type is not selected";
  }
  return {};
}

bool Selection::WantsText(scope_event_kind kind, llvm::StringRef name) const {
  if (kind == kScopeEventReturn) return returns_text_;
  return IsOfVariable(kind) &&
         (llvm::is_contained(texts_, name) || MatchesAny(options_.text, name));
}

bool Selection::RedactsName(llvm::StringRef name) const {
  return MatchesAny(options_.variables.redact, name);
}

bool Selection::RedactsType(clang::QualType type) const {
  if (options_.types.redact.empty()) return false;
  clang::PrintingPolicy policy = ast_.getPrintingPolicy();
  policy.SuppressTagKeyword = true;
  return MatchesAny(options_.types.redact, TypeName(type, ast_)) ||
         MatchesAny(options_.types.redact, type.getUnqualifiedType().getAsString(policy));
}

bool Selection::RedactsPlace(scope_event_kind kind, llvm::StringRef text) const {
  return IsOfVariable(kind) && RedactsName(text);
}

}  // namespace scope::compiler_plugin
