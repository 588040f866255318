#include "pipeline/graph.h"

#include <oneapi/tbb/flow_graph.h>
#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/info.h>
#include <oneapi/tbb/task_arena.h>

#include <algorithm>
#include <utility>

#include "pipeline/metrics.h"

namespace scope::pipeline {
namespace {

namespace flow = oneapi::tbb::flow;

using BatchPtr = std::shared_ptr<Batch>;
using EncodedPtr = std::shared_ptr<EncodedBatch>;

// Batches between source and store: bounds memory, and keeps every core busy.
constexpr int kInFlightMax = 8;
// The source sleeps inside of its node; the other stages must go on meanwhile, even on one core.
constexpr int kThreadsMin = 3;
constexpr int kThreadsMax = 6;

void RunInArena(const GraphOptions& options) {
  Encoders encoders(options.encoders);
  flow::graph graph;

  // 1. Drain and sequence: one batch at a time, until there is nothing more.
  flow::input_node<BatchPtr> source(graph, [&](oneapi::tbb::flow_control& control) {
    BatchPtr batch = options.next();
    if (batch == nullptr) control.stop();
    return batch;
  });
  // 2. The limit on everything that follows. Rings fill up behind it, and their writers wait.
  flow::limiter_node<BatchPtr> limit(graph, kInFlightMax);
  // 3. Enrich and encode: many batches at once.
  flow::function_node<BatchPtr, EncodedPtr> encode(
      graph, flow::unlimited, [&](const BatchPtr& batch) {
        const BusyTime busy(*options.encoders.metrics, kScopeMetricEncodeBusy);
        return encoders(*batch);
      });
  // 4. Back into order.
  flow::sequencer_node<EncodedPtr> order(
      graph, [](const EncodedPtr& encoded) -> size_t { return encoded->ticket; });
  // 5. Store: each batch, in order.
  flow::function_node<EncodedPtr, flow::continue_msg> store(
      graph, flow::serial, [&](const EncodedPtr& encoded) {
        const BusyTime busy(*options.encoders.metrics, kScopeMetricStoreBusy);
        const Lease lease = std::move(encoded->lease);  // what is kept of the batch is not ours
        options.store(*encoded);
        return flow::continue_msg();
      });

  flow::make_edge(source, limit);
  flow::make_edge(limit, encode);
  flow::make_edge(encode, order);
  flow::make_edge(order, store);
  flow::make_edge(store, limit.decrementer());  // The only edge that points back: credit.

  source.activate();
  graph.wait_for_all();
}

}  // namespace

void RunGraph(const GraphOptions& options) {
  const int threads =
      std::clamp(oneapi::tbb::info::default_concurrency() + 1, kThreadsMin, kThreadsMax);
  const oneapi::tbb::global_control control(oneapi::tbb::global_control::max_allowed_parallelism,
                                            static_cast<size_t>(threads));
  oneapi::tbb::task_arena arena(threads);
  arena.execute([&] { RunInArena(options); });
}

}  // namespace scope::pipeline
