#include "compiler_plugin/lowering/lower_events.h"
#include "compiler_plugin/lowering/lowering.h"
#include "compiler_plugin/lowering/prepare_events.h"
#include "llvm/Passes/PassBuilder.h"

namespace scope::compiler_plugin {

void RegisterLowering(llvm::PassBuilder& builder, std::shared_ptr<NodeList> nodes,
                      LoweringOptions options) {
  builder.registerPipelineStartEPCallback(
      [nodes, options](llvm::ModulePassManager& passes, llvm::OptimizationLevel) {
        passes.addPass(PrepareEvents(nodes, options));
      });
  builder.registerOptimizerLastEPCallback(
      [](llvm::ModulePassManager& passes, llvm::OptimizationLevel) {
        passes.addPass(LowerEvents());
      });
}

}  // namespace scope::compiler_plugin
