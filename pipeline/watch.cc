#include "pipeline/watch.h"

#include <algorithm>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "scope/trace/node_filter.h"
#include "sdk/trace/tables.h"

namespace scope::pipeline {
namespace {

// A trigger that comes again and again shall not fill the disk with the same.
constexpr int64_t kPauseNs = 1'000'000'000;

// As -F means functions and -V variables; or the id of the node.
bool Means(const std::string& glob, const trace::Node& node) {
  uint64_t id = 0;
  if (glob.size() == 16 && absl::SimpleHexAtoi(glob, &id) && id == node.id) return true;
  if (node.kind == kScopeEventEnter) return trace::MatchesFunction(glob, *node.function);
  return trace::IsVariable(node) && trace::MatchesGlob(glob, node.name);
}

}  // namespace

Watch::Watch(const KeepOptions& options, std::function<size_t()> pending)
    : options_(options), pending_(std::move(pending)), tables_(std::make_unique<trace::Tables>()) {}

Watch::~Watch() = default;

void Watch::See(Batch& batch, int64_t now_ns) {
  if (!options_.LooksAtEvents()) return;
  batch_ = &batch;
  now_ns_ = now_ns;
  Learn(batch.notes);
  for (const ThreadStart& start : batch.starts) ThreadOf(start.thread).ticks = start.ticks;
  const scope_record* record = batch.records.data();
  for (const Run& run : batch.runs) {
    const ModuleNodes* module = nullptr;
    for (const scope_record* const end = record + run.count; record < end; ++record) {
      const uint64_t address = record->head & SCOPE_HEAD_NODE;
      if (module == nullptr || address - module->address >= module->bytes) {
        module = batch.nodes->Find(run.process, address);
        if (module == nullptr) continue;
      }
      const uint32_t slot = module->slots[(address - module->address) / 16];
      if (slot == 0) continue;
      const uint32_t node = module->first_node + slot - 1;
      if (SCOPE_HAS_STAMP(module->nodes[slot - 1].kind) && record->value != 0 &&
          record->value <= batch.ticks_max) {
        ThreadOf(run.thread).ticks = record->value;
      }
      if (node < watched_.size() && watched_[node].role != kNone) LookAt(*record, node, run.thread);
    }
  }
  if (!options_.slow.empty()) LookForHanging(batch.ticks_max);
  batch_ = nullptr;
}

bool Watch::MayFire(int64_t now_ns) {
  if (fired_ >= options_.SnapshotsMax() || now_ns < next_ns_ || pending_() > 0) {
    ++missed_;
    return false;
  }
  ++fired_;
  next_ns_ = now_ns + kPauseNs;
  return true;
}

void Watch::Learn(const std::vector<Note>& notes) {
  for (const Note& note : notes) {
    if (note.kind == kScopeBlockProcess || note.kind == kScopeBlockModule) {
      if (!tables_->Add(note.kind, note.payload).ok()) return;
    }
  }
  for (size_t node = watched_.size(); node < tables_->nodes.size(); ++node) {
    watched_.push_back(WatchedOf(tables_->nodes[node]));
  }
}

Watch::Watched Watch::WatchedOf(const trace::Node& node) const {
  for (size_t i = 0; i < options_.node_globs.size(); ++i) {
    if (Means(options_.node_globs[i], node)) return {kHit, static_cast<uint8_t>(i)};
  }
  if (node.kind == kScopeEventThrow || node.kind == kScopeEventCatch) {
    return {options_.at_exception ? kThrow : kNone, 0};
  }
  if (node.kind != kScopeEventEnter && node.kind != kScopeEventExit) return {};
  for (size_t i = 0; i < options_.slow.size(); ++i) {
    if (trace::MatchesFunction(options_.slow[i].function_glob, *node.function)) {
      return {node.kind == kScopeEventEnter ? kEnter : kExit, static_cast<uint8_t>(i)};
    }
  }
  return {};
}

void Watch::LookAt(const scope_record& record, uint32_t node, uint32_t thread) {
  const trace::Node& facts = tables_->nodes[node];
  if ((record.head & SCOPE_HEAD_FLAGS) == SCOPE_FLAG_PART) return;
  switch (watched_[node].role) {
    case kNone:
      return;
    case kHit:
      if (!Fires()) return;
      Fire(absl::StrCat("node:", options_.node_globs[watched_[node].trigger], ": ", NameOf(node),
                        ", thread ", thread));
      return;
    case kThrow:
      if (!Fires()) return;
      Fire(absl::StrCat("exception: ", facts.kind == kScopeEventThrow ? "throw" : "catch",
                        facts.type_name.empty() ? "" : " of ", facts.type_name, " in ",
                        facts.function->name, ", thread ", thread));
      return;
    case kEnter:
      ThreadOf(thread).calls.push_back(
          {.ticks = ThreadOf(thread).ticks, .enter_node = node, .trigger = watched_[node].trigger});
      return;
    case kExit:
      Leave(node, thread);
      return;
  }
}

// Calls inside of it that are still open were left by longjmp; one that is not there was entered
// before anybody looked.
void Watch::Leave(uint32_t node, uint32_t thread) {
  std::vector<Call>& calls = ThreadOf(thread).calls;
  const auto function_of = [&](uint32_t number) { return tables_->nodes[number].function_id; };
  const auto found = std::find_if(calls.rbegin(), calls.rend(), [&](const Call& call) {
    return function_of(call.enter_node) == function_of(node);
  });
  if (found == calls.rend()) return;
  CheckCall(*found, ThreadOf(thread).ticks, true, thread);
  calls.erase(std::prev(found.base()), calls.end());
}

// A call that does not come back is slow as well.
void Watch::LookForHanging(uint64_t now_ticks) {
  for (uint32_t thread = 0; thread < threads_.size(); ++thread) {
    for (Call& call : threads_[thread].calls) CheckCall(call, now_ticks, false, thread);
  }
}

void Watch::CheckCall(Call& call, uint64_t until_ticks, bool is_over, uint32_t thread) {
  if (call.is_told || until_ticks <= call.ticks) return;
  const SlowTrigger& trigger = options_.slow[call.trigger];
  const int64_t took_ns = rate_.ToNs(until_ticks - call.ticks);
  if (took_ns <= trigger.longer_than_ns) return;
  call.is_told = true;
  if (!Fires()) return;
  Fire(absl::StrFormat("slow:%s: %s %s %.3f ms, thread %u", trigger.text, NameOf(call.enter_node),
                       is_over ? "took" : "has been running for",
                       static_cast<double>(took_ns) * 1e-6, thread));
}

std::string Watch::NameOf(uint32_t node) const {
  const trace::Node& facts = tables_->nodes[node];
  return facts.kind == kScopeEventEnter ? facts.function->name : facts.name;
}

// True: Fire() may follow. Asked first, because a cause in words costs more than an event.
bool Watch::Fires() {
  if (batch_->snapshots.empty()) return MayFire(now_ns_);
  ++missed_;
  return false;
}

void Watch::Fire(std::string cause) {
  batch_->snapshots.push_back({.cause = std::move(cause), .directory = "", .request = 0});
}

Watch::Thread& Watch::ThreadOf(uint32_t number) {
  if (threads_.size() <= number) threads_.resize(number + size_t{1});
  return threads_[number];
}

}  // namespace scope::pipeline
