/* Hooks that print each event instead of recording it; used with lower=calls.
 * The file is named by SCOPE_TEST_EVENTS: "<id> <kind> <type> <value>" on a line. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "scope/event.h"
#include "scope/hooks.h"

static void Print(const scope_node* node, const char* value) {
  static FILE* events;
  if (events == NULL) events = fopen(getenv("SCOPE_TEST_EVENTS"), "w");
  fprintf(events, "%" PRIu64 " %d %d %s\n", node->id, node->kind, node->type, value);
  fflush(events);
}

void __scope_report_enter(const scope_node* node) { Print(node, "-"); }

void __scope_report_exit(const scope_node* node, uint32_t how) {
  static const char* const words[] = {"-", "unwind", "tail_call", "thread_end"};
  Print(node, words[how]);
}

void __scope_report_value(const scope_node* node, uint64_t value) {
  char text[32];
  const int is_unsigned = node->type >= kScopeValueU8 && node->type <= kScopeValueU64;
  snprintf(text, sizeof(text), is_unsigned ? "%" PRIu64 : "%" PRId64, value);
  Print(node, text);
}

void __scope_report_double(const scope_node* node, double value) {
  char text[32];
  snprintf(text, sizeof(text), "%g", value);
  Print(node, text);
}

void __scope_report_pointer(const scope_node* node, const volatile void* value) {
  Print(node, value == NULL ? "null" : "pointer");
}

/* Numbers of 16 bytes or 10 as such, everything else in hexadecimal. */
void __scope_report_bytes(const scope_node* node, const volatile void* value, uint64_t bytes,
                          uint64_t whole) {
  /* What an object holds may be addresses; tests/e2e/objects_test.py reads it with the reader. */
  if (node->type == kScopeValueCaptured) {
    Print(node, "captured");
    return;
  }
  char text[1024];
  if (node->type == kScopeValueLongDouble) {
    snprintf(text, sizeof(text), "%.20Lg", *(const volatile long double*)value);
  } else if (node->type == kScopeValueI128 || node->type == kScopeValueU128) {
    const volatile int64_t* words = value;
    snprintf(text, sizeof(text), "%" PRId64 ":%" PRIu64, words[1], (uint64_t)words[0]);
  } else {
    const volatile unsigned char* from = value;
    size_t at = 0;
    for (uint64_t i = 0; i < bytes && at + 3 < sizeof(text); ++i) {
      at += (size_t)snprintf(text + at, sizeof(text) - at, "%02x", from[i]);
    }
    snprintf(text + at, sizeof(text) - at, bytes < whole ? "..." : "");
  }
  Print(node, text);
}

void __scope_report_text(const scope_node* node, const char* text) {
  Print(node, text == NULL ? "null" : text);
}

int __scope_is_on(const scope_node* node) {
  (void)node;
  return 1;
}

void __scope_report_mark(const scope_node* node) { Print(node, "-"); }
