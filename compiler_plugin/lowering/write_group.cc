#include "compiler_plugin/lowering/write_group.h"

#include <algorithm>

#include "compiler_plugin/lowering/link_stub.h"
#include "compiler_plugin/lowering/switch_test.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InlineAsm.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/MDBuilder.h"
#include "llvm/IR/Module.h"
#include "llvm/Transforms/Utils/BasicBlockUtils.h"
#include "llvm/Transforms/Utils/Local.h"
#include "scope/wire/ring.h"

namespace scope::compiler_plugin {
namespace {

// Events stand behind the function's own code, which then keeps its registers and its straight
// line.
constexpr uint32_t kUnlikely = 1u << 20;
constexpr uint64_t kAddressBits = 48;
constexpr unsigned kOfThreadAddressSpace = 257;  // counted from the thread pointer
constexpr uint64_t kEndOffset = offsetof(scope_cursor, end);
constexpr uint64_t kStampAtOffset = offsetof(scope_cursor, stamp_at);
constexpr uint64_t kValueOffset = offsetof(scope_record, value);
static_assert(offsetof(scope_cursor, cur) == 0 && offsetof(scope_record, head) == 0);

class GroupWriter {
 public:
  GroupWriter(const EventGroup& group, EventPlace place)
      : group_(group),
        place_(place),
        module_(*group.back().call->getModule()),
        builder_(group.back().call) {}

  void Write() {
    if (!place_.in_place && place_.is_tested) {
      CallForEach();
    } else {
      WriteTested();
    }
    for (const Event& event : group_) {
      event.call->eraseFromParent();
      llvm::RecursivelyDeleteTriviallyDeadInstructions(event.value);
    }
  }

 private:
  void WriteTested() {
    llvm::Instruction* const last = group_.back().call;
    std::vector<TableNode> nodes;
    for (const Event& event : group_) nodes.push_back(event.node);
    SwitchTest test(std::move(nodes));
    test.Load(builder_);
    llvm::BasicBlock* const before = last->getParent();
    llvm::BasicBlock* const after = before->splitBasicBlock(last, "scope.after");
    llvm::BasicBlock* const on = AddBlock("scope.on", after);
    before->getTerminator()->eraseFromParent();
    builder_.SetInsertPoint(before);
    builder_.CreateCondBr(test.Any(builder_), on, after, Weights(1, kUnlikely));
    if (!place_.in_place) {
      CallForEach(on, after);
    } else {
      llvm::BasicBlock* const write = AddBlock("scope.write", after);
      llvm::BasicBlock* const mixed = AddBlock("scope.mixed", after);
      builder_.SetInsertPoint(on);
      builder_.CreateCondBr(test.All(builder_), write, mixed, Weights(64, 1));
      WriteAll(write, after);
      CallForEach(mixed, after);
    }
  }

  llvm::BasicBlock* AddBlock(const char* name, llvm::BasicBlock* before) {
    return llvm::BasicBlock::Create(module_.getContext(), name, before->getParent(), before);
  }

  llvm::MDNode* Weights(uint32_t yes, uint32_t no) {
    return llvm::MDBuilder(module_.getContext()).createBranchWeights(yes, no);
  }

  llvm::Value* Offset(llvm::Value* address, uint64_t bytes) {
    return builder_.CreateConstInBoundsGEP1_64(builder_.getInt8Ty(), address, bytes);
  }

  llvm::Value* LoadWord(llvm::Value* address) {
    return builder_.CreateAlignedLoad(builder_.getInt64Ty(), address, llvm::Align(8));
  }

  // Elsewhere than in an executable by way of the runtime's pointer, after the switches are tested.
  llvm::Value* LoadCursor() {
    if (!HasOwnCursor(module_)) {
      llvm::Value* const at = builder_.CreateAlignedLoad(
          builder_.getInt64Ty(), CursorAtVariable(module_), llvm::Align(8), /*isVolatile=*/true);
      llvm::LoadInst* const cursor = builder_.CreateLoad(
          builder_.getPtrTy(),
          builder_.CreateIntToPtr(at, builder_.getPtrTy(kOfThreadAddressSpace)));
      // MemorySanitizer would look for its shadow at an address that is none.
      cursor->setMetadata(llvm::LLVMContext::MD_nosanitize,
                          llvm::MDNode::get(module_.getContext(), {}));
      return cursor;
    }
    return builder_.CreateLoad(builder_.getPtrTy(),
                               builder_.CreateThreadLocalAddress(CursorVariable(module_)));
  }

