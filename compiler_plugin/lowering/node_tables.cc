#include "compiler_plugin/lowering/node_tables.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/DataLayout.h"
#include "llvm/IR/Function.h"
#include "llvm/IR/GlobalVariable.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/xxhash.h"
#include "scope/node.h"

namespace scope::compiler_plugin {
namespace {

constexpr uint64_t kHeaderBytes = sizeof(scope_function_table);
constexpr char kNamePrefix[] = "__scope_tab.";

uint64_t NodeOffset(uint64_t count, uint32_t n) {
  return kHeaderBytes + SCOPE_PAD16(count) + uint64_t{n} * sizeof(scope_node);
}

uint16_t NodeFlags(const NodeInfo& node) {
  return static_cast<uint16_t>((node.armed ? SCOPE_NODE_ARMED : 0) |
                               (node.redacted ? SCOPE_NODE_REDACTED : 0));
}

// Code that does not depend on the arguments is shared by all instances, and names one of them:
// only the entry is sure to be the function's own.
const InstanceInfo* InstanceOf(const NodeList& list, llvm::ArrayRef<uint32_t> nodes) {
  for (const uint32_t node : nodes) {
    if (list.nodes[node].kind != kScopeEventEnter) continue;
    const uint32_t instance = list.nodes[node].instance;
    return instance != kNoNode ? &list.instances[instance] : nullptr;
  }
  return nullptr;
}

llvm::Constant* MakeContent(llvm::LLVMContext& context, const NodeList& list,
                            llvm::ArrayRef<uint32_t> nodes) {
  llvm::Type* const i8 = llvm::Type::getInt8Ty(context);
  llvm::Type* const i16 = llvm::Type::getInt16Ty(context);
  llvm::Type* const i32 = llvm::Type::getInt32Ty(context);
  llvm::Type* const i64 = llvm::Type::getInt64Ty(context);
  llvm::StructType* const node_type = llvm::StructType::get(i64, i32, i8, i8, i16);
  llvm::SmallVector<llvm::Constant*> entries;
  for (uint32_t n = 0; n < nodes.size(); ++n) {
    const NodeInfo& node = list.nodes[nodes[n]];
    const uint64_t switch_back = NodeOffset(nodes.size(), n) - SwitchOffset(n);
    entries.push_back(llvm::ConstantStruct::get(
        node_type, {llvm::ConstantInt::get(i64, node.id), llvm::ConstantInt::get(i32, switch_back),
                    llvm::ConstantInt::get(i8, node.kind), llvm::ConstantInt::get(i8, node.type),
                    llvm::ConstantInt::get(i16, NodeFlags(node))}));
  }
  const uint64_t function_id = list.functions[list.nodes[nodes.front()].function].id;
  llvm::SmallVector<llvm::Constant*, 8> parts = {
      llvm::ConstantInt::get(i32, SCOPE_FUNCTION_TABLE_MAGIC),
      llvm::ConstantInt::get(i32, nodes.size()), llvm::ConstantInt::get(i64, function_id),
      llvm::ConstantAggregateZero::get(llvm::ArrayType::get(i8, SCOPE_PAD16(nodes.size()))),
      llvm::ConstantArray::get(llvm::ArrayType::get(node_type, entries.size()), entries)};
  if (const InstanceInfo* const instance = InstanceOf(list, nodes)) {
    parts.append({llvm::ConstantInt::get(i32, SCOPE_INSTANCE_MAGIC), llvm::ConstantInt::get(i32, 0),
                  llvm::ConstantInt::get(i64, instance->id)});
  }
  return llvm::ConstantStruct::getAnon(parts);
}

std::string ContentName(const llvm::Function& function, const NodeList& list,
                        llvm::ArrayRef<uint32_t> nodes) {
  llvm::SmallVector<uint64_t> content = {list.functions[list.nodes[nodes.front()].function].id};
  for (uint32_t index : nodes) {
    const NodeInfo& node = list.nodes[index];
    content.push_back(node.id);
    content.push_back(uint64_t{NodeFlags(node)} << 16 | uint64_t{node.kind} << 8 | node.type);
  }
  if (const InstanceInfo* const instance = InstanceOf(list, nodes)) content.push_back(instance->id);
  const uint64_t hash = llvm::xxh3_64bits(llvm::ArrayRef<uint8_t>(
      reinterpret_cast<const uint8_t*>(content.data()), content.size() * sizeof(uint64_t)));
  return (kNamePrefix + function.getName() + "." + llvm::utohexstr(hash)).str();
}

}  // namespace

llvm::GlobalVariable* EmitNodeTable(llvm::Function& function, const NodeList& list,
                                    llvm::ArrayRef<uint32_t> nodes) {
  llvm::Module& module = *function.getParent();
  llvm::Constant* const content = MakeContent(module.getContext(), list, nodes);
  auto* table = new llvm::GlobalVariable(module, content->getType(), /*isConstant=*/false,
                                         llvm::GlobalValue::InternalLinkage, content,
                                         kNamePrefix + function.getName());
  // A comdat of its own: the function's may vanish when the function is inlined everywhere.
  if (function.hasComdat() || function.isWeakForLinker() ||
      function.hasAvailableExternallyLinkage()) {
    table->setName(ContentName(function, list, nodes));
    table->setLinkage(llvm::GlobalValue::LinkOnceODRLinkage);
    table->setVisibility(llvm::GlobalValue::HiddenVisibility);
    table->setComdat(module.getOrInsertComdat(table->getName()));
  }
  table->setSection(SCOPE_NODES_SECTION);
  table->setAlignment(llvm::Align(sizeof(scope_function_table)));
  table->setExternallyInitialized(true);  // The runtime writes to the switches.
  table->setDSOLocal(true);
  llvm::GlobalValue::SanitizerMetadata unsanitized;
  unsanitized.NoAddress = true;  // Red zones would be read as tables.
  unsanitized.NoHWAddress = true;
  table->setSanitizerMetadata(unsanitized);
  return table;
}

llvm::Constant* NodeAddress(llvm::GlobalVariable* table, uint32_t n) {
  llvm::LLVMContext& context = table->getContext();
  const auto* content = llvm::cast<llvm::ConstantStruct>(table->getInitializer());
  const uint64_t count = llvm::cast<llvm::ConstantInt>(content->getOperand(1))->getZExtValue();
  return llvm::ConstantExpr::getInBoundsGetElementPtr(
      llvm::Type::getInt8Ty(context), table,
      llvm::ConstantInt::get(llvm::Type::getInt64Ty(context), NodeOffset(count, n)));
}

std::optional<TableNode> FindTableNode(const llvm::Value* address, const llvm::DataLayout& layout) {
  llvm::APInt offset(64, 0);
  const auto* table = llvm::dyn_cast<llvm::GlobalVariable>(
      address->stripAndAccumulateConstantOffsets(layout, offset, /*AllowNonInbounds=*/true));
  if (table == nullptr || !table->hasInitializer()) return std::nullopt;
  const auto* content = llvm::dyn_cast<llvm::ConstantStruct>(table->getInitializer());
  if (table->getSection() != SCOPE_NODES_SECTION || content == nullptr) return std::nullopt;
  const uint64_t count = llvm::cast<llvm::ConstantInt>(content->getOperand(1))->getZExtValue();
  const uint64_t n = (offset.getZExtValue() - NodeOffset(count, 0)) / sizeof(scope_node);
  if (n >= count) return std::nullopt;
  const auto* entry = content->getOperand(4)->getAggregateElement(static_cast<unsigned>(n));
  const auto* kind = llvm::cast<llvm::ConstantInt>(entry->getAggregateElement(2));
  return TableNode{const_cast<llvm::GlobalVariable*>(table), static_cast<uint32_t>(n),
                   static_cast<scope_event_kind>(kind->getZExtValue())};
}

uint64_t SwitchOffset(uint32_t n) { return kHeaderBytes + n; }

}  // namespace scope::compiler_plugin
