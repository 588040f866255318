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

void DropNamedMetadata(llvm::Module& module) {
  while (!module.named_metadata_empty()) {
    module.eraseNamedMetadata(&*module.named_metadata_begin());
  }
}

}  // namespace

void LinkStub(llvm::Module& module) {
  const llvm::StringRef bytes(scope_stub_bitcode_begin,
                              scope_stub_bitcode_end - scope_stub_bitcode_begin);
  auto stub = llvm::parseBitcodeFile(llvm::MemoryBufferRef(bytes, "stub"), module.getContext());
  if (!stub) {
    module.getContext().emitError("scope: " + llvm::toString(stub.takeError()));
    return;
  }
  // The program's own flags and target count, not those that the stub was compiled with.
  (*stub)->setDataLayout(module.getDataLayout());
  (*stub)->setTargetTriple(module.getTargetTriple());
  DropNamedMetadata(**stub);
  llvm::SmallVector<std::string> names;
  for (llvm::GlobalValue& value : (*stub)->global_values()) {
    if (value.hasWeakLinkage()) names.push_back(value.getName().str());
  }
  if (llvm::Linker::linkModules(module, std::move(*stub))) {
    module.getContext().emitError("scope: cannot link the stub");
    return;
  }
  for (const std::string& name : names) {
    auto* object = llvm::cast<llvm::GlobalObject>(module.getNamedValue(name));
    object->setComdat(module.getOrInsertComdat(name));
    object->setDSOLocal(true);
  }
  llvm::Function* const start = module.getFunction("__scope_start");
  llvm::Function* const stop = module.getFunction("__scope_stop");
  llvm::appendToGlobalCtors(module, start, kPriority, start);
  llvm::appendToGlobalDtors(module, stop, kPriority, stop);
}

}  // namespace scope::compiler_plugin
