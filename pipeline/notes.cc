#include "pipeline/notes.h"

#include <unistd.h>
#include <zstd.h>

#include "absl/strings/str_cat.h"
#include "pipeline/shared.h"
#include "schema/trace_generated.h"
#include "scope/wire/clock.h"

namespace scope::pipeline {
namespace {

using flatbuffers::FlatBufferBuilder;

constexpr int kMapsLevel = 3;
// A block also holds the nodes and a few strings.
constexpr size_t kMapsPackedMax = SCOPE_BLOCK_BYTES_MAX / 2;

template <typename Root>
Note Finish(scope_block_kind kind, FlatBufferBuilder& builder, flatbuffers::Offset<Root> root) {
  builder.Finish(root);
  const uint8_t* data = builder.GetBufferPointer();
  return {.kind = kind, .payload = std::vector<uint8_t>(data, data + builder.GetSize())};
}

auto Bytes(FlatBufferBuilder& builder, absl::string_view bytes) {
  return builder.CreateVector(reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size());
}

std::string Packed(const std::string& bytes) {
  std::string packed(ZSTD_compressBound(bytes.size()), '\0');
  const size_t size =
      ZSTD_compress(packed.data(), packed.size(), bytes.data(), bytes.size(), kMapsLevel);
  packed.resize(ZSTD_isError(size) != 0 ? 0 : size);
  return packed;
}

std::string WorkingDirectory() {
  char path[4096];
  return getcwd(path, sizeof(path)) == nullptr ? "" : path;
}

std::string HostName() {
  char name[256] = {};
  return gethostname(name, sizeof(name) - 1) != 0 ? "" : name;
}

}  // namespace

Note SessionNote(const RecordOptions& options, int64_t started_unix_ns,
                 const SnapshotFacts& snapshot) {
  FlatBufferBuilder builder;
  std::vector<std::string> selection;
  for (const std::string& glob : options.function_globs) selection.push_back("-F " + glob);
  for (const std::string& glob : options.variable_globs) selection.push_back("-V " + glob);
  for (const MeterChange& meter : options.meters) {
    selection.push_back((meter.is_rate ? "--rate " : "--sample ") + meter.Text());
  }
  const auto version = builder.CreateString(options.version);
  const auto command = builder.CreateVectorOfStrings(options.command);
  const auto directory = builder.CreateString(WorkingDirectory());
  const auto host = builder.CreateString(HostName());
  const auto globs = builder.CreateVectorOfStrings(selection);
  const auto keep = builder.CreateString(snapshot.number == 0 ? "" : options.keep.text);
  const auto cause = builder.CreateString(snapshot.cause);
  return Finish(kScopeBlockSession, builder,
                wire::CreateSession(builder, version, command, directory, host, started_unix_ns,
                                    static_cast<uint8_t>(options.on_full),
                                    static_cast<uint8_t>(options.clock), options.ring_bytes, globs,
                                    static_cast<uint8_t>(options.clock_source), keep,
                                    snapshot.number, cause));
}

Note ClockNote() {
  FlatBufferBuilder builder;
  // The reading between two that lie closest together is the least disturbed.
  uint64_t ticks = 0;
  uint64_t best = ~uint64_t{0};
  uint64_t ns = 0;
  for (int i = 0; i < 5; ++i) {
    const uint64_t before = Ticks();
    const uint64_t now = ScopeMonotonicRawNs();
    const uint64_t after = Ticks();
    if (after - before >= best) continue;
    best = after - before;
    ticks = before + best / 2;
    ns = now;
  }
  return Finish(kScopeBlockClock, builder, wire::CreateClock(builder, ticks, ns));
}

Note ProcessNote(const ProcessFacts& process) {
  FlatBufferBuilder builder;
  const auto executable = builder.CreateString(process.executable);
  return Finish(kScopeBlockProcess, builder,
                wire::CreateProcess(builder, process.number, process.pid, process.parent_pid,
                                    executable, process.started_ticks));
}

Note ModuleNote(ModuleFacts module) {
  FlatBufferBuilder builder;
  std::string maps = module.maps.empty() ? "" : Packed(module.maps);
  if (maps.size() > kMapsPackedMax) {
    maps.clear();
    absl::StrAppend(&module.note, "its AST maps are too large: ", module.maps.size(), " bytes");
  }
  const auto path = builder.CreateString(module.path);
  const auto build_id = Bytes(builder, module.build_id);
  const bool is_shared = module.maps_from != kNoMapsFrom;
  const auto nodes = Bytes(builder, is_shared ? absl::string_view() : module.nodes);
  const auto packed = Bytes(builder, maps);
  const auto note = builder.CreateString(module.note);
  return Finish(kScopeBlockModule, builder,
                wire::CreateModule(builder, module.number, module.process, path, build_id,
                                   module.first_node, module.nodes_address, nodes, packed,
                                   maps.empty() ? 0 : module.maps.size(), note, module.maps_from));
}

Note ThreadNote(const ThreadFacts& thread) {
  FlatBufferBuilder builder;
  const auto name = builder.CreateString(thread.name);
  return Finish(kScopeBlockThread, builder,
                wire::CreateThread(builder, thread.number, thread.process, thread.pid, thread.tid,
                                   name, thread.started_ticks));
}

Note TotalsNote(const TotalsFacts& totals) {
  FlatBufferBuilder builder;
  std::vector<flatbuffers::Offset<wire::ThreadTotals>> threads;
  threads.reserve(totals.threads.size());
  for (const trace::Thread& thread : totals.threads) {
    threads.push_back(wire::CreateThreadTotals(builder, thread.number, thread.emitted,
                                               thread.stored, thread.dropped, thread.torn,
                                               thread.blocked_ns, thread.not_kept));
  }
  const auto vector = builder.CreateVector(threads);
  const auto failure = builder.CreateString(totals.failure);
  return Finish(
      kScopeBlockTotals, builder,
      wire::CreateTotals(builder, totals.is_final, totals.events, vector,
                         totals.dropped_without_ring, totals.exit_code, totals.recorded_ns,
                         totals.limit_reached, failure, totals.running));
}

Note MetersNote(const std::vector<MeterFacts>& meters) {
  FlatBufferBuilder builder;
  std::vector<flatbuffers::Offset<wire::Meter>> tables;
  for (const MeterFacts& meter : meters) {
    tables.push_back(wire::CreateMeter(builder, meter.id, meter.every, meter.per_second,
                                       meter.follows_call, meter.passed, meter.skipped));
  }
  const auto vector = builder.CreateVector(tables);
  return Finish(kScopeBlockMeters, builder, wire::CreateMeters(builder, vector));
}

Note IndexNote(const std::vector<trace::BlockSummary>& blocks) {
  uint64_t bytes = 0;
  const std::vector<uint8_t> packed = trace::PackSummaries(blocks, &bytes);
  FlatBufferBuilder builder(packed.size() + 64);
  const auto data = builder.CreateVector(packed);
  return Finish(kScopeBlockIndex, builder, wire::CreateIndex(builder, bytes, data));
}

Note EventsNote(const EncodedBatch& batch, uint64_t first_seq, uint64_t continued_before) {
  FlatBufferBuilder builder(batch.data.size() + 4096);
  std::vector<wire::Run> runs;
  for (const Run& run : batch.runs) runs.emplace_back(run.thread, run.count);
  std::vector<wire::ThreadStart> starts;
  for (const ThreadStart& start : batch.starts) {
    starts.emplace_back(start.thread_seq, start.ticks, start.thread, 0);
  }
  std::vector<wire::Gap> gaps;
  for (const Gap& gap : batch.gaps) {
    gaps.emplace_back(gap.thread_seq, gap.count, gap.thread, gap.before, gap.reason, 0);
  }
  std::vector<wire::Column> columns;
  for (const Column& column : batch.columns) {
    columns.emplace_back(0, 0, column.node, column.count, column.offset, column.bytes);
  }
  std::vector<wire::Frame> frames;
  for (const Frame& frame : batch.frames) frames.emplace_back(frame.packed, frame.unpacked);
  std::vector<wire::Stamp> stamps;
  for (const Stamp& stamp : batch.stamps) {
    stamps.emplace_back(stamp.ticks, stamp.thread, stamp.before);
  }
  const auto data = builder.CreateVector(batch.data);
  const auto run_vector = builder.CreateVectorOfStructs(runs);
  const auto start_vector = builder.CreateVectorOfStructs(starts);
  const auto gap_vector = builder.CreateVectorOfStructs(gaps);
  const auto column_vector = builder.CreateVectorOfStructs(columns);
  const auto stamp_vector = builder.CreateVectorOfStructs(stamps);
  const auto frame_vector = builder.CreateVectorOfStructs(frames);
  return Finish(
      kScopeBlockEvents, builder,
      wire::CreateEvents(builder, first_seq, batch.count, batch.first_ticks, batch.last_ticks,
                         run_vector, start_vector, gap_vector, column_vector, batch.data_bytes,
                         data, batch.index_bytes, stamp_vector, batch.continued, continued_before,
                         frame_vector, true));
}

}  // namespace scope::pipeline
