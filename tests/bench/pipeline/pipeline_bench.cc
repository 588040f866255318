// One producer process that writes as fast as it can into a ring of 1 MiB, one collector.
//
// usage: scope_bench_pipeline [events [folder]]

#include <sys/resource.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include "pipeline/recording.h"
#include "pipeline/session.h"
#include "pipeline/shared.h"
#include "runtime/cold/session.h"
#include "runtime/hot/cursor.h"
#include "runtime/hot/ring_writer.h"
#include "tests/bench/pipeline/bench.h"

namespace scope::bench {
namespace {

constexpr char kProducer[] = "--producer";

// The program that is recorded: this one, called again. Writes what the runtime would write.
int Produce(uint64_t count, bool with_calls) {
  const std::string folder = getenv(SCOPE_ENV_SESSION);
  const auto control =
      *pipeline::MappedFile::Open(folder + "/control", sizeof(scope_session), 1u << 20);
  auto& session = control->As<scope_session>();
  const auto process_file =
      *pipeline::MappedFile::Create(folder + "/process-0", sizeof(scope_process));
  auto& process = process_file->As<scope_process>();
  process.layout = SCOPE_SESSION_LAYOUT;
  process.magic = SCOPE_PROCESS_MAGIC;
  process.pid = static_cast<uint32_t>(getpid());
  process.started_ticks = pipeline::Ticks();
  // The nodes are in no file: the collector takes them from memory.
  static const std::string image = NodesImage();
  alignas(16) static char nodes[4096];
  std::memcpy(nodes, image.data(), image.size());
  scope_module_entry& module = process.modules[0];
  std::strcpy(module.path, "/nonexistent/producer");
  module.nodes_address = reinterpret_cast<uintptr_t>(nodes);
  module.nodes_bytes = image.size();
  module.state = kScopeModuleLoaded;
  process.module_count = 1;
  pipeline::Publish(process.state, uint32_t{kScopeProcessLive});
  pipeline::Publish(session.process_count, 1u);

  const runtime::RingShape shape = runtime::MakeRingShape(session.ring_bytes);
  const auto file = *pipeline::MappedFile::Create(folder + "/ring-0", shape.file_bytes);
  auto& header = file->As<scope_ring_header>();
  header.pid = header.tid = process.pid;
  runtime::Session runtime_session = runtime::MakeSession(&session);
  runtime::RingWriter writer;
  writer.Start(&header, shape, &runtime_session);
  pipeline::Publish(session.ring_count, 1u);
  std::vector<uint64_t> addresses = NodeAddresses();
  for (uint64_t& address : addresses) address += reinterpret_cast<uintptr_t>(nodes) - kNodesAddress;
  const auto ticks = [] { return pipeline::Ticks(); };
  WriteLoop(count, with_calls, ticks, [&](uint32_t node, uint64_t value) {
    const uint64_t room = ScopeHasRoom(writer.cursor(), SCOPE_RECORD_BYTES)
                              ? ScopeTakeRoom(writer.cursor(), SCOPE_RECORD_BYTES)
                              : writer.Reserve(SCOPE_RECORD_BYTES);
    ScopePutRecord(room, addresses[node], value);
  });
  writer.End();
  return 0;
}

}  // namespace

void BenchPipeline(const std::string& directory, uint64_t count, bool with_calls) {
  pipeline::RecordOptions options;
  options.command = {"/proc/self/exe", kProducer, std::to_string(count), with_calls ? "1" : "0"};
  options.directory = directory;
  options.block_timeout_ms = 60'000;
  options.limit_bytes = ~uint64_t{0} >> 1;
  const auto result = pipeline::Record(options);
  if (!result.ok()) {
    std::printf("%s\n", result.status().ToString().c_str());
    return;
  }
  for (const std::string& warning : result->warnings) std::printf("%s\n", warning.c_str());
  rusage self;
  getrusage(RUSAGE_SELF, &self);
  const double events = static_cast<double>(result->events);
  std::printf(
      "pipeline, %s: %.1f million events/s, %llu lost, %.3f bytes an event, "
      "peak %ld MiB\n",
      with_calls ? "values and calls" : "values",
      events / static_cast<double>(result->recording_ns) * 1e3,
      static_cast<unsigned long long>(result->dropped + result->torn),
      static_cast<double>(result->trace_bytes) / events, self.ru_maxrss / 1024);
}

}  // namespace scope::bench

int main(int argc, char** argv) {
  if (argc == 4 && std::strcmp(argv[1], scope::bench::kProducer) == 0) {
    return scope::bench::Produce(std::strtoull(argv[2], nullptr, 10), argv[3][0] == '1');
  }
  const uint64_t count = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 50'000'000;
  const std::string directory = argc > 2 ? argv[2] : "/tmp/scope-bench-pipeline";
  for (const bool with_calls : {false, true}) {
    scope::bench::BenchStages(with_calls);
    scope::bench::BenchPipeline(directory, count, with_calls);
    scope::bench::BenchReader(directory);
  }
  std::filesystem::remove_all(directory);
  std::filesystem::remove_all(directory + ".old");
}