  // Calls of the stub keep all registers but a few, so the code around pays little for them.
  llvm::CallInst* CallStub(const char* name, llvm::Type* result,
                           llvm::ArrayRef<llvm::Value*> arguments) {
    llvm::SmallVector<llvm::Type*> types;
    for (const llvm::Value* argument : arguments) types.push_back(argument->getType());
    const llvm::FunctionCallee callee =
        module_.getOrInsertFunction(name, llvm::FunctionType::get(result, types, false));
    llvm::CallInst* const call = builder_.CreateCall(callee, arguments);
    call->setCallingConv(llvm::CallingConv::PreserveMost);
    call->setDoesNotThrow();
    return call;
  }

  // One instruction, so that a signal handler comes before or after it; without `lock`, because
  // only this thread's handlers compete. An atomic instruction would get the prefix.
  llvm::Value* TakeRoom(llvm::Value* cursor, uint64_t bytes) {
    llvm::Type* const i64 = builder_.getInt64Ty();
    auto* const type = llvm::FunctionType::get(i64, {builder_.getPtrTy(), i64, builder_.getPtrTy()},
                                               /*isVarArg=*/false);
    llvm::InlineAsm* const xadd = llvm::InlineAsm::get(
        type, "xaddq $0, $1", "=r,=*m,0,*m,~{memory},~{dirflag},~{fpsr},~{flags}",
        /*hasSideEffects=*/true);
    llvm::CallInst* const call =
        builder_.CreateCall(type, xadd, {cursor, builder_.getInt64(bytes), cursor});
    const auto pointee =
        llvm::Attribute::get(module_.getContext(), llvm::Attribute::ElementType, i64);
    call->addParamAttr(0, pointee);
    call->addParamAttr(2, pointee);
    call->setDoesNotThrow();
    return call;
  }

  void WriteAll(llvm::BasicBlock* block, llvm::BasicBlock* after) {
    const uint64_t bytes = group_.size() * SCOPE_RECORD_BYTES;
    llvm::BasicBlock* const slow = AddBlock("scope.slow", after);
    llvm::BasicBlock* const fast = AddBlock("scope.fast", after);
    llvm::BasicBlock* const put = AddBlock("scope.put", after);
    builder_.SetInsertPoint(block);
    llvm::Value* const cursor = LoadCursor();
    llvm::Value* const cur = LoadWord(cursor);
    llvm::Value* const room = builder_.CreateSub(LoadWord(Offset(cursor, kEndOffset)), cur);
    builder_.CreateCondBr(builder_.CreateICmpSLT(room, builder_.getInt64(bytes)), slow, fast,
                          Weights(1, kUnlikely));
    builder_.SetInsertPoint(fast);
    llvm::Value* const fast_room = TakeRoom(cursor, bytes);
    builder_.CreateBr(put);
    builder_.SetInsertPoint(slow);
    llvm::Value* const slow_room =
        CallStub(kReserveFunction, builder_.getInt64Ty(), {builder_.getInt64(bytes)});
    llvm::Value* const slow_cursor = HasStamp() ? LoadCursor() : cursor;
    builder_.CreateBr(put);
    builder_.SetInsertPoint(put);
    llvm::PHINode* const taken = Merge(fast_room, fast, slow_room, slow);
    llvm::Value* stamp = nullptr;
    if (HasStamp()) stamp = TakeStamp(Merge(cursor, fast, slow_cursor, slow), taken, after);
    PutRecords(taken, stamp);
    builder_.CreateBr(after);
  }

  llvm::PHINode* Merge(llvm::Value* a, llvm::BasicBlock* from_a, llvm::Value* b,
                       llvm::BasicBlock* from_b) {
    llvm::PHINode* const phi = builder_.CreatePHI(a->getType(), 2);
    phi->addIncoming(a, from_a);
    phi->addIncoming(b, from_b);
    return phi;
  }

  bool HasStamp() const {
    return std::any_of(group_.begin(), group_.end(),
                       [](const Event& event) { return event.stamped; });
  }

