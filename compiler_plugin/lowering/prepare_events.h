// prepare_events.h - the first pass: tables, map and stub; injected calls become events.
//
// Path:  hook_calls.h -> THIS -> events.h -> optimiser
//
// Runs before anything is inlined, while a function still holds its own nodes and no others.

#pragma once

#include <memory>

#include "compiler_plugin/lowering/lowering.h"
#include "llvm/IR/PassManager.h"

namespace scope::compiler_plugin {

class PrepareEvents : public llvm::PassInfoMixin<PrepareEvents> {
 public:
  PrepareEvents(std::shared_ptr<NodeList> nodes, LoweringOptions options)
      : nodes_(std::move(nodes)), options_(options) {}

  llvm::PreservedAnalyses run(llvm::Module& module, llvm::ModuleAnalysisManager& analyses);
  static bool isRequired() { return true; }

 private:
  std::shared_ptr<NodeList> nodes_;
  LoweringOptions options_;
};

}  // namespace scope::compiler_plugin
