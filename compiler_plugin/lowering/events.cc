#include "compiler_plugin/lowering/events.h"

#include "llvm/IR/Constants.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/Module.h"
#include "scope/event.h"

namespace scope::compiler_plugin {
namespace {

constexpr char kEventFunction[] = "__scope_event";

llvm::FunctionCallee EventFunction(llvm::Module& module) {
  llvm::LLVMContext& context = module.getContext();
  llvm::AttrBuilder attributes(context);
  attributes.addAttribute(llvm::Attribute::NoUnwind);
  attributes.addMemoryAttr(llvm::MemoryEffects::inaccessibleMemOnly());
  return module.getOrInsertFunction(
      kEventFunction,
      llvm::FunctionType::get(llvm::Type::getVoidTy(context),
                              {llvm::PointerType::getUnqual(context),
                               llvm::Type::getInt32Ty(context), llvm::Type::getInt64Ty(context)},
                              /*isVarArg=*/false),
      llvm::AttributeList::get(context, llvm::AttributeList::FunctionIndex, attributes));
}

}  // namespace

llvm::CallInst* CreateEvent(llvm::IRBuilderBase& builder, llvm::Value* node, uint32_t flags,
                            llvm::Value* value) {
  llvm::Module& module = *builder.GetInsertBlock()->getModule();
  // An uninitialised value is the program's, not a licence to make the event anything. A pointer
  // may be that of a coroutine's frame, which the optimiser loses sight of when it is frozen.
  if (!llvm::isa<llvm::ConstantInt, llvm::PtrToIntInst>(value)) value = builder.CreateFreeze(value);
  llvm::CallInst* const call =
      builder.CreateCall(EventFunction(module), {node, builder.getInt32(flags), value});
  call->setDoesNotThrow();
  call->addFnAttr(llvm::Attribute::NoMerge);  // Merging would make the node a phi.
  // With entries and exits the inliner decides as it would without. A value costs something.
  const char* const cost = IsStamped(*call) ? "0" : "25";
  call->addFnAttr(llvm::Attribute::get(module.getContext(), "call-inline-cost", cost));
  return call;
}

llvm::Function* FindEventFunction(const llvm::Module& module) {
  return module.getFunction(kEventFunction);
}

bool IsStamped(const llvm::CallInst& event) {
  const auto* flags = llvm::dyn_cast<llvm::ConstantInt>(event.getArgOperand(1));
  return flags != nullptr && (flags->getZExtValue() & kEventStamped) != 0;
}

std::optional<Event> ReadEvent(llvm::CallInst& call) {
  const auto node = FindTableNode(call.getArgOperand(0), call.getModule()->getDataLayout());
  const auto* flags = llvm::dyn_cast<llvm::ConstantInt>(call.getArgOperand(1));
  if (!node || flags == nullptr) return std::nullopt;
  const uint64_t bits = flags->getZExtValue();
  return Event{&call, *node, static_cast<uint32_t>(bits & SCOPE_HEAD_FLAGS),
               (bits & kEventStamped) != 0, call.getArgOperand(2)};
}

}  // namespace scope::compiler_plugin
