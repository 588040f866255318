/* scope/report_macros.h - SCOPE_VALUE and the others: sites that make themselves.
 *
 * Path:    your code -> THIS -> scope/report.h
 * Stable:  source.
 *
 * Each is a statement. Only with SCOPE_DISABLE defined is each nothing, and its argument not
 * evaluated.
 */
#ifndef SCOPE_REPORT_MACROS_H_
#define SCOPE_REPORT_MACROS_H_

#include "scope/report.h"

#ifdef __GNUC__
#pragma GCC system_header
#endif

#ifdef SCOPE_DISABLE

#define SCOPE_VALUE(x) ((void)0)
#define SCOPE_TEXT(name, text) ((void)0)
#define SCOPE_PLOT(name, value) ((void)0)
#define SCOPE_LINE(name) ((void)0)
#define SCOPE_BRANCH(condition) ((void)0)
#define SCOPE_LOOP(name, iteration) ((void)0)
#define SCOPE_MATCH(name, matched) ((void)0)
#define SCOPE_STATE(name, old_state, new_state) ((void)0)
#define SCOPE_ERROR(code, message) ((void)0)
#define SCOPE_EVENT(event_type, value) ((void)0)
#define SCOPE_ZONE(name) ((void)0)
#define SCOPE_FUNCTION() ((void)0)
#define SCOPE_ZONE_BEGIN(variable, name) ((void)0)
#define SCOPE_ZONE_END(variable) ((void)0)
#define SCOPE_ADOPT(context) ((void)0)

#else

/* What is reported is evaluated once, recorded or not: a recording changes nothing. */
#define SCOPE_REPORT_AT_(kind, type, name, call)                                           \
  do {                                                                                     \
    static scope_site scope_site_ = SCOPE_SITE_OF(kind, type, __func__, name, NULL, NULL); \
    call;                                                                                  \
  } while (0)

#ifdef __cplusplus
/* Numbers, characters, pointers, enumerators, strings. */
#define SCOPE_VALUE(x)                                                                           \
  SCOPE_REPORT_AT_(Value,                                                                        \
                   (::scope::report::TypeOf<typename std::decay<decltype(x)>::type>::value), #x, \
                   ::scope::report::Value(&scope_site_, x))
#else
#define SCOPE_VALUE_TYPE_(x) \
  _Generic((x), _Bool : kScopeValueBool, char : kScopeValueChar, signed char : kScopeValueI8,  \
           short : kScopeValueI16, int : kScopeValueI32, long : kScopeValueI64,                \
           long long : kScopeValueI64, unsigned char : kScopeValueU8,                          \
           unsigned short : kScopeValueU16, unsigned int : kScopeValueU32,                     \
           unsigned long : kScopeValueU64, unsigned long long : kScopeValueU64,                \
           float : kScopeValueF32, double : kScopeValueF64, char* : kScopeValueText,           \
           const char* : kScopeValueText, default : kScopeValuePointer)
static inline void scope_put_integer(scope_site* site, uint64_t value) {
  scope_report_expression_value(site, value);
}
static inline void scope_put_double(scope_site* site, double value) {
  scope_report_expression_value(site, scope_bits_of_double(value));
}
static inline void scope_put_text(scope_site* site, const char* text) {
  scope_report_text(site, text);
}
static inline void scope_put_pointer(scope_site* site, const volatile void* value) {
  scope_report_expression_value(site, (uintptr_t)value);
}
/* Structs have no macro in C: report their members, or a declared event. */
#define SCOPE_VALUE_PUT_(x) \
  _Generic((x), _Bool : scope_put_integer, char : scope_put_integer,                           \
           signed char : scope_put_integer, short : scope_put_integer, int : scope_put_integer, \
           long : scope_put_integer, long long : scope_put_integer,                            \
           unsigned char : scope_put_integer, unsigned short : scope_put_integer,              \
           unsigned int : scope_put_integer, unsigned long : scope_put_integer,                \
           unsigned long long : scope_put_integer, float : scope_put_double,                   \
           double : scope_put_double, char* : scope_put_text, const char* : scope_put_text,    \
           default : scope_put_pointer)
