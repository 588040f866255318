#include "compiler_plugin/lowering/link_stub.h"

#include <string>

#include "llvm/ADT/SmallVector.h"
#include "llvm/Bitcode/BitcodeReader.h"
#include "llvm/IR/DiagnosticInfo.h"
#include "llvm/IR/Module.h"
#include "llvm/Linker/Linker.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Transforms/Utils/ModuleUtils.h"

// The file that runtime/stub/stub.c was compiled to.
extern "C" const char scope_stub_bitcode_begin[];
extern "C" const char scope_stub_bitcode_end[];

namespace scope::compiler_plugin {
namespace {

// The last that is reserved for implementations: a program's own begin at 101, and of two with the
// same priority the stub's would not come first.
constexpr int kPriority = 100;
constexpr char kCursorVariable[] = "__scope_cursor";
constexpr char kBindOwnFunction[] = "__scope_bind_own";
constexpr char kCursorAtVariable[] = "__scope_cursor_at";
constexpr char kRegisteredVariable[] = "__scope_registered";
constexpr char kStartFunction[] = "__scope_start";
constexpr char kStopFunction[] = "__scope_stop";

// Its presence says that the module needs the stub.
constexpr char kWanted[] = "scope.stub";

void Declare(llvm::Module& module, const char* name) {
  module.getOrInsertFunction(name,
                             llvm::FunctionType::get(llvm::Type::getVoidTy(module.getContext()),
                                                     /*isVarArg=*/false));
}

llvm::GlobalVariable* Variable(llvm::Module& module, const char* name, llvm::Type* type,
                               llvm::GlobalValue::ThreadLocalMode thread_local_mode) {
  if (llvm::GlobalVariable* const known = module.getNamedGlobal(name)) return known;
  auto* const variable = new llvm::GlobalVariable(module, type, /*isConstant=*/false,
                                                  llvm::GlobalValue::ExternalLinkage, nullptr, name,
                                                  nullptr, thread_local_mode);
  variable->setVisibility(llvm::GlobalValue::HiddenVisibility);
  variable->setDSOLocal(true);
  return variable;
}

void DropNamedMetadata(llvm::Module& module) {
  while (!module.named_metadata_empty()) {
    module.eraseNamedMetadata(&*module.named_metadata_begin());
  }
}

}  // namespace

void AskForStub(llvm::Module& module) { module.getOrInsertNamedMetadata(kWanted); }

llvm::GlobalVariable* CursorVariable(llvm::Module& module) {
  return Variable(module, kCursorVariable, llvm::PointerType::getUnqual(module.getContext()),
                  llvm::GlobalValue::InitialExecTLSModel);
}

bool HasOwnCursor(const llvm::Module& module) {
  return module.getPICLevel() == llvm::PICLevel::NotPIC ||
         module.getPIELevel() != llvm::PIELevel::Default;
}

llvm::GlobalVariable* CursorAtVariable(llvm::Module& module) {
  return Variable(module, kCursorAtVariable, llvm::Type::getInt64Ty(module.getContext()),
                  llvm::GlobalValue::NotThreadLocal);
}

llvm::GlobalVariable* RegisteredVariable(llvm::Module& module) {
  return Variable(module, kRegisteredVariable, llvm::Type::getInt8Ty(module.getContext()),
                  llvm::GlobalValue::NotThreadLocal);
}

bool LinkStub(llvm::Module& module) {
  llvm::NamedMDNode* const wanted = module.getNamedMetadata(kWanted);
  if (wanted == nullptr) return false;
  module.eraseNamedMetadata(wanted);
  const llvm::StringRef bytes(scope_stub_bitcode_begin,
                              scope_stub_bitcode_end - scope_stub_bitcode_begin);
  auto stub = llvm::parseBitcodeFile(llvm::MemoryBufferRef(bytes, "stub"), module.getContext());
  if (!stub) {
    module.getContext().emitError("scope: " + llvm::toString(stub.takeError()));
    return true;
  }
  // The program's own flags and target count, not those that the stub was compiled with.
  (*stub)->setDataLayout(module.getDataLayout());
  (*stub)->setTargetTriple(module.getTargetTriple());
  DropNamedMetadata(**stub);
  llvm::SmallVector<std::string> names;
  for (llvm::GlobalValue& value : (*stub)->global_values()) {
    if (value.hasWeakLinkage()) names.push_back(value.getName().str());
    // Its own functions are to be known as scope's in the program's symbol table.
    if (value.hasLocalLinkage()) value.setName("__scope." + value.getName());
  }
  // What is declared counts as needed.
  for (const std::string& name : names) {
    llvm::Function* const hook = module.getFunction(name);
    if (hook != nullptr && hook->isDeclaration() && hook->use_empty()) hook->eraseFromParent();
  }
  Declare(module, kStartFunction);
  Declare(module, kStopFunction);
  // It brings the pointer, and so thread-local memory, of which libraries have little.
  if (module.getNamedGlobal(kCursorVariable) == nullptr) {
    llvm::Function* const bind_own = (*stub)->getFunction(kBindOwnFunction);
    bind_own->deleteBody();
    bind_own->setLinkage(llvm::GlobalValue::ExternalWeakLinkage);
    bind_own->setDSOLocal(false);  // Another object may have it, or nobody.
  }
  if (llvm::Linker::linkModules(module, std::move(*stub), llvm::Linker::Flags::LinkOnlyNeeded)) {
    module.getContext().emitError("scope: cannot link the stub");
    return true;
  }
  for (const std::string& name : names) {
    auto* object = llvm::dyn_cast_or_null<llvm::GlobalObject>(module.getNamedValue(name));
    if (object == nullptr || object->isDeclaration()) continue;
    object->setComdat(module.getOrInsertComdat(name));
    object->setDSOLocal(true);
  }
  llvm::Function* const start = module.getFunction(kStartFunction);
  llvm::Function* const stop = module.getFunction(kStopFunction);
  llvm::appendToGlobalCtors(module, start, kPriority, start);
  llvm::appendToGlobalDtors(module, stop, kPriority, stop);
  return true;
}

}  // namespace scope::compiler_plugin
