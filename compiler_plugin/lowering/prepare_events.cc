#include "compiler_plugin/lowering/prepare_events.h"

#include "compiler_plugin/ast_map/ast_map.h"
#include "compiler_plugin/lowering/coroutines.h"
#include "compiler_plugin/lowering/events.h"
#include "compiler_plugin/lowering/frames.h"
#include "compiler_plugin/lowering/hook_calls.h"
#include "compiler_plugin/lowering/link_stub.h"
#include "compiler_plugin/lowering/map_section.h"
#include "compiler_plugin/lowering/node_tables.h"
#include "compiler_plugin/lowering/wide_events.h"
#include "llvm/ADT/BitVector.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/IR/DebugInfoMetadata.h"
#include "llvm/IR/DiagnosticInfo.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/xxhash.h"
#include "llvm/TargetParser/Triple.h"
#include "llvm/Transforms/Utils/ModuleUtils.h"

namespace scope::compiler_plugin {
namespace {

// Code that no line of the source stands for: a breakpoint on the function passes over it.
void HideFromDebugger(llvm::IRBuilderBase& builder) {
  const llvm::DebugLoc& at = builder.getCurrentDebugLocation();
  if (!at) return;
  builder.SetCurrentDebugLocation(
      llvm::DILocation::get(builder.getContext(), 0, 0, at->getScope(), at->getInlinedAt()));
}

// The same for what computes the value of a parameter.
void HideOperands(llvm::Value* value) {
  auto* instruction = llvm::dyn_cast<llvm::Instruction>(value);
  while (instruction != nullptr && instruction->hasOneUse() &&
         llvm::isa<llvm::LoadInst, llvm::CastInst>(instruction)) {
    llvm::IRBuilder<> builder(instruction);
    HideFromDebugger(builder);
    instruction->setDebugLoc(builder.getCurrentDebugLocation());
    instruction = llvm::dyn_cast<llvm::Instruction>(instruction->getOperand(0));
  }
}

// The guard's variable has done its work once its clean-up calls are exits.
void EraseGuard(llvm::AllocaInst* guard) {
  for (llvm::User* user : llvm::make_early_inc_range(guard->users())) {
    auto* instruction = llvm::dyn_cast<llvm::Instruction>(user);
    if (instruction == nullptr || !instruction->getType()->isVoidTy()) return;
    instruction->eraseFromParent();
  }
  guard->eraseFromParent();
}

llvm::Value* ValueBits(llvm::IRBuilderBase& builder, const llvm::CallBase& call) {
  if (call.arg_size() < 2) return builder.getInt64(0);
  llvm::Value* const value = call.getArgOperand(1);
  if (value->getType()->isPointerTy()) return builder.CreatePtrToInt(value, builder.getInt64Ty());
  return builder.CreateBitCast(value, builder.getInt64Ty());
}

class Preparation {
 public:
  Preparation(llvm::Module& module, const NodeList& list, LoweringOptions options)
      : module_(module), list_(list), options_(options), used_(list.nodes.size()) {}

  void Run() {
    for (llvm::Function& function : module_) {
      if (!function.isDeclaration()) PrepareFunction(function);
    }
    if (tables_.empty()) {
      if (UsesStub()) AskForStub(module_);
      return;
    }
    llvm::appendToCompilerUsed(module_, tables_);
    EmitMapSection(module_, BuildAstMap(list_, used_));
    for (const SourceInfo& source : list_.sources) {
      const std::string bytes = BuildSourceMap(list_, source);
      EmitSourceSection(module_, llvm::xxh3_64bits(bytes), bytes);
    }
    AskForStub(module_);
  }

 private:
  // Calls of these may be left although no function here has nodes.
  bool UsesStub() const {
    for (const char* hook : {kBytesHook, kIsOnHook}) {
      const llvm::Function* const function = module_.getFunction(hook);
      if (function != nullptr && !function->use_empty()) return true;
    }
    return false;
  }

