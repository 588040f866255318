/* scope/plugin.h - the C ABI of ingestors, sinks and viewers, version 1.
 *
 * Path:    ingestor_NAME.so in the program -> rings -> trace -> sink_NAME.so, viewer_NAME.so
 * Threads: a sink or viewer is called from one thread of a process of its own; an ingestor's start
 *          before main, everything else as it does itself.
 * Fails:   what goes wrong is told in `error`, in one line, and said to the user. A sink that
 *          crashes or hangs takes nothing with it but itself.
 * Stable:  ABI. Fields are appended, `struct_size` says which are there; a break is _v2 beside
 * this.
 *
 * A plugin is a shared object with one exported function: scope_ingestor_entry_v1,
 * scope_sink_entry_v1 or scope_viewer_entry_v1. docs/plugins.md starts from an empty folder;
 * scope/sink.h and scope/ingestor.h do the rest.
 */
#ifndef SCOPE_PLUGIN_H_
#define SCOPE_PLUGIN_H_

#include <stddef.h>
#include <stdint.h>

#include "scope/event.h"

#define SCOPE_PLUGIN_VERSION 1u
#define SCOPE_PLUGIN_ERROR_BYTES 256u

#ifdef __cplusplus
extern "C" {
#endif

/* --- Ingestors: run in the program, and report what a library does with scope/report.h --- */

typedef struct scope_ingestor {
  uint32_t struct_size;
  uint32_t version; /* SCOPE_PLUGIN_VERSION */
  const char* name;
  const char* summary; /* one line, for `scope plugins` */
  /* While a recording starts, before the program's own code. `options`: what followed the colon in
   * --ingest NAME:OPTIONS, or "". Nonzero: it cannot work here, and is not heard of again. */
  int (*start)(const char* options, char error[SCOPE_PLUGIN_ERROR_BYTES]);
} scope_ingestor;

/* --- Sinks and viewers: get the events of a trace in their order, while it grows or later --- */

typedef struct scope_node_info {
  uint32_t struct_size;
  uint32_t number; /* in the trace, dense from 0 */
  uint64_t id;     /* the same in each build; docs/node_ids.md */
  uint8_t kind;    /* scope_event_kind; a new one may come */
  uint8_t type;    /* scope_value_type */
  uint16_t reserved;
  uint32_t line;         /* 0: unknown */
  uint32_t column;       /* 0: unknown */
  const char* kind_word; /* "init", "enter", ... */
  const char* name;      /* of the variable, the metric, ...; may be "" */
  const char* type_name; /* as in the source; may be "" */
  const char* file;      /* absolute; "" when unknown */
  const char* function;  /* qualified; "?" when unknown */
} scope_node_info;

typedef struct scope_thread_info {
  uint32_t struct_size;
  uint32_t number; /* in the trace, dense from 0 */
  uint32_t process;
  uint32_t pid;
  uint32_t tid;
  uint32_t reserved;
  const char* name;
} scope_thread_info;

#define SCOPE_NO_NODE UINT32_MAX
#define SCOPE_NO_CALL UINT64_MAX

typedef struct scope_event_info {
  uint64_t seq; /* in the whole trace, ascending */
  uint64_t thread_seq;
  int64_t time_ns; /* since the recording began */
  uint32_t thread;
  uint32_t node;  /* SCOPE_NO_NODE: a gap, gap_count events are missing here */
  uint64_t bits;  /* the value, as scope_record.value; floats as a double's bits */
  uint64_t call;  /* seq of the Enter of the call around it, or SCOPE_NO_CALL */
  uint32_t depth; /* calls around it */
  uint8_t how;    /* of an Exit: scope_exit_how */
  uint8_t truncated;
  uint16_t gap_reason; /* scope_gap_reason */
  const void* bytes;   /* of a wide value: text, a struct; NULL otherwise */
  uint64_t byte_count;
  uint64_t gap_count;
} scope_event_info;

/* What scope does for a plugin. */
typedef struct scope_host {
  uint32_t struct_size;
  uint32_t version;
  const char* directory; /* of the trace */
  const char* options;   /* what followed the colon in --sink NAME:OPTIONS, or "" */
  void* self;
  /* The value of an event of the batch that is being shown, as a person writes it. Returns its
   * length; what does not fit is left out, and `out` always ends with a zero. */
  size_t (*format)(const struct scope_host* host, const scope_event_info* event, char* out,
                   size_t out_bytes);
  /* From the first node or thread on; 0 and "" while they are not known. */
  int64_t started_unix_ns; /* when time_ns was 0 */
  const char* program;     /* that was recorded, as it was called */
} scope_host;

typedef struct scope_end_info {
  uint32_t struct_size;
  uint32_t complete; /* 0: the recording was cut off */
  uint64_t events;
  uint64_t lost;
  int32_t exit_code; /* of the program */
  uint32_t reserved;
} scope_end_info;

/* Sinks and viewers have one shape; they differ in what they are for, and in who starts them. */
typedef struct scope_sink {
  uint32_t struct_size;
  uint32_t version; /* SCOPE_PLUGIN_VERSION */
  const char* name;
  const char* summary;
  /* NULL: it cannot begin, `error` says why. `host` lives until close() has returned. */
  void* (*open)(const scope_host* host, char error[SCOPE_PLUGIN_ERROR_BYTES]);
  /* Before the first event of it; may be NULL. Texts live until close() has returned. */
  int (*node)(void* self, const scope_node_info* node);
  int (*thread)(void* self, const scope_thread_info* thread);
  /* Nonzero, here and above: it wants no more, `error` of close() says why. */
  int (*events)(void* self, const scope_event_info* events, size_t count);
  /* Always, once. Nonzero: it failed. */
  int (*close)(void* self, const scope_end_info* end, char error[SCOPE_PLUGIN_ERROR_BYTES]);
} scope_sink;
typedef scope_sink scope_viewer;

typedef const scope_ingestor* (*scope_ingestor_entry_fn)(void);
typedef const scope_sink* (*scope_sink_entry_fn)(void);

#define SCOPE_PLUGIN_EXPORT __attribute__((visibility("default")))

#ifdef __cplusplus
}
#endif

#endif /* SCOPE_PLUGIN_H_ */
