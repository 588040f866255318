#include "tests/unit/lowering/lowered.h"

#include <gtest/gtest.h>

#include "compiler_plugin/ast_map/ast_map.h"
#include "llvm/AsmParser/Parser.h"
#include "llvm/IR/Verifier.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Support/SourceMgr.h"

namespace scope::compiler_plugin {

// The map has tests of its own; here its bytes need only be hard to write down.
std::string BuildSourceMap(const NodeList&, const SourceInfo&) { return {}; }
std::string BuildAstMap(const NodeList&, const llvm::BitVector&) { return "map \"\\\1\xff"; }

namespace {

constexpr char kPrologue[] = R"(
target datalayout = "e-m:e-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-pc-linux-gnu"
declare void @__scope_report_enter(ptr) nounwind
declare void @__scope_report_value(ptr, i64) nounwind
declare void @__scope_report_double(ptr, double) nounwind
declare void @__scope_report_pointer(ptr, ptr) nounwind
declare void @__scope_report_mark(ptr) nounwind
declare void @__scope_report_bytes(ptr, ptr, i64, i64) nounwind
declare void @"__scope_report_wide.long double"(ptr, x86_fp80) nounwind
declare void @"__scope_report_wide.__int128"(ptr, i64, i64) nounwind
declare i32 @__scope_is_on(ptr) nounwind
declare ptr @__scope_node(ptr) nounwind
declare void @__scope_exit_guard(ptr) nounwind
declare void @other()
declare i32 @personality(...)
)";

const llvm::OptimizationLevel kLevels[] = {llvm::OptimizationLevel::O0, llvm::OptimizationLevel::O1,
                                           llvm::OptimizationLevel::O2,
                                           llvm::OptimizationLevel::O3};

void RunPipeline(llvm::Module& module, int level, LoweringOptions options) {
  llvm::PassBuilder builder;
  RegisterLowering(builder, MakeNodes(), options);
  llvm::LoopAnalysisManager loops;
  llvm::FunctionAnalysisManager functions;
  llvm::CGSCCAnalysisManager sccs;
  llvm::ModuleAnalysisManager modules;
  builder.registerModuleAnalyses(modules);
  builder.registerCGSCCAnalyses(sccs);
  builder.registerFunctionAnalyses(functions);
  builder.registerLoopAnalyses(loops);
  builder.crossRegisterProxies(loops, functions, sccs, modules);
  llvm::ModulePassManager passes = level == 0
                                       ? builder.buildO0DefaultPipeline(kLevels[0])
                                       : builder.buildPerModuleDefaultPipeline(kLevels[level]);
  passes.run(module, modules);
}

}  // namespace

std::string Lowered::Function(llvm::StringRef name) const {
  std::string text;
  llvm::raw_string_ostream stream(text);
  module->getFunction(name)->print(stream);
  return text;
}

std::string Lowered::Loud(const std::string& name) const {
  return Function(module->getFunction(name + ".scope") != nullptr ? name + ".scope" : name);
}

std::shared_ptr<NodeList> MakeNodes() {
  auto list = std::make_shared<NodeList>();
  list->functions.emplace_back();
  list->functions.back().id = 77;
  list->functions.back().name = "f";
  for (uint32_t k = 0; k < 100; ++k) {
    NodeInfo node;
    node.id = 1000 + k;
    node.type = kScopeValueI64;
    node.kind = k % 10 == 0   ? kScopeEventEnter
                : k % 10 == 1 ? kScopeEventExit
                : k % 10 <= 3 ? kScopeEventParam
                              : kScopeEventAssign;
    if (node.kind == kScopeEventEnter) node.exit_index = k + 1;
    list->nodes.push_back(node);
  }
  return list;
}

Lowered Lower(const std::string& bodies, int level, LoweringOptions options) {
  auto context = std::make_unique<llvm::LLVMContext>();
  llvm::SMDiagnostic error;
  auto module = llvm::parseAssemblyString(kPrologue + bodies, error, *context);
  if (module == nullptr) {
    ADD_FAILURE() << error.getMessage().str() << " in line " << error.getLineNo();
    std::abort();
  }
  RunPipeline(*module, level, options);
  std::string broken;
  llvm::raw_string_ostream stream(broken);
  EXPECT_FALSE(llvm::verifyModule(*module, &stream)) << broken;
  return {std::move(context), std::move(module)};
}

int Count(const std::string& text, const std::string& part) {
  int count = 0;
  for (size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

}  // namespace scope::compiler_plugin
