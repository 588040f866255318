// lowered.h - runs IR text through the optimiser with the lowering in it.
//
// Path:  tests of the lowering -> THIS -> compiler_plugin/lowering/lowering.h

#pragma once

#include <memory>
#include <string>

#include "compiler_plugin/lowering/lowering.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"

namespace scope::compiler_plugin {

struct Lowered {
  std::unique_ptr<llvm::LLVMContext> context;
  std::unique_ptr<llvm::Module> module;

  // The text of one function; of its twin with events, if it has one.
  std::string Function(llvm::StringRef name) const;
  std::string Loud(const std::string& name) const;
};

// Ten nodes a function: 0 Enter, 1 its Exit, 2 and 3 Param, from 4 on Assign. Node k has id 1000 +
// k.
std::shared_ptr<NodeList> MakeNodes();

// `bodies`: functions that call the hooks with `ptr inttoptr (i64 <node + 1> to ptr)`.
// `level`: 0 to 3.
Lowered Lower(const std::string& bodies, int level, LoweringOptions options = {});

// How often `part` stands in `text`.
int Count(const std::string& text, const std::string& part);

}  // namespace scope::compiler_plugin