  // Of objects whose type has nothing to show, and what says that such an assignment has begun.
  void DropUndefinedCaptures(llvm::Function& function) {
    llvm::SmallDenseSet<uint32_t> dropped;
    for (llvm::Instruction& instruction :
         llvm::make_early_inc_range(llvm::instructions(function))) {
      auto* const call = llvm::dyn_cast<llvm::CallBase>(&instruction);
      const llvm::Function* const callee = call != nullptr ? call->getCalledFunction() : nullptr;
      if (callee == nullptr || !callee->isDeclaration() ||
          !callee->getName().starts_with(kObjectHookPrefix)) {
        continue;
      }
      const auto* const node = llvm::dyn_cast<llvm::CallBase>(call->getArgOperand(0));
      if (node != nullptr) dropped.insert(NodeArgument(*node, list_));
      RemoveCall(call);
    }
    if (!dropped.empty()) DropReservesOf(dropped, function);
  }

  void DropReservesOf(const llvm::SmallDenseSet<uint32_t>& dropped, llvm::Function& function) {
    const llvm::Function* const mark = module_.getFunction(kMarkHook);
    if (mark == nullptr) return;
    for (llvm::Instruction& instruction :
         llvm::make_early_inc_range(llvm::instructions(function))) {
      auto* const call = llvm::dyn_cast<llvm::CallBase>(&instruction);
      if (call == nullptr || call->getCalledFunction() != mark) continue;
      const uint32_t node = NodeArgument(*call, list_);
      if (node != kNoNode && list_.nodes[node].kind == kScopeEventReserve &&
          dropped.contains(list_.nodes[node].of)) {
        RemoveCall(call);
      }
    }
  }

  void PrepareFunction(llvm::Function& function) {
    DropUndefinedCaptures(function);
    PlaceFrame(function, list_);
    PlaceSuspensions(function, list_);
    const std::vector<HookCall> calls = FindHookCalls(function, list_);
    llvm::SmallVector<uint32_t> nodes;
    llvm::DenseMap<uint32_t, uint32_t> position;
    for (const HookCall& hook : calls) {
      if (hook.node == kNoNode) continue;
      if (position.try_emplace(hook.node, nodes.size()).second) nodes.push_back(hook.node);
      used_.set(hook.node);
    }
    llvm::GlobalVariable* table = nullptr;
    if (!nodes.empty()) {
      table = EmitNodeTable(function, list_, nodes);
      tables_.push_back(table);
      // What the source promised about the function does not hold for its events.
      function.setMemoryEffects(function.getMemoryEffects() |
                                llvm::MemoryEffects::inaccessibleMemOnly());
    }
    llvm::SmallSetVector<llvm::AllocaInst*, 1> guards;
    for (const HookCall& hook : calls) {
      if (hook.call->getCalledFunction()->getName() == kExitGuard) {
        auto* const guard = llvm::dyn_cast<llvm::AllocaInst>(hook.call->getArgOperand(0));
        if (guard != nullptr) guards.insert(guard);
      }
      if (hook.node == kNoNode) {
        RemoveCall(hook.call);
      } else if (hook.call->getCalledFunction()->getName() == kNodeHook) {
        hook.call->replaceAllUsesWith(NodeAddress(table, position[hook.node]));
        RemoveCall(hook.call);
      } else {
        Rewrite(hook, NodeAddress(table, position[hook.node]));
      }
    }
    for (llvm::AllocaInst* const guard : guards) EraseGuard(guard);
  }

  void Rewrite(const HookCall& hook, llvm::Constant* address) {
    const scope_event_kind kind = list_.nodes[hook.node].kind;
    if (hook.call->getCalledFunction()->getName() == kBytesHook) {
      BlankBytes(*hook.call, list_.nodes[hook.node].blanks);
    }
    if (hook.exit_how == kHowAtRunTime) {
      hook.call->setArgOperand(0, address);
      return;
    }
    if (options_.calls || hook.call->getCalledFunction()->getName() == kTextHook) {
      RewriteAsCall(hook, kind, address);
      return;
    }
    llvm::IRBuilder<> builder(hook.call);
    const llvm::StringRef name = hook.call->getCalledFunction()->getName();
    if (name == kIsOnHook) {
      hook.call->replaceAllUsesWith(LoadSwitch(builder, address));
      RemoveCall(hook.call);
      return;
    }
    if (name == kBytesHook) {
      CreateWideEvent(builder, address, hook.call->getArgOperand(1), hook.call->getArgOperand(2),
                      hook.call->getArgOperand(3));
      RemoveCall(hook.call);
      return;
    }
    if (name.starts_with(kWideHookPrefix)) {
      const Spilled spilled = SpillArguments(builder, *hook.call);
      CreateWideEvent(builder, address, spilled.address, spilled.bytes, spilled.bytes);
      EndSpill(builder, spilled);
      RemoveCall(hook.call);
      return;
    }
    const bool stamped = SCOPE_HAS_STAMP(kind);
    if (stamped || kind == kScopeEventParam) HideFromDebugger(builder);
    if (kind == kScopeEventParam && hook.call->arg_size() > 1)
      HideOperands(hook.call->getArgOperand(1));
    llvm::Value* const value = stamped ? builder.getInt64(0) : ValueBits(builder, *hook.call);
    CreateEvent(builder, address, hook.exit_how | (stamped ? kEventStamped : 0), value);
    RemoveCall(hook.call);
  }

