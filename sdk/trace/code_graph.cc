#include "scope/trace/code_graph.h"

#include <xxhash.h>
#include <zstd.h>

#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "sdk/trace/map_set.h"

namespace scope::trace {
namespace {

constexpr uint64_t kSourceBytesMax = uint64_t{1} << 28;

template <typename T>
std::vector<T> Numbers(const flatbuffers::Vector<T>* numbers) {
  return numbers == nullptr ? std::vector<T>() : std::vector<T>(numbers->begin(), numbers->end());
}

CodeGraph::Range RangeOf(const wire::AstMap& map, const wire::Range* range) {
  if (range == nullptr) return {};
  return {.file = TextAt(map.files(), range->file()),
          .line = range->line(),
          .column = range->column(),
          .end_line = range->end_line(),
          .end_column = range->end_column()};
}

}  // namespace

struct CodeGraph::Index {
  template <typename Table>
  struct Found {
    const Table* table;
    const wire::AstMap* map;
  };

  explicit Index(std::vector<std::shared_ptr<const MapSet>> all) : binaries(std::move(all)) {}
  void Build();

  std::vector<std::shared_ptr<const MapSet>> binaries;
  bool built = false;
  absl::flat_hash_map<uint64_t, Found<wire::Function>> functions;
  absl::flat_hash_map<uint64_t, Found<wire::Node>> nodes;
  absl::flat_hash_map<uint64_t, std::vector<Flow>> into;
  absl::flat_hash_map<uint64_t, std::vector<Flow>> out_of;
  absl::flat_hash_map<uint64_t, std::vector<Found<wire::Call>>> calls_from;
  absl::flat_hash_map<uint64_t, std::vector<Found<wire::Call>>> calls_to;
  absl::flat_hash_map<std::string, const wire::Source*> sources;
  absl::flat_hash_map<uint64_t, std::vector<ValueSource>> sources_of;
  absl::flat_hash_map<uint64_t, std::vector<uint64_t>> stores;

 private:
  void AddTables(const wire::AstMap& map);
  void AddOrigins(const wire::AstMap& map);
  void AddFlow(const wire::Flow& flow);
  void AddFlow(Flow flow);
  void AddControls(const wire::Function& function);

