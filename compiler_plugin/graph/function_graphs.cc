#include "compiler_plugin/graph/function_graphs.h"

#include "clang/Analysis/Analyses/Dominators.h"
#include "compiler_plugin/closures.h"
#include "compiler_plugin/graph/node_flows.h"
#include "llvm/Support/raw_ostream.h"

namespace scope::compiler_plugin {
namespace {

using clang::FunctionDecl;
using clang::Stmt;

// Statements of the graph that stand for one of several declarations.
const Stmt* AsWritten(const clang::CFG& cfg, const Stmt* statement) {
  const auto* declarations = llvm::dyn_cast<clang::DeclStmt>(statement);
  if (declarations == nullptr) return statement;
  for (const auto& [made, written] : cfg.synthetic_stmts()) {
    if (made == declarations) return written;
  }
  return statement;
}

}  // namespace

void FunctionGraphs::Begin(FunctionDecl& function) {
  of_statement_.clear();
  at_location_.clear();
  function_ = &function;
  first_node_ = static_cast<uint32_t>(list_.nodes.size());
  if (depth_ != Depth::kNothing) flow_ = LookAtFunction(function, depth_ == Depth::kEverything);
}

void FunctionGraphs::Note(const Stmt* statement, clang::SourceRange range, uint32_t node) {
  const scope_event_kind kind = list_.nodes[node].kind;
  if (statement != nullptr) of_statement_[statement].push_back(node);
  at_location_[{range.getBegin().getPtrEncoding(), kind}] = node;
}

void FunctionGraphs::End(uint32_t function) {
  FunctionInfo& info = list_.functions[function];
  if (flow_ && done_.insert(function).second) {
    AddParameters(info);
    std::vector<std::vector<OriginInfo>> arguments(flow_->calls.size());
    if (flow_->cfg != nullptr) {
      AddBlocks(info);
      const SiteNodes nodes = FindNodes();
      NodeFlows flows(*flow_, nodes, [&](const FunctionDecl& callee) { return IdOf(callee); });
      flows.AppendTo(list_);
      arguments = flows.Arguments();
    }
    AddCalls(info, std::move(arguments));
  }
  flow_.reset();
}

uint32_t FunctionGraphs::NodeOf(const Stmt* statement, scope_event_kind kind) const {
  for (uint32_t node : NodesOf(statement)) {
    if (list_.nodes[node].kind == kind) return node;
  }
  return kNoNode;
}

uint32_t FunctionGraphs::NodeAt(clang::SourceLocation location, scope_event_kind kind) const {
  const auto found = at_location_.find({location.getPtrEncoding(), kind});
  return found == at_location_.end() ? kNoNode : found->second;
}

llvm::ArrayRef<uint32_t> FunctionGraphs::NodesOf(const Stmt* statement) const {
  const auto found = of_statement_.find(statement);
  return found == of_statement_.end() ? llvm::ArrayRef<uint32_t>() : found->second;
}

FunctionGraphs::SiteNodes FunctionGraphs::FindNodes() const {
  SiteNodes nodes;
  for (const Site& site : flow_->sites) {
    nodes.push_back(site.statement != nullptr ? NodeOf(site.statement, site.kind)
                                              : NodeAt(site.location, site.kind));
  }
  return nodes;
}

// The nodes of a block that stands in the function are between the function's own.
bool FunctionGraphs::IsOf(const NodeInfo& node, const FunctionInfo& function) const {
  return &list_.functions[node.function] == &function;
}

void FunctionGraphs::AddParameters(FunctionInfo& info) const {
  for (const clang::ParmVarDecl* parameter : function_->parameters()) {
    info.parameters.push_back(NodeAt(parameter->getLocation(), kScopeEventParam));
  }
  for (uint32_t node = first_node_; node < list_.nodes.size(); ++node) {
    const NodeInfo& found = list_.nodes[node];
    if (found.kind == kScopeEventReturn && IsOf(found, info)) info.returns.push_back(node);
  }
  info.range = places_.Find(function_->getSourceRange());
  if (const auto* arguments = function_->getTemplateSpecializationArgs()) {
    llvm::raw_string_ostream stream(info.instance);
    const clang::ASTContext& ast = function_->getASTContext();
    clang::printTemplateArgumentList(stream, arguments->asArray(), ast.getPrintingPolicy());
  }
}

void FunctionGraphs::AddBlocks(FunctionInfo& info) const {
  const clang::CFG& cfg = *flow_->cfg;
  clang::ControlDependencyCalculator control(flow_->cfg.get());
  info.blocks.resize(cfg.getNumBlockIDs());
  llvm::DenseSet<uint32_t> placed;
  const auto place = [&](BlockInfo& into, const Stmt* statement) {
    for (uint32_t node : NodesOf(statement)) {
      if (placed.insert(node).second) into.nodes.push_back(node);
    }
  };
  for (const clang::CFGBlock* block : cfg) {
    BlockInfo& made = info.blocks[block->getBlockID()];
    for (const clang::CFGElement& element : *block) {
      const auto statement = element.getAs<clang::CFGStmt>();
      if (statement) place(made, AsWritten(cfg, statement->getStmt()));
    }
    if (const Stmt* terminator = block->getTerminatorStmt()) place(made, terminator);
    for (const clang::CFGBlock::AdjacentBlock& next : block->succs()) {
      made.successors.push_back(next.isReachable() ? next->getBlockID() : UINT32_MAX);
    }
    for (const clang::CFGBlock* decider :
         control.getControlDependencies(const_cast<clang::CFGBlock*>(block))) {
      const Stmt* terminator = decider->getTerminatorStmt();
      if (terminator == nullptr) continue;
      for (scope_event_kind kind : {kScopeEventBranch, kScopeEventLoop, kScopeEventSwitch}) {
        const uint32_t node = NodeOf(terminator, kind);
        if (node != kNoNode) made.controls.push_back(node);
      }
    }
    made.range = RangeOf(*block);
  }
  for (uint32_t node = first_node_; node < list_.nodes.size(); ++node) {
    const scope_event_kind kind = list_.nodes[node].kind;
    if (!IsOf(list_.nodes[node], info)) continue;
    if (kind == kScopeEventExit) info.blocks[cfg.getExit().getBlockID()].nodes.push_back(node);
    const bool first = kind == kScopeEventEnter || kind == kScopeEventParam;
    if (first) info.blocks[cfg.getEntry().getBlockID()].nodes.push_back(node);
  }
}

Place FunctionGraphs::RangeOf(const clang::CFGBlock& block) const {
  const Stmt* first = nullptr;
  const Stmt* last = nullptr;
  for (const clang::CFGElement& element : block) {
    const auto statement = element.getAs<clang::CFGStmt>();
    if (!statement) continue;
    if (first == nullptr) first = statement->getStmt();
    last = statement->getStmt();
  }
  if (first == nullptr) return {};
  Place range = places_.Find(first->getSourceRange());
  if (first == last) return range;
  const Place end = places_.Find(last->getSourceRange());
  if (end.file != range.file) return range;
  const auto begin_of = [](const Place& place) { return std::pair(place.line, place.column); };
  const auto end_of = [](const Place& place) {
    return std::pair(place.end_line, place.end_column);
  };
  if (begin_of(end) < begin_of(range)) std::tie(range.line, range.column) = begin_of(end);
  if (end_of(end) > end_of(range)) std::tie(range.end_line, range.end_column) = end_of(end);
  return range;
}

uint32_t FunctionGraphs::AnchorOf(const clang::Expr* call) const {
  const uint32_t own = NodeOf(call, kScopeEventResult);
  if (own != kNoNode) return own;
  const auto anchors = flow_->anchors.find(call);
  if (anchors == flow_->anchors.end()) return kNoNode;
  for (const Around& around : anchors->second) {
    if (around.variable != nullptr) return NodeAt(around.variable->getLocation(), kScopeEventInit);
    for (uint32_t node : NodesOf(around.statement)) {
      if (list_.nodes[node].kind != kScopeEventReserve) return node;
    }
  }
  return kNoNode;
}

void FunctionGraphs::AddCalls(const FunctionInfo& info,
                              std::vector<std::vector<OriginInfo>> arguments) {
  for (size_t i = 0; i < flow_->calls.size(); ++i) {
    const WrittenCall& written = flow_->calls[i];
    CallInfo call;
    call.arguments = std::move(arguments[i]);
    call.caller = info.id;
    if (written.callee != nullptr) {
      call.callee = IdOf(*written.callee);
      call.callee_name = NameOf(*written.callee);
    }
    call.node = AnchorOf(written.expression);
    call.range = places_.Find(written.expression->getSourceRange());
    call.is_virtual = written.is_virtual;
    list_.calls.push_back(std::move(call));
  }
}

uint64_t FunctionGraphs::IdOf(const FunctionDecl& function) {
  const clang::CXXRecordDecl* closure = ClosureOf(function);
  if (closure != nullptr && !keys_.KnowsLambda(closure)) return 0;
  const auto [known, added] = ids_.try_emplace(function.getCanonicalDecl(), 0);
  if (added) known->second = keys_.EnterId(function);
  return known->second;
}

const std::string& FunctionGraphs::NameOf(const FunctionDecl& function) {
  std::string& name = names_[function.getCanonicalDecl()];
  if (name.empty()) {
    clang::PrintingPolicy policy = function.getASTContext().getPrintingPolicy();
    policy.SuppressTagKeyword = true;
    llvm::raw_string_ostream stream(name);
    function.printQualifiedName(stream, policy);
  }
  return name;
}

}  // namespace scope::compiler_plugin
