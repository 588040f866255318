#include "compiler_plugin/lowering/switch_test.h"

#include <algorithm>

#include "llvm/ADT/bit.h"
#include "llvm/IR/GlobalVariable.h"
#include "llvm/IR/IRBuilder.h"
#include "scope/node.h"

namespace scope::compiler_plugin {
namespace {

constexpr uint32_t kWindowBytesMax = 8;

uint64_t AtByte(uint64_t value, uint32_t byte) { return value << (8 * byte); }

}  // namespace

SwitchTest::SwitchTest(std::vector<TableNode> nodes) {
  // By table in the order of first use, so that the same input gives the same object.
  std::vector<llvm::GlobalVariable*> tables;
  for (const TableNode& node : nodes) {
    if (std::find(tables.begin(), tables.end(), node.table) == tables.end()) {
      tables.push_back(node.table);
    }
  }
  std::sort(nodes.begin(), nodes.end(),
            [](const TableNode& a, const TableNode& b) { return a.n < b.n; });
  for (llvm::GlobalVariable* table : tables) {
    const size_t begin = windows_.size();
    for (const TableNode& node : nodes) {
      if (node.table != table) continue;
      if (windows_.size() == begin || node.n - windows_.back().first >= kWindowBytesMax) {
        windows_.push_back({table, node.n, node.n, 0, 0, nullptr});
      }
      windows_.back().last = node.n;
      const uint32_t byte = node.n - windows_.back().first;
      windows_.back().mask |= AtByte(0xff, byte);
      windows_.back().all_on |= AtByte(SCOPE_SWITCH_ON, byte);
    }
  }
}

void SwitchTest::Load(llvm::IRBuilderBase& builder) {
  for (Window& window : windows_) LoadWindow(builder, window);
}

void SwitchTest::LoadWindow(llvm::IRBuilderBase& builder, Window& window) {
  const uint32_t bytes = llvm::bit_ceil(window.last - window.first + 1);
  llvm::Type* const type = builder.getIntNTy(8 * bytes);
  llvm::Value* const address = builder.CreateConstInBoundsGEP1_64(builder.getInt8Ty(), window.table,
                                                                  SwitchOffset(window.first));
  llvm::Value* const loaded =
      builder.CreateAlignedLoad(type, address, llvm::Align(1), /*isVolatile=*/true);
  const bool has_others = llvm::popcount(window.mask) != static_cast<int>(8 * bytes);
  window.switches = has_others ? builder.CreateAnd(loaded, window.mask) : loaded;
}

llvm::Value* SwitchTest::Any(llvm::IRBuilderBase& builder) const {
  if (windows_.size() == 1) return builder.CreateIsNotNull(windows_.front().switches);
  llvm::Value* any = builder.getInt64(0);
  for (const Window& window : windows_) {
    any = builder.CreateOr(any, builder.CreateZExt(window.switches, builder.getInt64Ty()));
  }
  return builder.CreateIsNotNull(any);
}

llvm::Value* SwitchTest::All(llvm::IRBuilderBase& builder) const {
  llvm::Value* all = nullptr;
  for (const Window& window : windows_) {
    llvm::Value* const full = llvm::ConstantInt::get(window.switches->getType(), window.all_on);
    llvm::Value* const equal = builder.CreateICmpEQ(window.switches, full);
    all = all == nullptr ? equal : builder.CreateAnd(all, equal);
  }
  return all;
}

}  // namespace scope::compiler_plugin