  absl::flat_hash_set<std::pair<uint64_t, uint64_t>> seen_flows_;
  absl::flat_hash_map<uint64_t, const wire::AstMap*> calls_of_;  // the map that speaks for a caller
};

void CodeGraph::Index::Build() {
  if (built) return;
  built = true;
  for (const auto& binary : binaries) {
    for (const wire::AstMap* map : binary->maps()) {
      AddTables(*map);
      AddOrigins(*map);
    }
  }
  for (const auto& binary : binaries) {
    for (const wire::AstMap* map : binary->maps()) {
      if (map->flows() == nullptr) continue;
      for (const wire::Flow* flow : *map->flows()) AddFlow(*flow);
    }
  }
  for (const auto& [id, function] : functions) AddControls(*function.table);
  seen_flows_.clear();
}

void CodeGraph::Index::AddTables(const wire::AstMap& map) {
  if (map.functions() != nullptr) {
    for (const wire::Function* function : *map.functions()) {
      functions.try_emplace(function->id(), Found<wire::Function>{function, &map});
    }
  }
  if (map.nodes() != nullptr) {
    for (const wire::Node* node : *map.nodes()) {
      nodes.try_emplace(node->id(), Found<wire::Node>{node, &map});
    }
  }
  if (map.calls() != nullptr) {
    for (const wire::Call* call : *map.calls()) {
      // An inline function's calls are in each unit that has it.
      if (calls_of_.try_emplace(call->caller(), &map).first->second != &map) continue;
      calls_from[call->caller()].push_back({call, &map});
      if (call->callee() != 0) calls_to[call->callee()].push_back({call, &map});
    }
  }
  if (map.sources() != nullptr) {
    for (const wire::Source* source : *map.sources()) {
      const wire::Source*& known = sources[TextAt(map.files(), source->file())];
      if (known == nullptr || known->text() == nullptr) known = source;
    }
  }
}

namespace {

CodeGraph::Origin::Kind KindOf(wire::OriginKind kind) {
  switch (kind) {
    case wire::OriginKind::Node:
      return CodeGraph::Origin::Kind::kNode;
    case wire::OriginKind::Returned:
      return CodeGraph::Origin::Kind::kReturned;
    case wire::OriginKind::OneObject:
      return CodeGraph::Origin::Kind::kOneObject;
    case wire::OriginKind::SomeObject:
      return CodeGraph::Origin::Kind::kSomeObject;
    default:
      return CodeGraph::Origin::Kind::kUnknown;
  }
}

// Rows of one slot stand side by side.
template <typename Row>
void AddOrigin(const Row& row, bool begins, std::vector<CodeGraph::ValueSource>& sources) {
  if (begins || sources.empty()) sources.emplace_back();
  sources.back().origins.push_back({KindOf(row.kind()), row.from()});
}

}  // namespace

void CodeGraph::Index::AddOrigins(const wire::AstMap& map) {
  absl::flat_hash_map<uint64_t, std::vector<uint16_t>> slots;  // of what this map speaks for
  if (map.origins() != nullptr) {
    for (const wire::Origin* row : *map.origins()) {
      const auto known = slots.find(row->to());
      if (known == slots.end() && sources_of.contains(row->to())) continue;
      std::vector<uint16_t>& of = slots[row->to()];
      const bool begins = of.empty() || of.back() != row->slot();
      if (begins) of.push_back(row->slot());
      AddOrigin(*row, begins, sources_of[row->to()]);
    }
  }
  if (map.arms() != nullptr) {
    for (const wire::Arm* arm : *map.arms()) {
      const auto of = slots.find(arm->to());
      if (of == slots.end()) continue;
      const auto slot = std::find(of->second.begin(), of->second.end(), arm->slot());
      if (slot == of->second.end()) continue;
      sources_of[arm->to()][slot - of->second.begin()].arms.push_back(
          {arm->decider(), arm->taken()});
    }
  }
  if (map.stores() == nullptr) return;
  for (const wire::MemoryStore* store : *map.stores()) {
    std::vector<uint64_t>& nodes = stores[store->memory()];
    if (std::find(nodes.begin(), nodes.end(), store->node()) == nodes.end()) {
      nodes.push_back(store->node());
    }
  }
}

void CodeGraph::Index::AddFlow(const wire::Flow& flow) {
  switch (flow.kind()) {
    case wire::FlowKind::Argument: {
      const auto callee = functions.find(flow.to());
      if (callee == functions.end() || callee->second.table->parameters() == nullptr) return;
      const auto& parameters = *callee->second.table->parameters();
      if (flow.index() >= parameters.size() || parameters.Get(flow.index()) == 0) return;
      AddFlow({flow.from(), parameters.Get(flow.index()), FlowKind::kArgument});
      return;
    }
    case wire::FlowKind::Returned: {
      const auto callee = functions.find(flow.from());
      if (callee == functions.end() || callee->second.table->returns() == nullptr) return;
      for (const uint64_t from : *callee->second.table->returns()) {
        AddFlow({from, flow.to(), FlowKind::kReturned});
      }
      return;
    }
    default:
      AddFlow({flow.from(), flow.to(), FlowKind::kValue});
  }
}

void CodeGraph::Index::AddFlow(Flow flow) {
  // Ids are hashes, so these pairs are as good as the three numbers themselves.
  const auto kind = static_cast<uint64_t>(flow.kind);
  if (!seen_flows_.emplace(flow.from, flow.to ^ kind << 62).second) return;
  into[flow.to].push_back(flow);
  if (flow.from != 0) out_of[flow.from].push_back(flow);
}

void CodeGraph::Index::AddControls(const wire::Function& function) {
  if (function.blocks() == nullptr) return;
  for (const wire::Block* block : *function.blocks()) {
    if (block->nodes() == nullptr || block->controls() == nullptr) continue;
    for (const uint64_t from : *block->controls()) {
      for (const uint64_t to : *block->nodes()) AddFlow({from, to, FlowKind::kControl});
    }
  }
}

CodeGraph::CodeGraph(std::vector<std::shared_ptr<const MapSet>> binaries)
    : index_(std::make_unique<Index>(std::move(binaries))) {}
CodeGraph::CodeGraph() : CodeGraph(std::vector<std::shared_ptr<const MapSet>>()) {}
CodeGraph::~CodeGraph() = default;
CodeGraph::CodeGraph(CodeGraph&&) noexcept = default;
CodeGraph& CodeGraph::operator=(CodeGraph&&) noexcept = default;

const CodeGraph::Index& CodeGraph::index() const {
  index_->Build();
  return *index_;
}

std::vector<CodeGraph::Flow> CodeGraph::FlowsInto(uint64_t node) const {
  const auto found = index().into.find(node);
  return found == index().into.end() ? std::vector<Flow>() : found->second;
}

std::vector<CodeGraph::Flow> CodeGraph::FlowsOutOf(uint64_t node) const {
  const auto found = index().out_of.find(node);
  return found == index().out_of.end() ? std::vector<Flow>() : found->second;
}

std::vector<CodeGraph::ValueSource> CodeGraph::SourcesOf(uint64_t node) const {
  const auto found = index().sources_of.find(node);
  return found == index().sources_of.end() ? std::vector<ValueSource>() : found->second;
}

std::vector<uint64_t> CodeGraph::StoresTo(uint64_t object) const {
  const auto found = index().stores.find(object);
  return found == index().stores.end() ? std::vector<uint64_t>() : found->second;
}

std::vector<CodeGraph::Block> CodeGraph::Blocks(uint64_t function) const {
  std::vector<Block> blocks;
  const auto found = index().functions.find(function);
  if (found == index().functions.end() || found->second.table->blocks() == nullptr) return blocks;
  for (const wire::Block* block : *found->second.table->blocks()) {
    blocks.push_back({.nodes = Numbers(block->nodes()),
                      .successors = Numbers(block->successors()),
                      .controls = Numbers(block->controls()),
                      .range = RangeOf(*found->second.map, block->range())});
  }
  return blocks;
}

namespace {

std::vector<CodeGraph::ValueSource> ArgumentsOf(const wire::Call& call) {
  std::vector<CodeGraph::ValueSource> sources;
  if (call.arguments() == nullptr) return sources;
  const wire::ArgumentOrigin* last = nullptr;
  for (const wire::ArgumentOrigin* row : *call.arguments()) {
    const bool begins =
        last == nullptr || last->parameter() != row->parameter() || last->slot() != row->slot();
    AddOrigin(*row, begins, sources);
    sources.back().parameter = row->parameter();
    last = row;
  }
  return sources;
}

template <typename FoundCalls>
std::vector<CodeGraph::Call> MakeCalls(const FoundCalls& all, uint64_t function) {
  std::vector<CodeGraph::Call> calls;
  const auto found = all.find(function);
  if (found == all.end()) return calls;
  for (const auto& [call, map] : found->second) {
    calls.push_back({.caller = call->caller(),
                     .callee = call->callee(),
                     .callee_name = TextOf(call->callee_name()),
                     .node = call->node(),
                     .range = RangeOf(*map, call->range()),
                     .is_virtual = call->is_virtual(),
                     .arguments = ArgumentsOf(*call)});
  }
  return calls;
}

}  // namespace

std::vector<CodeGraph::Call> CodeGraph::CallsFrom(uint64_t function) const {
  return MakeCalls(index().calls_from, function);
}

std::vector<CodeGraph::Call> CodeGraph::CallsTo(uint64_t function) const {
  return MakeCalls(index().calls_to, function);
}

CodeGraph::FunctionFacts CodeGraph::Facts(uint64_t function) const {
  const auto found = index().functions.find(function);
  if (found == index().functions.end()) return {};
  const wire::Function& table = *found->second.table;
  return {.range = RangeOf(*found->second.map, table.range()),
          .instance = TextOf(table.instance()),
          .parameters = Numbers(table.parameters()),
          .returns = Numbers(table.returns())};
}

CodeGraph::NodeFacts CodeGraph::FactsOfNode(uint64_t node) const {
  const auto found = index().nodes.find(node);
  if (found == index().nodes.end()) return {};
  const wire::Node& table = *found->second.table;
  return {.spelling = RangeOf(*found->second.map, table.spelling()),
          .macro = TextOf(table.macro()),
          .of = table.of()};
}

std::vector<CodeGraph::SourceFile> CodeGraph::Sources() const {
  std::vector<SourceFile> files;
  for (const auto& [path, source] : index().sources) {
    files.push_back({path, source->hash(), source->bytes(), source->text() != nullptr});
  }
  std::sort(files.begin(), files.end(),
            [](const SourceFile& a, const SourceFile& b) { return a.path < b.path; });
  return files;
}

absl::StatusOr<std::string> CodeGraph::Source(const std::string& path) const {
  const auto found = index().sources.find(path);
  if (found == index().sources.end() || found->second->text() == nullptr) {
    return absl::NotFoundError(absl::StrCat(path, ": its text was not compiled in"));
  }
  const wire::Source& source = *found->second;
  const auto* packed = source.text();
  const absl::Status rotten = absl::DataLossError(absl::StrCat(path, ": its text is damaged"));
  if (source.bytes() > kSourceBytesMax ||
      ZSTD_getFrameContentSize(packed->data(), packed->size()) != source.bytes()) {
    return rotten;
  }
  std::string text(source.bytes(), '\0');
  const size_t bytes = ZSTD_decompress(text.data(), text.size(), packed->data(), packed->size());
  if (bytes != text.size() || XXH3_64bits(text.data(), text.size()) != source.hash()) return rotten;
  return text;
}

}  // namespace scope::trace