#define SCOPE_VALUE(x) \
  SCOPE_REPORT_AT_(Value, SCOPE_VALUE_TYPE_(x), #x, SCOPE_VALUE_PUT_(x)(&scope_site_, x))
#endif

#define SCOPE_TEXT(name, text) \
  SCOPE_REPORT_AT_(Value, kScopeValueText, name, scope_report_text(&scope_site_, text))
#define SCOPE_PLOT(name, value) \
  SCOPE_REPORT_AT_(Metric, kScopeValueF64, name, scope_report_metric(&scope_site_, (double)(value)))
#define SCOPE_LINE(name) \
  SCOPE_REPORT_AT_(Line, kScopeValueNone, name, scope_report_line_execution(&scope_site_))
#define SCOPE_BRANCH(condition)                         \
  SCOPE_REPORT_AT_(Branch, kScopeValueBool, #condition, \
                   scope_report_branch_execution(&scope_site_, (condition) ? 1 : 0))
#define SCOPE_LOOP(name, iteration)                 \
  SCOPE_REPORT_AT_(Iteration, kScopeValueU64, name, \
                   scope_report_loop_iteration(&scope_site_, (uint64_t)(iteration)))
#define SCOPE_MATCH(name, matched)               \
  SCOPE_REPORT_AT_(Match, kScopeValueBool, name, \
                   scope_report_pattern_match(&scope_site_, (matched) ? 1 : 0))
#define SCOPE_STATE(name, old_state, new_state) \
  SCOPE_REPORT_AT_(                             \
      State, kScopeValueObject, name,           \
      scope_report_state_change(&scope_site_, (int64_t)(old_state), (int64_t)(new_state)))
#define SCOPE_ERROR(code, message)                    \
  SCOPE_REPORT_AT_(Error, kScopeValueObject, "error", \
                   scope_report_error(&scope_site_, (int64_t)(code), message))
/* event_type: the name of a scope_event_type; value: a pointer to its struct. */
#define SCOPE_EVENT(event_type, value)                                               \
  do {                                                                               \
    static scope_site scope_site_ =                                                  \
        SCOPE_SITE_OF(Custom, kScopeValueObject, __func__, NULL, NULL, &event_type); \
    scope_report_custom(&scope_site_, value);                                        \
  } while (0)

/* A stretch between two places of one function, for C. */
#define SCOPE_ZONE_BEGIN(variable, name)                             \
  static scope_site variable##_site =                                \
      SCOPE_SITE_OF(Enter, kScopeValueNone, name, name, NULL, NULL); \
  const scope_correlation variable = scope_report_function_entry(&variable##_site)
#define SCOPE_ZONE_END(variable) scope_report_function_exit(variable, kScopeExitReturn)

#define SCOPE_JOIN2_(a, b) a##b
#define SCOPE_JOIN_(a, b) SCOPE_JOIN2_(a, b)
#ifdef __cplusplus
#define SCOPE_ZONE_(name, n)                                         \
  static scope_site SCOPE_JOIN_(scope_site_, n) =                    \
      SCOPE_SITE_OF(Enter, kScopeValueNone, name, name, NULL, NULL); \
  const ::scope::report::Zone SCOPE_JOIN_(scope_zone_, n)(&SCOPE_JOIN_(scope_site_, n))
#define SCOPE_ADOPT_(context, n)                                                  \
  static scope_site SCOPE_JOIN_(scope_site_, n) =                                 \
      SCOPE_SITE_OF(Context, kScopeValueObject, __func__, "context", NULL, NULL); \
  const ::scope::report::Adopted SCOPE_JOIN_(scope_adopted_, n)(context,          \
                                                                &SCOPE_JOIN_(scope_site_, n))
/* The thread works on what was captured, until the end of the block. */
#define SCOPE_ADOPT(context) SCOPE_ADOPT_(context, __COUNTER__)
#else
static inline void scope_zone_cleanup(const scope_correlation* correlation) {
  if (*correlation != 0) scope_api_table->exit(*correlation, kScopeExitReturn);
}
#define SCOPE_ZONE_(name, n)                                         \
  static scope_site SCOPE_JOIN_(scope_site_, n) =                    \
      SCOPE_SITE_OF(Enter, kScopeValueNone, name, name, NULL, NULL); \
  const scope_correlation SCOPE_JOIN_(scope_zone_, n)                \
      __attribute__((cleanup(scope_zone_cleanup), unused)) =         \
          scope_report_function_entry(&SCOPE_JOIN_(scope_site_, n))
#endif
/* A stretch of work, until the end of the block. */
#define SCOPE_ZONE(name) SCOPE_ZONE_(name, __COUNTER__)
/* The function as a call, until it is left. */
#define SCOPE_FUNCTION() SCOPE_ZONE_(__func__, __COUNTER__)

#endif /* SCOPE_DISABLE */
#endif /* SCOPE_REPORT_MACROS_H_ */
