/* scope/report.h - events reported by hand, from code that any compiler compiles.
 *
 * Path:    your code -> THIS -> scope/report_api.h -> the rings that injected hooks use, too
 * Threads: any, and signal handlers; a site's first event takes a lock once.
 * Fails:   never; an event that cannot be recorded is counted as dropped. Without a recording a
 *          call is a test of one byte. With SCOPE_DISABLE defined nothing is left at all.
 * Stable:  ABI and source. C11, C++11; GCC and Clang.
 *
 * Macros make the site (file, line, function, name) by themselves: SCOPE_VALUE(x),
 * SCOPE_FUNCTION(), SCOPE_ZONE("load"). The functions take a site, of SCOPE_SITE or of
 * scope_site_named() for names that are only known at run time. docs/report.md has an example of
 * each.
 */
#ifndef SCOPE_REPORT_H_
#define SCOPE_REPORT_H_

#include "scope/report_api.h"

#ifdef __GNUC__
#pragma GCC system_header
#endif

#include <string.h>

/* A site that stands still: SCOPE_SITE(s, Line, None, "checkpoint"); scope_report_line(&s, 3); */
#define SCOPE_SITE_OF(kind, type, function, name, unit, event_type)                           \
  {                                                                                           \
    NULL, __FILE__, function, name, unit, event_type, __LINE__, (uint8_t)(kScopeEvent##kind), \
        (uint8_t)(type), 0                                                                    \
  }
#define SCOPE_SITE(variable, kind, type, name) \
  static scope_site variable = SCOPE_SITE_OF(kind, kScopeValue##type, __func__, name, NULL, NULL)
/* Of a function or another stretch of work. */
#define SCOPE_SITE_ENTER(variable, name) \
  static scope_site variable = SCOPE_SITE_OF(Enter, kScopeValueNone, name, name, NULL, NULL)
/* Of a declared event type; the value is a struct of that layout. */
#define SCOPE_EVENT_SITE(variable, event_type) \
  static scope_site variable =                 \
      SCOPE_SITE_OF(Custom, kScopeValueObject, __func__, (event_type)->name, NULL, event_type)
#define SCOPE_FIELD(struct_type, member, value_type, unit)                            \
  {                                                                                   \
#member, unit, (uint8_t)(kScopeValue##value_type), offsetof(struct_type, member), \
        sizeof(((struct_type*)0)->member)                                             \
  }

#ifdef __cplusplus
extern "C" {
#endif

/* --- Functions and calls --- */

/* NULL when nothing is recorded, or there is no room for more names. Costs a look-up by content. */
static inline scope_site* scope_site_named(uint8_t kind, uint8_t type, const char* module,
                                           const char* function, const char* name, uint32_t line) {
  if (!scope_api_is_there()) return NULL;
  return scope_api_table->find_site(kind, type, module, function, name, line);
}

/* A function with a node of its own. The correlation identifies the call; 0: not recorded. */
static inline scope_correlation scope_report_function_entry(scope_site* site) {
  return site != NULL && scope_wants(site) ? scope_api_table->enter(site) : 0;
}
/* A function known by name only. */
static inline scope_correlation scope_report_function_entry_named(const char* module,
                                                                  const char* function) {
  return scope_report_function_entry(
      scope_site_named(kScopeEventEnter, kScopeValueNone, module, function, function, 0));
}
/* Ends that call, and calls inside of it that have not ended. how: scope_exit_how. */
static inline void scope_report_function_exit(scope_correlation correlation, uint32_t how) {
  if (correlation != 0 && scope_api_table != NULL) scope_api_table->exit(correlation, how);
}

/* --- Values. `bits`: as scope_record.value; scope_bits_of_double() makes them of a double --- */

static inline uint64_t scope_bits_of_double(double value) {
  uint64_t bits;
  memcpy(&bits, &value, sizeof(bits));
  return bits;
}
static inline void scope_report_expression_value(scope_site* site, uint64_t bits) {
  if (site != NULL && scope_wants(site)) scope_api_table->value(site, bits);
}
/* Of a site of type Text, or with an event type. Cut to the limit of scope_limit_text(). */
static inline void scope_report_bytes(scope_site* site, const void* value, size_t bytes) {
  if (site != NULL && scope_wants(site)) scope_api_table->bytes(site, value, bytes);
}
static inline void scope_report_text(scope_site* site, const char* text) {
  if (text != NULL) scope_report_bytes(site, text, strlen(text));
}
/* A declared event; `value` is its struct. */
static inline void scope_report_custom(scope_site* site, const void* value) {
  scope_report_bytes(site, value, site->event_type->value_bytes);
}

typedef struct scope_variable {
  const char* name;
  uint8_t type; /* scope_value_type, not wide */
  uint64_t bits;
} scope_variable;
/* Several variables at one place, known by name. */
static inline void scope_report_variable_snapshot(const char* file, const char* function,
                                                  uint32_t line, const scope_variable* variables,
                                                  size_t count) {
  size_t i;
  if (!scope_api_is_there()) return;
  for (i = 0; i < count; ++i) {
    scope_report_expression_value(scope_site_named(kScopeEventValue, variables[i].type, file,
                                                   function, variables[i].name, line),
                                  variables[i].bits);
  }
}

/* --- What happened; sites of the kinds Line, Match, Branch, Loop, Metric --- */

static inline void scope_report_line_execution(scope_site* site) {
  scope_report_expression_value(site, 0);
}
static inline void scope_report_pattern_match(scope_site* site, int matched) {
  scope_report_expression_value(site, matched != 0);
}
static inline void scope_report_branch_execution(scope_site* site, int taken) {
  scope_report_expression_value(site, taken != 0);
}
static inline void scope_report_loop_iteration(scope_site* site, uint64_t iteration) {
  scope_report_expression_value(site, iteration);
}
static inline void scope_report_metric(scope_site* site, double value) {
  scope_report_expression_value(site, scope_bits_of_double(value));
}

/* Values of these are structs, so that each part has its name in the trace. */
typedef struct scope_state_change {
  int64_t old_state;
  int64_t new_state;
} scope_state_change;
typedef struct scope_message {
  uint64_t peer;     /* whom it goes to or comes from, as you number them */
  uint64_t id;       /* of the message */
  uint64_t sent_ns;  /* CLOCK_MONOTONIC; a receive takes it from the message */
  uint64_t queue_ns; /* receive: how long it was on its way */
} scope_message;
typedef struct scope_error_report {
  int64_t code;
  char message[96];
  uint64_t frames[12]; /* return addresses, innermost first */
} scope_error_report;

/* Sites of the kinds State, Send, Receive, Error, of type Object: the runtime knows their fields.
 */
static inline void scope_report_state_change(scope_site* site, int64_t old_state,
                                             int64_t new_state) {
  const scope_state_change change = {old_state, new_state};
  scope_report_bytes(site, &change, sizeof(change));
}
/* Returns the time to send along, 0 when nothing is recorded. */
static inline uint64_t scope_report_message_send(scope_site* site, uint64_t to, uint64_t id) {
  scope_message message = {to, id, 0, 0};
  if (site == NULL || !scope_wants(site)) return 0;
  message.sent_ns = scope_api_table->now_ns();
  scope_api_table->bytes(site, &message, sizeof(message));
  return message.sent_ns;
}
/* sent_ns: what the send returned, 0 if unknown; the queue time is made of it. */
static inline void scope_report_message_receive(scope_site* site, uint64_t from, uint64_t id,
                                                uint64_t sent_ns) {
  scope_message message = {from, id, sent_ns, 0};
  if (site == NULL || !scope_wants(site)) return;
  if (sent_ns != 0) message.queue_ns = scope_api_table->now_ns() - sent_ns;
  scope_api_table->bytes(site, &message, sizeof(message));
}
/* A site of kind Spawn, type U64: `child` is any number that the child's context will show. */
static inline void scope_report_thread_spawn(scope_site* site, uint64_t child) {
  scope_report_expression_value(site, child);
}
/* With the stack of the caller. */
static inline void scope_report_error(scope_site* site, int64_t code, const char* message) {
  if (site != NULL && scope_wants(site)) scope_api_table->error(site, code, message);
}

#ifdef __cplusplus
}
#endif

#include "scope/report_context.h"
#ifdef __cplusplus
#include "scope/report_cxx.h"
#endif
#include "scope/report_macros.h"

#endif /* SCOPE_REPORT_H_ */
