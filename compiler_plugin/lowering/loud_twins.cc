#include "compiler_plugin/lowering/loud_twins.h"

#include "compiler_plugin/lowering/copy_blocks.h"
#include "compiler_plugin/lowering/event_density.h"
#include "compiler_plugin/nodes.h"
#include "llvm/ADT/SCCIterator.h"
#include "llvm/IR/CFG.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/Module.h"
#include "llvm/Transforms/Utils/BasicBlockUtils.h"
#include "llvm/Transforms/Utils/Cloning.h"
#include "llvm/Transforms/Utils/Local.h"

namespace scope::compiler_plugin {
namespace {

// What a function is given where it starts, it would be given twice.
constexpr const char* kOncePerCall[] = {"disable-tail-calls",
                                        "fentry-call",
                                        "function-instrument",
                                        "instrument-function-entry",
                                        "instrument-function-entry-inlined",
                                        "patchable-function",
                                        "patchable-function-entry",
                                        "probe-stack",
                                        "split-stack"};

// Whether a call with the same arguments can take the place of the function's own code.
bool CanForward(const llvm::Function& function) {
  if (function.isVarArg() || function.hasGC() || function.hasPrefixData() ||
      function.hasPrologueData() || function.hasFnAttribute(llvm::Attribute::Naked) ||
      function.hasFnAttribute(llvm::Attribute::PresplitCoroutine) ||
      function.hasAvailableExternallyLinkage()) {
    return false;
  }
  if (function.getCallingConv() != llvm::CallingConv::C &&
      function.getCallingConv() != llvm::CallingConv::Fast) {
    return false;
  }
  if (llvm::any_of(kOncePerCall, [&](const char* name) { return function.hasFnAttribute(name); })) {
    return false;
  }
  return llvm::none_of(function.args(), [](const llvm::Argument& argument) {
    return argument.hasPassPointeeByValueCopyAttr() || argument.hasSwiftErrorAttr() ||
           argument.hasNestAttr();
  });
}

bool CanClone(const llvm::Function& function) {
  if (function.hasOptNone() || function.hasOptSize() || function.callsFunctionThatReturnsTwice()) {
    return false;
  }
  for (const llvm::BasicBlock& block : function) {
    if (block.hasAddressTaken() ||
        llvm::isa<llvm::IndirectBrInst, llvm::CallBrInst>(block.getTerminator())) {
      return false;
    }
  }
  return llvm::none_of(llvm::instructions(function), [](const llvm::Instruction& instruction) {
    const auto* const call = llvm::dyn_cast<llvm::CallBase>(&instruction);
    return call != nullptr && (call->cannotDuplicate() || call->isConvergent());
  });
}

// A call that is under way when the program is attached to goes on without events. One that goes
// round a loop may do so for ever, so loops with events are left to quiet copies.
bool HasEventsInLoops(llvm::Function& function) {
  for (auto scc = llvm::scc_begin(&function); !scc.isAtEnd(); ++scc) {
    if (!scc.hasCycle()) continue;
    for (llvm::BasicBlock* block : *scc) {
      if (MeasureEvents(*block).tests > 0) return true;
    }
  }
  return false;
}

bool IsWorthIt(llvm::Function& function) {
  EventDensity density;
  for (llvm::BasicBlock& block : function) {
    const EventDensity own = MeasureEvents(block);
    density.tests += own.tests;
    density.others += own.others;
  }
  return density.tests >= 2 && density.others <= kInstructionsPerTest * density.tests;
}

// The exits of exceptions are calls of their hook.
void DropUnwindExits(llvm::Function& function) {
  const llvm::Function* const hook = function.getParent()->getFunction(kExitHook);
  if (hook == nullptr) return;
  for (llvm::Instruction& instruction : llvm::make_early_inc_range(llvm::instructions(function))) {
    auto* const call = llvm::dyn_cast<llvm::CallInst>(&instruction);
    if (call == nullptr || call->getCalledFunction() != hook) continue;
    llvm::Value* const how = call->getArgOperand(1);
    call->eraseFromParent();
    llvm::RecursivelyDeleteTriviallyDeadInstructions(how);
  }
}

// A landing pad that does nothing: there only for the event.
bool OnlyResumes(const llvm::BasicBlock& block) {
  const llvm::LandingPadInst* const pad = block.getLandingPadInst();
  if (pad == nullptr || pad->getNumClauses() != 0) return false;
  const auto* const resume = llvm::dyn_cast<llvm::ResumeInst>(pad->getNextNonDebugInstruction());
  return resume != nullptr && resume->getValue() == pad;
}

void DropIdleLandingPads(llvm::Function& function) {
  for (llvm::BasicBlock& block : llvm::make_early_inc_range(function)) {
    if (!OnlyResumes(block)) continue;
    for (llvm::BasicBlock* before :
         llvm::SmallVector<llvm::BasicBlock*>(llvm::predecessors(&block))) {
      llvm::removeUnwindEdge(before);
    }
    llvm::DeleteDeadBlock(&block);
  }
}

llvm::Function* CloneAs(llvm::Function& function, const llvm::Twine& name) {
  llvm::ValueToValueMapTy map;
  llvm::Function* const twin = llvm::CloneFunction(&function, map);
  twin->setName(name);
  twin->setLinkage(llvm::GlobalValue::InternalLinkage);
  twin->setVisibility(llvm::GlobalValue::DefaultVisibility);
  twin->setDLLStorageClass(llvm::GlobalValue::DefaultStorageClass);
  twin->setDSOLocal(true);
  twin->setComdat(function.getComdat());
  twin->addFnAttr(llvm::Attribute::NoInline);
  twin->removeFnAttr(llvm::Attribute::AlwaysInline);
  // Apart from the code that runs while nobody records.
  twin->removeFnAttr(llvm::Attribute::Hot);
  twin->addFnAttr(llvm::Attribute::Cold);
  return twin;
}

llvm::DebugLoc FirstLine(const llvm::BasicBlock& block) {
  for (const llvm::Instruction& instruction : block) {
    if (instruction.getDebugLoc() && instruction.getDebugLoc().getLine() != 0) {
      return instruction.getDebugLoc();
    }
  }
  return {};
}

void Forward(llvm::Function& function, llvm::Function& twin) {
  llvm::BasicBlock& first = function.getEntryBlock();
  llvm::BasicBlock* const quiet = SplitFirst(&first);
  auto* const loud = llvm::BasicBlock::Create(function.getContext(), "scope.loud", &function);
  Blocks with_events;
  for (llvm::BasicBlock& block : twin) with_events.push_back(&block);
  AddTest(&first, loud, quiet, with_events);
  // A breakpoint on the function stops before the ways part.
  const llvm::DebugLoc line = FirstLine(*quiet);
  for (llvm::Instruction* at = first.getTerminator(); at != nullptr && line;
       at = at->getPrevNode()) {
    if (llvm::isa<llvm::AllocaInst>(at)) break;
    at->setDebugLoc(line);
  }
  llvm::IRBuilder<> builder(loud);
  builder.SetCurrentDebugLocation(line);
  llvm::SmallVector<llvm::Value*> arguments;
  for (llvm::Argument& argument : function.args()) arguments.push_back(&argument);
  llvm::CallInst* const call = builder.CreateCall(&twin, arguments);
  call->setCallingConv(twin.getCallingConv());
  call->setAttributes(function.getAttributes().removeFnAttributes(function.getContext()));
  call->setTailCallKind(llvm::CallInst::TCK_Tail);
  if (function.doesNotReturn()) {
    builder.CreateUnreachable();
  } else if (call->getType()->isVoidTy()) {
    builder.CreateRetVoid();
  } else {
    builder.CreateRet(call);
  }
}

}  // namespace

llvm::Function* MakeLoudTwin(llvm::Function& function) {
  if (!CanForward(function) || !CanClone(function) || !IsWorthIt(function) ||
      HasEventsInLoops(function)) {
    return nullptr;
  }
  llvm::Function* const twin = CloneAs(function, function.getName() + ".scope");
  for (llvm::BasicBlock& block : function) DropEvents(block);
  DropUnwindExits(function);
  DropIdleLandingPads(function);
  Forward(function, *twin);
  return twin;
}

}  // namespace scope::compiler_plugin
