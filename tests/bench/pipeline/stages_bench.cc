#include <time.h>

#include <algorithm>
#include <cstdio>
#include <cstring>

#include "pipeline/stages/encode.h"
#include "pipeline/stages/sequence.h"
#include "scope/node.h"
#include "tests/bench/pipeline/bench.h"

namespace scope::bench {
namespace {

constexpr struct {
  scope_event_kind kind;
  scope_value_type type;
} kNodes[] = {{kScopeEventEnter, kScopeValueNone}, {kScopeEventExit, kScopeValueNone},
              {kScopeEventInit, kScopeValueI64},   {kScopeEventAssign, kScopeValueU16},
              {kScopeEventAssign, kScopeValueI32}, {kScopeEventBranch, kScopeValueBool},
              {kScopeEventParam, kScopeValueI32},  {kScopeEventLoop, kScopeValueBool}};

double CpuNs() {
  timespec now;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e9 + static_cast<double>(now.tv_nsec);
}

uint64_t MadeTicks() {
  static uint64_t ticks = 1'000'000;
  return ticks += 20 + ticks % 13;
}

}  // namespace

std::string NodesImage() {
  std::string image;
  const uint32_t count = std::size(kNodes);
  const scope_function_table table = {SCOPE_FUNCTION_TABLE_MAGIC, count, 1};
  image.append(reinterpret_cast<const char*>(&table), sizeof(table));
  image.append(SCOPE_PAD16(count), '\0');
  for (uint32_t i = 0; i < count; ++i) {
    const scope_node node = {.id = i + 1,
                             .switch_back = static_cast<uint32_t>(image.size() - sizeof(table) - i),
                             .kind = static_cast<uint8_t>(kNodes[i].kind),
                             .type = static_cast<uint8_t>(kNodes[i].type),
                             .flags = 0};
    image.append(reinterpret_cast<const char*>(&node), sizeof(node));
  }
  return image;
}

std::vector<uint64_t> NodeAddresses() {
  std::vector<uint64_t> addresses;
  for (uint64_t i = 0; i < std::size(kNodes); ++i) {
    addresses.push_back(kNodesAddress + sizeof(scope_function_table) +
                        SCOPE_PAD16(std::size(kNodes)) + i * sizeof(scope_node));
  }
  return addresses;
}

void BenchStages(bool with_calls) {
  using pipeline::Batch;
  constexpr size_t kBatches = 64;
  const std::vector<uint64_t> addresses = NodeAddresses();
  const auto index = pipeline::NodeIndex().With(
      0, *pipeline::ModuleNodes::Make(0, 0, kNodesAddress, NodesImage()));
  pipeline::Records records;
  WriteLoop(SCOPE_EVENTS_IN_BLOCK_MAX, with_calls, MadeTicks, [&](uint32_t node, uint64_t value) {
    const scope_record record = {addresses[node], value};
    records.Append(&record, 1);
  });
  double best_sequence = 1e30;
  double best_encode = 1e30;
  uint64_t bytes = 0;
  pipeline::Encode encode;
  for (int repeat = 0; repeat < 7; ++repeat) {
    pipeline::Sequence sequence;
    pipeline::Stream stream;
    std::vector<pipeline::Stream*> streams = {&stream};
    pipeline::Sequence::Round round;
    round.ticks_before = round.ticks_after = ~uint64_t{0} >> 1;
    round.alone = true;
    round.nodes = index;
    double sequence_ns = 0;
    double encode_ns = 0;
    bytes = 0;
    for (size_t i = 0; i < kBatches; ++i) {
      pipeline::Sequence::Batches full;
      double before = CpuNs();
      for (size_t part = 0; part < 4; ++part) {
        stream.records.Append(records.data() + part * (records.size() / 4), records.size() / 4);
        sequence(round, streams, full);
      }
      sequence_ns += CpuNs() - before;
      before = CpuNs();
      bytes += encode(*full.at(0))->data.size();
      encode_ns += CpuNs() - before;
    }
    constexpr double kEvents = kBatches * SCOPE_EVENTS_IN_BLOCK_MAX;
    best_sequence = std::min(best_sequence, sequence_ns / kEvents);
    best_encode = std::min(best_encode, encode_ns / kEvents);
  }
  std::printf(
      "stages, %s: sequence %.2f ns, enrich + encode + zstd %.2f ns an event, "
      "%.3f bytes an event\n",
      with_calls ? "values and calls" : "values", best_sequence, best_encode,
      static_cast<double>(bytes) / (kBatches * SCOPE_EVENTS_IN_BLOCK_MAX));
}

}  // namespace scope::bench
