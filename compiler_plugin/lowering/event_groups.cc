#include "compiler_plugin/lowering/event_groups.h"

#include "llvm/Analysis/ValueTracking.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/DataLayout.h"
#include "llvm/IR/GlobalVariable.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/Module.h"
#include "scope/wire/ring.h"

namespace scope::compiler_plugin {
namespace {

constexpr size_t kGroupMax = SCOPE_GROUP_BYTES_MAX / SCOPE_RECORD_BYTES;

// Whether the access stays inside a variable that certainly exists. What only the source promises
// (a reference) does not count: when it lies, the program crashes here.
bool IsInsideVariable(const llvm::Value* address, llvm::Type* type, bool writes,
                      const llvm::DataLayout& layout) {
  llvm::APInt offset(layout.getIndexTypeSizeInBits(address->getType()), 0);
  const llvm::Value* const base =
      address->stripAndAccumulateConstantOffsets(layout, offset, /*AllowNonInbounds=*/true);
  std::optional<llvm::TypeSize> size;
  if (const auto* local = llvm::dyn_cast<llvm::AllocaInst>(base)) {
    size = local->getAllocationSize(layout);
  } else if (const auto* global = llvm::dyn_cast<llvm::GlobalVariable>(base)) {
    if (global->hasExternalWeakLinkage() || (writes && global->isConstant())) return false;
    size = layout.getTypeAllocSize(global->getValueType());
  }
  const llvm::TypeSize bytes = layout.getTypeStoreSize(type);
  if (!size || size->isScalable() || bytes.isScalable() || offset.isNegative()) return false;
  const uint64_t end = size->getFixedValue();
  return bytes.getFixedValue() <= end && offset.ule(end - bytes.getFixedValue());
}

bool MayDivideByZero(const llvm::BinaryOperator& operation) {
  const bool is_signed = operation.getOpcode() == llvm::Instruction::SDiv ||
                         operation.getOpcode() == llvm::Instruction::SRem;
  const auto* divisor = llvm::dyn_cast<llvm::ConstantInt>(operation.getOperand(1));
  return divisor == nullptr || divisor->isZero() || (is_signed && divisor->isMinusOne());
}

// Whether the program may stop at the instruction, or another thread may learn something there.
bool EndsGroup(const llvm::Instruction& instruction) {
  const llvm::DataLayout& layout = instruction.getModule()->getDataLayout();
  switch (instruction.getOpcode()) {
    case llvm::Instruction::Load: {
      const auto& load = llvm::cast<llvm::LoadInst>(instruction);
      return !load.isSimple() ||
             !IsInsideVariable(load.getPointerOperand(), load.getType(), false, layout);
    }
    case llvm::Instruction::Store: {
      const auto& store = llvm::cast<llvm::StoreInst>(instruction);
      return !store.isSimple() ||
             !IsInsideVariable(store.getPointerOperand(), store.getValueOperand()->getType(), true,
                               layout);
    }
    case llvm::Instruction::SDiv:
    case llvm::Instruction::UDiv:
    case llvm::Instruction::SRem:
    case llvm::Instruction::URem:
      return MayDivideByZero(llvm::cast<llvm::BinaryOperator>(instruction));
    case llvm::Instruction::Call: {
      const auto* intrinsic = llvm::dyn_cast<llvm::IntrinsicInst>(&instruction);
      if (intrinsic == nullptr) return true;
      return !intrinsic->isAssumeLikeIntrinsic() && !intrinsic->doesNotAccessMemory();
    }
    case llvm::Instruction::Alloca:
      return !llvm::cast<llvm::AllocaInst>(instruction).isStaticAlloca();
    default:
      return instruction.mayReadOrWriteMemory() || instruction.mayHaveSideEffects();
  }
}

class GroupFinder {
 public:
  void Add(const Event& event) {
    const bool enters = event.node.kind == kScopeEventEnter;
    // An entry's time is taken where its group is written, so only its parameters may be with it.
    const bool begins = enters || event.node.kind == kScopeEventFrame;
    if (begins || (after_enter_ && event.node.kind != kScopeEventParam)) Finish();
    if (group_.empty()) after_enter_ = enters;
    group_.push_back(event);
    if (group_.size() == kGroupMax || (event.stamped && !enters)) Finish();
  }

  void Finish() {
    if (!group_.empty()) groups_.push_back(std::move(group_));
    group_.clear();
    after_enter_ = false;
  }

  std::vector<EventGroup> Take() {
    Finish();
    return std::move(groups_);
  }

 private:
  std::vector<EventGroup> groups_;
  EventGroup group_;
  bool after_enter_ = false;
};

}  // namespace

std::vector<EventGroup> FindEventGroups(llvm::BasicBlock& block,
                                        const llvm::Function& event_function,
                                        std::vector<llvm::CallInst*>& unreadable) {
  GroupFinder finder;
  for (llvm::Instruction& instruction : block) {
    auto* call = llvm::dyn_cast<llvm::CallInst>(&instruction);
    if (call == nullptr || call->getCalledFunction() != &event_function) {
      if (EndsGroup(instruction)) finder.Finish();
    } else if (const auto event = ReadEvent(*call)) {
      finder.Add(*event);
    } else {
      finder.Finish();
      unreadable.push_back(call);
    }
  }
  return finder.Take();
}

}  // namespace scope::compiler_plugin
