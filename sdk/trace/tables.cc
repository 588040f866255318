#include "sdk/trace/tables.h"

#include <zstd.h>

#include <algorithm>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "scope/wire/block.h"
#include "scope/wire/clock.h"

namespace scope::trace {
namespace {

// A block of a few bytes may stand for many nodes.
constexpr size_t kNodesMax = size_t{1} << 26;

constexpr uint64_t kMapsBytesMax = uint64_t{1} << 30;
constexpr uint32_t kNone = ~uint32_t{0};

std::string Text(const flatbuffers::String* text) { return text == nullptr ? "" : text->str(); }

absl::string_view Bytes(const flatbuffers::Vector<uint8_t>* bytes) {
  if (bytes == nullptr) return {};
  return {reinterpret_cast<const char*>(bytes->data()), bytes->size()};
}

std::vector<std::string> Texts(
    const flatbuffers::Vector<flatbuffers::Offset<flatbuffers::String>>* texts) {
  std::vector<std::string> result;
  if (texts == nullptr) return result;
  for (const flatbuffers::String* text : *texts) result.push_back(Text(text));
  return result;
}

absl::Status Senseless(absl::string_view what) {
  return absl::DataLossError(absl::StrCat("it does not make sense: ", what));
}

absl::StatusOr<std::string> UnpackMaps(absl::string_view packed, uint64_t bytes) {
  std::string maps;
  if (packed.empty()) return maps;
  if (bytes > kMapsBytesMax || ZSTD_getFrameContentSize(packed.data(), packed.size()) != bytes) {
    return Senseless("the AST maps have another size than said");
  }
  maps.resize(bytes);
  if (ZSTD_decompress(maps.data(), bytes, packed.data(), packed.size()) != bytes) {
    return Senseless("the AST maps cannot be unpacked");
  }
  return maps;
}

template <typename Table>
const Table* Verified(const std::vector<uint8_t>& payload) {
  flatbuffers::Verifier verifier(payload.data(), payload.size());
  return verifier.VerifyBuffer<Table>(nullptr) ? flatbuffers::GetRoot<Table>(payload.data())
                                               : nullptr;
}

}  // namespace

absl::Status Tables::Add(uint32_t kind, const std::vector<uint8_t>& payload) {
  const auto use = [&](const auto* table, auto&& add) {
    return table == nullptr ? Senseless("its payload is malformed") : add(*table);
  };
  switch (kind) {
    case kScopeBlockSession:
      return use(Verified<wire::Session>(payload), [&](const auto& t) { return AddSession(t); });
    case kScopeBlockClock:
      return use(Verified<wire::Clock>(payload), [&](const auto& t) {
        clock.Add(t.ticks(), t.monotonic_ns());
        return absl::OkStatus();
      });
    case kScopeBlockProcess:
      return use(Verified<wire::Process>(payload), [&](const auto& t) { return AddProcess(t); });
    case kScopeBlockModule:
      return use(Verified<wire::Module>(payload), [&](const auto& t) { return AddModule(t); });
    case kScopeBlockThread:
      return use(Verified<wire::Thread>(payload), [&](const auto& t) { return AddThread(t); });
    case kScopeBlockTotals:
      return use(Verified<wire::Totals>(payload), [&](const auto& t) { return AddTotals(t); });
    case kScopeBlockMeters:
      return use(Verified<wire::Meters>(payload), [&](const auto& t) { return AddMeters(t); });
    default:
      return absl::OkStatus();
  }
}

absl::Status Tables::AddMeters(const wire::Meters& added) {
  meters.clear();
  if (added.meters() == nullptr) return absl::OkStatus();
  for (const wire::Meter* meter : *added.meters()) {
    meters.push_back({.id = meter->id(),
                      .node = nullptr,
                      .every = meter->every(),
                      .per_second = meter->per_second(),
                      .follows_call = meter->follows_call(),
                      .passed = meter->passed(),
                      .skipped = meter->skipped()});
  }
  return absl::OkStatus();
}

void Tables::FindMeteredNodes() {
  if (meters.empty()) return;
  absl::flat_hash_map<uint64_t, const Node*> by_id;
  for (const Node& node : nodes) by_id.try_emplace(node.id, &node);
  for (Meter& meter : meters) {
    const auto found = by_id.find(meter.id);
    if (found != by_id.end()) meter.node = found->second;
  }
}

std::vector<std::shared_ptr<const MapSet>> Tables::Maps() const {
  std::vector<std::shared_ptr<const MapSet>> all;
  for (const NodeFacts& facts : maps_) all.push_back(facts.maps());
  return all;
}

absl::Status Tables::AddSession(const wire::Session& session) {
  has_session = true;
  info.version = Text(session.version());
  info.command = Texts(session.command());
  info.selection = Texts(session.selection());
  info.working_directory = Text(session.directory());
  info.host = Text(session.host());
  info.started_unix_ns = session.started_unix_ns();
  info.on_full = session.on_full();
  info.clock = session.clock();
  info.clock_source = session.clock_source();
  if (info.clock_source == kScopeClockSourceMonotonic) clock.SetNsPerTick(1);
  info.ring_bytes = session.ring_bytes();
  info.keep = Text(session.keep());
  info.snapshot = session.snapshot();
  info.cause = Text(session.cause());
  return absl::OkStatus();
}

absl::Status Tables::AddProcess(const wire::Process& process) {
  if (process.number() != processes.size()) return Senseless("a process is missing");
  processes.push_back({.number = process.number(),
                       .pid = process.pid(),
                       .parent_pid = process.parent_pid(),
                       .executable = Text(process.executable())});
  if (processes.size() == 1) {
    info.main_process = processes.front();
    clock.SetOrigin(process.started_ticks());
  }
  return absl::OkStatus();
}

absl::Status Tables::AddModule(const wire::Module& module) {
  if (module.number() != modules.size()) return Senseless("a module is missing");
  if (module.first_node() != nodes.size()) return Senseless("a module's nodes are missing");
  Module& added = modules.emplace_back();
  first_of_module_.push_back(nodes.size());
  added.number = module.number();
  added.process = module.process();
  added.path = Text(module.path());
  added.build_id = absl::BytesToHexString(Bytes(module.build_id()));
  added.note = Text(module.note());
  if (module.maps_from() != kNone) {
    if (module.maps_from() >= maps_of_module_.size()) return Senseless("its maps are missing");
    maps_of_module_.push_back(maps_of_module_[module.maps_from()]);
  } else {
    const absl::StatusOr<std::string> maps = UnpackMaps(Bytes(module.maps()), module.maps_bytes());
    if (!maps.ok()) return maps.status();
    maps_.push_back(NodeFacts::FromMaps(*maps));
    maps_of_module_.push_back(&maps_.back());
  }
  const NodeFacts& facts = *maps_of_module_.back();
  if (facts.unreadable_count() > 0) {
    absl::StrAppend(&added.note, added.note.empty() ? "" : "; ", facts.unreadable_count(), " of ",
                    facts.unreadable_count() + facts.map_count(), " AST maps cannot be read");
  }
  if (const std::string collision = CollisionText(facts); !collision.empty()) {
    absl::StrAppend(&added.note, added.note.empty() ? "" : "; ", collision);
  }
  const size_t first = nodes.size();
  const bool is_shared = module.maps_from() != kNone && Bytes(module.nodes()).empty();
  const absl::Status status =
      is_shared ? CopyNodes(module.maps_from(), module.number()) : AddNodes(module, facts);
  added.node_count = static_cast<uint32_t>(nodes.size() - first);
  return status;
}

// The same binary in another process.
absl::Status Tables::CopyNodes(uint32_t from, uint32_t to) {
  if (nodes.size() + modules[from].node_count > kNodesMax) return Senseless("too many nodes");
  for (uint32_t i = 0; i < modules[from].node_count; ++i) {
    Node node = nodes[first_of_module_[from] + i];
    node.number = static_cast<uint32_t>(nodes.size());
    node.module = to;
    nodes.push_back(std::move(node));
    facts.push_back(Facts(facts[first_of_module_[from] + i]));
  }
  return absl::OkStatus();
}

absl::Status Tables::AddNodes(const wire::Module& module, const NodeFacts& maps) {
  const absl::StatusOr<std::vector<NodePlace>> places = ParseNodes(Bytes(module.nodes()));
  if (!places.ok()) return Senseless(places.status().message());
  for (const NodePlace& place : *places) {
    Node& node = nodes.emplace_back(NodeAt(place, maps));
    node.number = static_cast<uint32_t>(nodes.size() - 1);
    node.module = module.number();
    Facts& fact = facts.emplace_back();
    fact.by_hand = node.function->by_hand;
    fact.function = function_numbers_
                        .try_emplace({node.function_id, place.instance},
                                     static_cast<uint32_t>(function_numbers_.size()))
                        .first->second;
    if (node.line == 0) continue;
    fact.place = place_numbers_
                     .try_emplace(absl::StrCat(node.file, ":", node.line),
                                  static_cast<uint32_t>(place_numbers_.size() + 1))
                     .first->second;
  }
  return absl::OkStatus();
}

absl::Status Tables::AddThread(const wire::Thread& thread) {
  if (thread.number() != threads.size()) return Senseless("a thread is missing");
  Thread& added = threads.emplace_back();
  added.number = thread.number();
  added.process = thread.process();
  added.pid = thread.pid();
  added.tid = thread.tid();
  added.name = Text(thread.name());
  return absl::OkStatus();
}

absl::Status Tables::AddTotals(const wire::Totals& totals) {
  info.complete = totals.final();
  info.limit_reached = totals.limit_reached();
  info.running = totals.running();
  info.failure = Text(totals.failure());
  info.exit_code = totals.exit_code();
  info.recorded_ns = static_cast<int64_t>(totals.recorded_ns());
  info.dropped_without_ring = totals.dropped_without_ring();
  if (totals.threads() == nullptr) return absl::OkStatus();
  for (const wire::ThreadTotals* total : *totals.threads()) {
    if (total->thread() >= threads.size()) return Senseless("an unknown thread");
    Thread& thread = threads[total->thread()];
    thread.emitted = total->emitted();
    thread.stored = total->stored();
    thread.dropped = total->dropped();
    thread.torn = total->torn();
    thread.not_kept = total->not_kept();
    thread.blocked_ns = total->blocked_ns();
  }
  return absl::OkStatus();
}

}  // namespace scope::trace
