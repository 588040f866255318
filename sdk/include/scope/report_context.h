/* scope/report_context.h - which work a thread is on, and taking it to other threads and processes.
 *
 * Path:    scope/report.h -> THIS -> the runtime's state of the calling thread
 * Threads: each function acts on the calling thread.
 * Fails:   without a recording: 0, and nothing happens.
 * Stable:  ABI and source.
 *
 * Between threads: capture in the one, adopt in the other, release when the work is done.
 * Coroutines and pools: adopt where a task goes on, release where it gives way. Between processes:
 * send the traceparent of https://www.w3.org/TR/trace-context.
 */
#ifndef SCOPE_REPORT_CONTEXT_H_
#define SCOPE_REPORT_CONTEXT_H_

#include "scope/report_api.h"

#ifdef __GNUC__
#pragma GCC system_header
#endif

#define SCOPE_TRACEPARENT_BYTES 56 /* with its zero */

#ifdef __cplusplus
extern "C" {
#endif

/* Whether events of this thread are recorded: there is a recording, and no guard is in the way. */
static inline int scope_enabled(void) { return scope_api_is_there() && scope_api_table->enabled(); }
/* The innermost call or adopted context; 0: none. */
static inline scope_correlation scope_current_correlation(void) {
  return scope_api_table == NULL ? 0 : scope_api_table->current();
}
/* Gives the thread its ring now instead of at its first event. 0: there is no recording. */
static inline int scope_initialize_context(void) {
  return scope_api_is_there() ? scope_api_table->initialize() : 0;
}
/* Forgets calls, contexts and guards of the thread. */
static inline void scope_clear_context(void) {
  if (scope_api_table != NULL) scope_api_table->clear();
}
/* The call stack by hand. 0: it is full. */
static inline int scope_push_call(scope_correlation correlation) {
  return scope_api_table == NULL ? 0 : scope_api_table->push(correlation);
}
static inline scope_correlation scope_pop_call(void) {
  return scope_api_table == NULL ? 0 : scope_api_table->pop();
}

/* From disable to enable nothing of this thread that is reported by hand is recorded. They nest. */
static inline void scope_disable_thread(void) {
  if (scope_api_table != NULL) scope_api_table->disable(1);
}
static inline void scope_enable_thread(void) {
  if (scope_api_table != NULL) scope_api_table->disable(-1);
}

static inline scope_context scope_context_capture(void) {
  scope_context context = {0, 0, 0};
  if (scope_api_is_there()) scope_api_table->capture(&context);
  return context;
}
/* The thread goes on with that work; a Context event says so. 0: nothing to release. */
static inline int scope_context_adopt(const scope_context* context, scope_site* site) {
  if (!scope_wants(site)) return 0;
  return scope_api_table->adopt(context, site);
}
static inline void scope_context_release(int adopted) {
  if (adopted) scope_pop_call();
}

static inline void scope_hex_write(char* out, uint64_t value) {
  int i;
  for (i = 15; i >= 0; --i, value >>= 4) out[i] = "0123456789abcdef"[value & 15];
}
/* 0: not 16 hexadecimal digits in lower case. */
static inline int scope_hex_read(const char* text, uint64_t* value) {
  int i;
  *value = 0;
  for (i = 0; i < 16; ++i) {
    const char c = text[i];
    const int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
    if (digit < 0) return 0;
    *value = *value << 4 | (uint64_t)digit;
  }
  return 1;
}
/* "00-<trace id>-<parent id>-01". 0: there is no context to tell of. */
static inline int scope_traceparent_write(const scope_context* context,
                                          char out[SCOPE_TRACEPARENT_BYTES]) {
  out[0] = '\0';
  if ((context->trace_high | context->trace_low) == 0 || context->parent == 0) return 0;
  out[0] = out[1] = '0';
  out[2] = out[35] = out[52] = '-';
  scope_hex_write(out + 3, context->trace_high);
  scope_hex_write(out + 19, context->trace_low);
  scope_hex_write(out + 36, context->parent);
  out[53] = '0';
  out[54] = '1';
  out[55] = '\0';
  return 1;
}
/* 0: the text is no traceparent of a version that can be read. */
static inline int scope_traceparent_read(const char* text, scope_context* context) {
  size_t length = 0;
  while (length < 56 && text[length] != '\0') ++length;
  if (length < 55 || text[2] != '-' || text[35] != '-' || text[52] != '-') return 0;
  if (text[0] != '0' || text[1] != '0' || length != 55) return 0;
  if (!scope_hex_read(text + 3, &context->trace_high)) return 0;
  if (!scope_hex_read(text + 19, &context->trace_low)) return 0;
  if (!scope_hex_read(text + 36, &context->parent)) return 0;
  return (context->trace_high | context->trace_low) != 0 && context->parent != 0;
}

/* Struct sizes are set here; fields that an older runtime does not know stay 0. 0: no recording. */
static inline int scope_get_correlation_metadata(scope_correlation_metadata* metadata) {
  __builtin_memset(metadata, 0, sizeof(*metadata));
  metadata->struct_size = (uint32_t)sizeof(*metadata);
  if (!scope_api_is_there()) return 0;
  scope_api_table->metadata(metadata);
  return 1;
}
/* The ring of the calling thread. 0: it has none. */
static inline int scope_get_buffer(scope_buffer_info* info) {
  __builtin_memset(info, 0, sizeof(*info));
  info->struct_size = (uint32_t)sizeof(*info);
  return scope_api_is_there() ? scope_api_table->buffer(info) : 0;
}
/* Records `iterations` events of each sort to find out. 0: nothing is recorded. */
static inline int scope_measure_overhead(uint32_t iterations, scope_overhead* overhead) {
  __builtin_memset(overhead, 0, sizeof(*overhead));
  overhead->struct_size = (uint32_t)sizeof(*overhead);
  return scope_api_is_there() ? scope_api_table->measure(iterations, overhead) : 0;
}
/* A node id as people and tools write it: 16 hexadecimal digits, not all zero. */
static inline int scope_validate_node_id(const char* text) {
  uint64_t id;
  size_t length = 0;
  if (text == NULL) return 0;
  while (length < 17 && text[length] != '\0') ++length;
  return length == 16 && scope_hex_read(text, &id) && id != 0;
}
/* Values of sites and fields whose name matches (* and ?) never reach the ring, as with the
 * variable SCOPE_REDACT. For sites that have not reported yet. */
static inline void scope_redact(const char* glob) {
#ifdef SCOPE_ATTACHABLE
  scope_api_remember(glob, 0);
#endif
  if (scope_api_table != NULL) scope_api_table->redact(glob);
}
/* Longer texts are cut, and the trace says how long they were. 240 unless set; at most 4096. */
static inline void scope_limit_text(uint32_t bytes) {
#ifdef SCOPE_ATTACHABLE
  scope_api_remember(NULL, bytes);
#endif
  if (scope_api_table != NULL) scope_api_table->limit_text(bytes);
}

#ifdef __cplusplus
}
#endif

#endif /* SCOPE_REPORT_CONTEXT_H_ */
