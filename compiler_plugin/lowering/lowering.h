// lowering.h - the IR stage: injected calls become node tables and ring writes.
//
// Path:  AST stage -> calls of the hooks -> THIS -> object

#pragma once

#include <memory>

#include "compiler_plugin/nodes.h"

namespace llvm {
class PassBuilder;
}

namespace scope::compiler_plugin {

struct LoweringOptions {
  bool calls = false;  // Hooks stay calls.
};

// Called once per module and back end, when its pass pipeline is built. `nodes` is complete by
// then.
void RegisterLowering(llvm::PassBuilder& builder, std::shared_ptr<NodeList> nodes,
                      LoweringOptions options);

}  // namespace scope::compiler_plugin