  // The time if a stamp is due, which with the exact clock it always is; otherwise 0.
  llvm::Value* TakeStamp(llvm::Value* cursor, llvm::Value* taken, llvm::BasicBlock* after) {
    llvm::BasicBlock* const before = builder_.GetInsertBlock();
    llvm::BasicBlock* const due = AddBlock("scope.due", after);
    llvm::BasicBlock* const put = AddBlock("scope.stamped", after);
    llvm::Value* const late = builder_.CreateSub(taken, LoadWord(Offset(cursor, kStampAtOffset)));
    builder_.CreateCondBr(builder_.CreateICmpSGE(late, builder_.getInt64(0)), due, put,
                          Weights(1, kUnlikely));
    builder_.SetInsertPoint(due);
    llvm::Value* const ticks = CallStub(kDueStampFunction, builder_.getInt64Ty(), {});
    builder_.CreateBr(put);
    builder_.SetInsertPoint(put);
    return Merge(builder_.getInt64(0), before, ticks, due);
  }

  void PutRecords(llvm::Value* taken, llvm::Value* stamp) {
    // Shifts, because a mask of 64 bits would take a register from the start of the function on.
    llvm::Value* const bits =
        builder_.CreateLShr(builder_.CreateShl(taken, 64 - kAddressBits), 64 - kAddressBits);
    llvm::Value* const address = builder_.CreateIntToPtr(bits, builder_.getPtrTy());
    llvm::Value* const tag = builder_.CreateXor(taken, bits);
    uint64_t offset = 0;
    for (const Event& event : group_) {
      llvm::Value* const record = Offset(address, offset);
      StoreOrdered(event.stamped ? stamp : MakeHere(event.value), Offset(record, kValueOffset),
                   llvm::AtomicOrdering::Monotonic);
      StoreOrdered(builder_.CreateOr(NodeAndFlags(event), tag), record,
                   llvm::AtomicOrdering::Release);
      offset += SCOPE_RECORD_BYTES;
    }
  }

  void StoreOrdered(llvm::Value* value, llvm::Value* address, llvm::AtomicOrdering order) {
    builder_.CreateAlignedStore(value, address, llvm::Align(8))->setAtomic(order);
  }

  // In a loop by an instruction that stays where it is: the address of a constant would be taken
  // before the loop, and registers with it.
  llvm::Value* NodeAndFlags(const Event& event) {
    llvm::Constant* const node = NodeAddress(event.node.table, event.node.n);
    llvm::Type* const i64 = builder_.getInt64Ty();
    if (module_.getCodeModel().value_or(llvm::CodeModel::Small) != llvm::CodeModel::Small) {
      return builder_.CreateOr(builder_.CreatePtrToInt(node, i64), event.flags);
    }
    llvm::Constant* const address = llvm::ConstantExpr::getInBoundsGetElementPtr(
        builder_.getInt8Ty(), node, builder_.getInt64(event.flags));
    if (!place_.in_loop) return builder_.CreatePtrToInt(address, i64);
    auto* const type = llvm::FunctionType::get(i64, {builder_.getPtrTy()}, /*isVarArg=*/false);
    return builder_.CreateCall(type,
                               llvm::InlineAsm::get(type, "leaq ${1:c}(%rip), $0", "=r,i",
                                                    /*hasSideEffects=*/true),
                               {address});
  }

  // Makes the value here, where events are written, if making it takes nothing but registers: the
  // program's own code does not need it.
  llvm::Value* MakeHere(llvm::Value* value) {
    auto* const made = llvm::dyn_cast<llvm::Instruction>(value);
    if (made == nullptr) return value;
    const bool converts =
        llvm::isa<llvm::CastInst>(made) || (llvm::isa<llvm::FreezeInst>(made) && made->hasOneUse());
    if (!converts && !llvm::isa<llvm::ICmpInst>(made)) return value;
    llvm::Instruction* const copy = made->clone();
    if (converts) copy->setOperand(0, MakeHere(copy->getOperand(0)));
    return builder_.Insert(copy);
  }

  void CallForEach(llvm::BasicBlock* block, llvm::BasicBlock* after) {
    builder_.SetInsertPoint(block);
    CallForEach();
    builder_.CreateBr(after);
  }

  void CallForEach() {
    for (const Event& event : group_) {
      if (event.stamped) {
        CallStub(kEmitStampFunction, builder_.getVoidTy(), {NodeAndFlags(event)});
      } else {
        CallStub(kEmitFunction, builder_.getVoidTy(), {NodeAndFlags(event), MakeHere(event.value)});
      }
    }
  }

  const EventGroup& group_;
  const EventPlace place_;
  llvm::Module& module_;
  llvm::IRBuilder<> builder_;
};

}  // namespace

void WriteGroup(const EventGroup& group, EventPlace place) { GroupWriter(group, place).Write(); }

}  // namespace scope::compiler_plugin
