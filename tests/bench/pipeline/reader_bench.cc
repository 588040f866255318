#include <cstdio>

#include "pipeline/shared.h"
#include "scope/trace/reader.h"
#include "tests/bench/pipeline/bench.h"

namespace scope::bench {
namespace {

void Walk(trace::TraceReader& reader, const trace::Selection& selection, const char* what) {
  const int64_t before = pipeline::MonotonicNs();
  uint64_t delivered = 0;
  uint64_t sum = 0;
  const absl::Status status = reader.ForEach(selection, [&](const trace::Event& event) {
    ++delivered;
    sum += event.bits;
    return true;
  });
  const double ns = static_cast<double>(pipeline::MonotonicNs() - before);
  std::printf("reader, %s: %.1f million events/s, %llu of %llu delivered%s\n", what,
              static_cast<double>(reader.info().event_count) / ns * 1e3,
              static_cast<unsigned long long>(delivered),
              static_cast<unsigned long long>(reader.info().event_count),
              status.ok() && sum != 1 ? "" : ", failed");
}

}  // namespace

void BenchReader(const std::string& directory) {
  const int64_t before = pipeline::MonotonicNs();
  const auto reader = trace::TraceReader::Open(directory);
  if (!reader.ok()) {
    std::printf("%s\n", reader.status().ToString().c_str());
    return;
  }
  std::printf("reader, open: %.2f ms for %llu events\n",
              static_cast<double>(pipeline::MonotonicNs() - before) * 1e-6,
              static_cast<unsigned long long>((*reader)->info().event_count));
  Walk(**reader, {}, "everything");
  std::vector<bool> nodes((*reader)->nodes().size());
  if (nodes.size() > 4) nodes[4] = true;
  trace::Selection one;
  one.nodes = &nodes;
  Walk(**reader, one, "one node");
}

}  // namespace scope::bench