  void RewriteAsCall(const HookCall& hook, scope_event_kind kind, llvm::Constant* address) {
    llvm::IRBuilder<> builder(hook.call);
    if (kind == kScopeEventExit) {
      const llvm::FunctionCallee exit = module_.getOrInsertFunction(
          kExitHook, builder.getVoidTy(), builder.getPtrTy(), builder.getInt32Ty());
      builder.CreateCall(exit, {address, builder.getInt32(hook.exit_how)})->setDoesNotThrow();
      RemoveCall(hook.call);
      return;
    }
    const llvm::StringRef name = hook.call->getCalledFunction()->getName();
    if (name.starts_with(kWideHookPrefix)) {
      const Spilled spilled = SpillArguments(builder, *hook.call);
      CallBytesHook(builder, address, spilled);
      EndSpill(builder, spilled);
      RemoveCall(hook.call);
      return;
    }
    hook.call->setArgOperand(0, address);
    if (hook.call->arg_size() < 2 || name == kBytesHook) return;
    hook.call->removeParamAttr(1, llvm::Attribute::NoUndef);
    llvm::Value* const value = hook.call->getArgOperand(1);
    if (value->getType()->isPointerTy() || llvm::isa<llvm::PtrToIntInst>(value)) return;
    hook.call->setArgOperand(1, builder.CreateFreeze(hook.call->getArgOperand(1)));
  }

  void CallBytesHook(llvm::IRBuilderBase& builder, llvm::Value* node, const Spilled& value) {
    const llvm::FunctionCallee hook =
        module_.getOrInsertFunction(kBytesHook, builder.getVoidTy(), builder.getPtrTy(),
                                    builder.getPtrTy(), builder.getInt64Ty(), builder.getInt64Ty());
    builder.CreateCall(hook, {node, value.address, value.bytes, value.bytes})->setDoesNotThrow();
  }

  // i32, as __scope_is_on returns. Volatile: a switch changes while a loop runs.
  llvm::Value* LoadSwitch(llvm::IRBuilderBase& builder, llvm::Constant* address) {
    const auto node = FindTableNode(address, module_.getDataLayout());
    llvm::Value* const byte =
        builder.CreateConstInBoundsGEP1_64(builder.getInt8Ty(), node->table, SwitchOffset(node->n));
    return builder.CreateZExt(builder.CreateAlignedLoad(builder.getInt8Ty(), byte, llvm::Align(1),
                                                        /*isVolatile=*/true),
                              builder.getInt32Ty());
  }

  llvm::Module& module_;
  const NodeList& list_;
  const LoweringOptions options_;
  llvm::BitVector used_;
  llvm::SmallVector<llvm::GlobalValue*> tables_;
};

}  // namespace

llvm::PreservedAnalyses PrepareEvents::run(llvm::Module& module, llvm::ModuleAnalysisManager&) {
  if (!HasHooks(module)) return llvm::PreservedAnalyses::all();
  if (llvm::Triple(module.getTargetTriple()).getArch() != llvm::Triple::x86_64) {
    module.getContext().emitError("scope: only x86-64 can be instrumented");
    return llvm::PreservedAnalyses::all();
  }
  Preparation(module, *nodes_, options_).Run();
  return llvm::PreservedAnalyses::none();
}

}  // namespace scope::compiler_plugin
