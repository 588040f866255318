#include "compiler_plugin/lowering/hook_calls.h"

#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/IR/CFG.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/Module.h"
#include "llvm/IR/Operator.h"

namespace scope::compiler_plugin {
namespace {

constexpr const char* kNodeHooks[] = {kEnterHook, kExitHook,  kValueHook, kDoubleHook, kPointerHook,
                                      kMarkHook,  kBytesHook, kIsOnHook,  kNodeHook,   kTextHook};

bool IsNodeHook(llvm::StringRef name) {
  for (const char* hook : kNodeHooks) {
    if (name == hook) return true;
  }
  return name.starts_with(kWideHookPrefix);
}

// Called by code that has got its node from elsewhere: what captures the value of an object.
bool MayNameNodeAtRunTime(llvm::StringRef name) { return name == kBytesHook || name == kIsOnHook; }
// How a call of the exit's hook says that the function is left.
uint32_t ExitHow(const llvm::CallBase& call) {
  if (call.getCalledFunction()->getName() != kExitHook) return 0;
  const auto* how = llvm::dyn_cast<llvm::ConstantInt>(call.getArgOperand(1));
  return how != nullptr ? static_cast<uint32_t>(how->getZExtValue()) : kHowAtRunTime;
}

// Blocks that are reached while no exception is on its way: from the start and from handlers.
llvm::SmallPtrSet<const llvm::BasicBlock*, 32> OrdinaryBlocks(llvm::Function& function) {
  llvm::SmallPtrSet<const llvm::BasicBlock*, 32> ordinary;
  std::vector<llvm::BasicBlock*> work = {&function.getEntryBlock()};
  const llvm::Function* const handler = function.getParent()->getFunction("__cxa_begin_catch");
  for (llvm::Instruction& instruction : llvm::instructions(function)) {
    const auto* call = llvm::dyn_cast<llvm::CallBase>(&instruction);
    if (call != nullptr && handler != nullptr && call->getCalledFunction() == handler) {
      work.push_back(instruction.getParent());
    }
  }
  while (!work.empty()) {
    llvm::BasicBlock* const block = work.back();
    work.pop_back();
    if (!ordinary.insert(block).second) continue;
    for (llvm::BasicBlock* next : llvm::successors(block)) {
      if (!next->isLandingPad()) work.push_back(next);
    }
  }
  return ordinary;
}

void ResolveGuards(llvm::Function& function, uint32_t exit, std::vector<HookCall>& calls) {
  const auto ordinary = OrdinaryBlocks(function);
  for (HookCall& hook : calls) {
    if (hook.call->getCalledFunction()->getName() != kExitGuard) continue;
    hook.node = exit;
    const bool returns = ordinary.contains(hook.call->getParent());
    hook.exit_how = returns ? kScopeExitReturn : kScopeExitUnwind;
  }
}

}  // namespace

// The AST stage passes a node as the pointer (index + 1).
uint32_t NodeArgument(const llvm::CallBase& call, const NodeList& list) {
  const llvm::Value* argument = call.getArgOperand(0);
  const auto* operation = llvm::dyn_cast<llvm::Operator>(argument);
  if (operation == nullptr || operation->getOpcode() != llvm::Instruction::IntToPtr) return kNoNode;
  const auto* number = llvm::dyn_cast<llvm::ConstantInt>(operation->getOperand(0));
  if (number == nullptr || number->isZero() || number->getValue().ugt(list.nodes.size())) {
    return kNoNode;
  }
  return static_cast<uint32_t>(number->getZExtValue() - 1);
}

void RemoveCall(llvm::CallBase* call) {
  if (auto* invoke = llvm::dyn_cast<llvm::InvokeInst>(call)) {
    llvm::BranchInst::Create(invoke->getNormalDest(), invoke->getIterator());
    invoke->getUnwindDest()->removePredecessor(invoke->getParent());
  }
  call->eraseFromParent();
}

std::vector<HookCall> FindHookCalls(llvm::Function& function, const NodeList& list) {
  std::vector<HookCall> calls;
  uint32_t exit = kNoNode;
  bool has_guard = false;
  for (llvm::Instruction& instruction : llvm::instructions(function)) {
    auto* call = llvm::dyn_cast<llvm::CallBase>(&instruction);
    const llvm::Function* callee = call != nullptr ? call->getCalledFunction() : nullptr;
    if (callee == nullptr) continue;
    if (IsNodeHook(callee->getName())) {
      const uint32_t node = NodeArgument(*call, list);
      if (node == kNoNode && MayNameNodeAtRunTime(callee->getName())) continue;
      if (node != kNoNode && list.nodes[node].kind == kScopeEventEnter) {
        exit = list.nodes[node].exit_index;
      }
      calls.push_back({call, node, ExitHow(*call)});
    } else if (callee->getName() == kExitGuard) {
      has_guard = true;
      calls.push_back({call, kNoNode, 0});
    }
  }
  if (has_guard) ResolveGuards(function, exit, calls);
  return calls;
}

bool HasHooks(const llvm::Module& module) {
  return llvm::any_of(module, [](const llvm::Function& function) {
    return IsNodeHook(function.getName()) || function.getName() == kExitGuard;
  });
}

}  // namespace scope::compiler_plugin
