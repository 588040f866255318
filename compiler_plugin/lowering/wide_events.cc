#include "compiler_plugin/lowering/wide_events.h"

#include "compiler_plugin/lowering/node_tables.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/GlobalVariable.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/MDBuilder.h"
#include "llvm/IR/Module.h"
#include "llvm/Transforms/Utils/BasicBlockUtils.h"
#include "scope/node.h"

namespace scope::compiler_plugin {
namespace {

constexpr char kWideEventFunction[] = "__scope_wide_event";
constexpr uint64_t kSpillAlignment = 16;

llvm::FunctionType* WideEventType(llvm::LLVMContext& context) {
  auto* const pointer = llvm::PointerType::getUnqual(context);
  auto* const word = llvm::Type::getInt64Ty(context);
  return llvm::FunctionType::get(llvm::Type::getVoidTy(context), {pointer, pointer, word, word},
                                 /*isVarArg=*/false);
}

llvm::FunctionCallee WideEventFunction(llvm::Module& module) {
  llvm::LLVMContext& context = module.getContext();
  llvm::AttrBuilder function(context);
  function.addAttribute(llvm::Attribute::NoUnwind);
  function.addMemoryAttr(llvm::MemoryEffects::inaccessibleMemOnly() |
                         llvm::MemoryEffects::argMemOnly(llvm::ModRefInfo::Ref));
  llvm::AttrBuilder value(context);
  value.addAttribute(llvm::Attribute::NoCapture);
  value.addAttribute(llvm::Attribute::ReadOnly);
  auto attributes = llvm::AttributeList::get(context, llvm::AttributeList::FunctionIndex, function);
  attributes = attributes.addParamAttributes(context, 1, value);
  return module.getOrInsertFunction(kWideEventFunction, WideEventType(context), attributes);
}

// i1: whether the node's switch is on.
llvm::Value* IsOn(llvm::IRBuilderBase& builder, const TableNode& node) {
  llvm::Value* const address =
      builder.CreateConstInBoundsGEP1_64(builder.getInt8Ty(), node.table, SwitchOffset(node.n));
  return builder.CreateIsNotNull(
      builder.CreateAlignedLoad(builder.getInt8Ty(), address, llvm::Align(1), /*isVolatile=*/true));
}

void LowerOne(llvm::CallInst& event, llvm::FunctionCallee hook) {
  llvm::IRBuilder<> builder(&event);
  const auto node = FindTableNode(event.getArgOperand(0), event.getModule()->getDataLayout());
  if (node) {
    llvm::MDNode* const unlikely =
        llvm::MDBuilder(event.getContext()).createBranchWeights(1, 1u << 20);
    llvm::Instruction* const then = llvm::SplitBlockAndInsertIfThen(
        IsOn(builder, *node), &event, /*Unreachable=*/false, unlikely);
    builder.SetInsertPoint(then);
  }
  builder
      .CreateCall(hook, {event.getArgOperand(0), event.getArgOperand(1), event.getArgOperand(2),
                         event.getArgOperand(3)})
      ->setDoesNotThrow();
  event.eraseFromParent();
}

}  // namespace

llvm::Function* FindWideEventFunction(const llvm::Module& module) {
  return module.getFunction(kWideEventFunction);
}

llvm::CallInst* CreateWideEvent(llvm::IRBuilderBase& builder, llvm::Value* node, llvm::Value* value,
                                llvm::Value* bytes, llvm::Value* whole) {
  llvm::Module& module = *builder.GetInsertBlock()->getModule();
  llvm::CallInst* const call =
      builder.CreateCall(WideEventFunction(module), {node, value, bytes, whole});
  call->setDoesNotThrow();
  call->addFnAttr(llvm::Attribute::NoMerge);  // Merging would make the node a phi.
  return call;
}

Spilled SpillArguments(llvm::IRBuilderBase& builder, llvm::CallBase& call) {
  const llvm::DataLayout& layout = call.getModule()->getDataLayout();
  // Code generation has put a large one into memory already.
  if (call.isByValArgument(1)) {
    const uint64_t bytes = layout.getTypeAllocSize(call.getParamByValType(1));
    return {call.getArgOperand(1), builder.getInt64(bytes)};
  }
  uint64_t bytes = 0;
  for (unsigned i = 1; i < call.arg_size(); ++i) {
    bytes += layout.getTypeStoreSize(call.getArgOperand(i)->getType()).getFixedValue();
  }
  llvm::BasicBlock& entry = call.getFunction()->getEntryBlock();
  llvm::IRBuilder<> at_entry(&entry, entry.getFirstInsertionPt());
  llvm::AllocaInst* const room =
      at_entry.CreateAlloca(llvm::ArrayType::get(builder.getInt8Ty(), bytes));
  room->setAlignment(llvm::Align(kSpillAlignment));
  builder.CreateLifetimeStart(room, builder.getInt64(bytes));
  uint64_t offset = 0;
  for (unsigned i = 1; i < call.arg_size(); ++i) {
    llvm::Value* const part = call.getArgOperand(i);
    builder.CreateAlignedStore(
        part, builder.CreateConstInBoundsGEP1_64(builder.getInt8Ty(), room, offset),
        llvm::Align(1));
    offset += layout.getTypeStoreSize(part->getType()).getFixedValue();
  }
  return {room, builder.getInt64(bytes)};
}

void EndSpill(llvm::IRBuilderBase& builder, const Spilled& spilled) {
  auto* const room = llvm::dyn_cast<llvm::AllocaInst>(spilled.address);
  if (room == nullptr || !room->getAllocatedType()->isArrayTy()) return;
  builder.CreateLifetimeEnd(room, llvm::cast<llvm::ConstantInt>(spilled.bytes));
}

void BlankBytes(llvm::CallBase& call, llvm::ArrayRef<std::pair<uint64_t, uint64_t>> blanks) {
  const auto* const bytes = llvm::dyn_cast<llvm::ConstantInt>(call.getArgOperand(2));
  if (blanks.empty() || bytes == nullptr) return;
  llvm::BasicBlock& entry = call.getFunction()->getEntryBlock();
  llvm::IRBuilder<> at_entry(&entry, entry.getFirstInsertionPt());
  llvm::IRBuilder<> builder(&call);
  llvm::AllocaInst* const room =
      at_entry.CreateAlloca(llvm::ArrayType::get(builder.getInt8Ty(), bytes->getZExtValue()));
  room->setAlignment(llvm::Align(kSpillAlignment));
  builder.CreateMemCpy(room, llvm::Align(kSpillAlignment), call.getArgOperand(1), llvm::Align(1),
                       bytes->getZExtValue());
  for (const auto& [begin, end] : blanks) {
    if (begin >= bytes->getZExtValue()) continue;
    builder.CreateMemSet(builder.CreateConstInBoundsGEP1_64(builder.getInt8Ty(), room, begin),
                         builder.getInt8(0), std::min(end, bytes->getZExtValue()) - begin,
                         llvm::Align(1));
  }
  call.setArgOperand(1, room);
}

bool LowerWideEvents(llvm::Module& module) {
  llvm::Function* const function = FindWideEventFunction(module);
  if (function == nullptr) return false;
  const llvm::FunctionCallee hook =
      module.getOrInsertFunction(kBytesHook, WideEventType(module.getContext()));
  for (llvm::User* user : llvm::make_early_inc_range(function->users())) {
    LowerOne(*llvm::cast<llvm::CallInst>(user), hook);
  }
  function->eraseFromParent();
  return true;
}

}  // namespace scope::compiler_plugin
