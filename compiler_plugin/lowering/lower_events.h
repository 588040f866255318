// lower_events.h - the last pass: events become ring writes.
//
// Path:  optimiser -> events.h -> THIS -> code generator

#pragma once

#include "llvm/IR/PassManager.h"

namespace scope::compiler_plugin {

class LowerEvents : public llvm::PassInfoMixin<LowerEvents> {
 public:
  llvm::PreservedAnalyses run(llvm::Module& module, llvm::ModuleAnalysisManager& analyses);
  static bool isRequired() { return true; }
};

}  // namespace scope::compiler_plugin
