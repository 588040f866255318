/* scope/wire/metrics.h - what a running collector counts of itself.
 *
 * Path:    collector -> THIS, file "metrics" of the session's folder -> scope status
 * Threads: each value is atomic on its own; two of them may be a moment apart.
 * Stable:  ABI between a scope and a collector of the same layout version; values are appended.
 */
#ifndef SCOPE_WIRE_METRICS_H_
#define SCOPE_WIRE_METRICS_H_

#include <stdint.h>

#define SCOPE_METRICS_FILE "metrics"
#define SCOPE_METRICS_MAGIC UINT64_C(0x3152544d4d435353) /* "SSCMMTR1" */
#define SCOPE_METRICS_LAYOUT 1u
#define SCOPE_METRICS_MAX 120u

/* X(id, name, kind, what it is). A Counter only grows. Names that end in _ns are nanoseconds. */
#define SCOPE_METRICS(X)                                                                           \
  X(Elapsed, "elapsed_ns", Counter, "since the recording began")                                   \
  X(Events, "events_stored", Counter, "events in the trace, a wide value is one")                  \
  X(Dropped, "events_dropped", Counter, "events that found no room in a ring")                     \
  X(Torn, "events_torn", Counter, "events that a killed writer left unfinished")                   \
  X(Skipped, "events_skipped", Counter, "events left out by --sample and --rate")                  \
  X(DroppedWithoutRing, "events_without_ring", Counter, "events of threads without a ring")        \
  X(TraceBytes, "trace_bytes", Counter, "written to the trace")                                    \
  X(Processes, "processes", Counter, "that were recorded so far")                                  \
  X(Threads, "threads", Counter, "that were recorded so far")                                      \
  X(Rings, "rings", Gauge, "of threads that live, or are not read to their end")                   \
  X(WriterWait, "writer_wait_ns", Counter, "that threads waited for the collector")                \
  X(Rounds, "drain_rounds", Counter, "looks at all rings")                                         \
  X(EmptyRounds, "drain_rounds_empty", Counter, "looks that found nothing")                        \
  X(Records, "drain_records", Counter, "records taken out of rings")                               \
  X(DrainBusy, "drain_busy_ns", Counter, "draining and sequencing")                                \
  X(DrainIdle, "drain_idle_ns", Counter, "asleep, for want of events")                             \
  X(Batches, "batches", Counter, "put out by the sequencer")                                       \
  X(EncodeBusy, "encode_busy_ns", Counter, "of all encoders together")                             \
  X(StoreBusy, "store_busy_ns", Counter, "writing batches")                                        \
  X(LeasesEncode, "leases_encode", Gauge, "batches that wait for an encoder, or are encoded")      \
  X(LeasesStore, "leases_store", Gauge, "batches that wait for their turn, or are written")        \
  X(EncodeRetries, "encode_retries", Counter, "batches that an encoder failed at and began again") \
  X(Quarantined, "batches_quarantined", Counter, "batches that no encoder could take")             \
  X(WorkersNow, "drain_workers", Gauge, "that read rings")                                         \
  X(WorkerRestarts, "drain_worker_restarts", Counter, "workers that failed and were replaced")     \
  X(Cpu, "cpu_ns", Counter, "processor time of the collector since then")                          \
  X(Memory, "memory_bytes", Gauge, "resident memory of the collector at its peak")

typedef enum scope_metric {
#define SCOPE_METRIC_ID(id, name, kind, what) kScopeMetric##id,
  SCOPE_METRICS(SCOPE_METRIC_ID)
#undef SCOPE_METRIC_ID
      kScopeMetricCount
} scope_metric;

typedef struct scope_metrics {
  uint64_t magic; /* (atomic) set last */
  uint32_t layout;
  uint32_t count; /* kScopeMetricCount of the collector */
  uint64_t reserved[2];
  uint64_t values[SCOPE_METRICS_MAX]; /* (atomic) by scope_metric */
} scope_metrics;

#endif /* SCOPE_WIRE_METRICS_H_ */
