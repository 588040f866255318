/* scope/report_attach.h - reports by hand in a program that is attached to while it runs.
 *
 * Path:    scope attach -> box, section "scope_report" (scope/wire/attach.h) -> THIS, at the next
 *          event -> libscope_rt.so -> scope_api_table
 * Threads: any that reports; one of them takes the request. Not in signal handlers.
 * Fails:   the box says why, and nothing is recorded.
 * Stable:  ABI.
 */
#ifndef SCOPE_REPORT_ATTACH_H_
#define SCOPE_REPORT_ATTACH_H_

#include "scope/report_api.h"

#ifdef __GNUC__
#pragma GCC system_header
#endif

#if !defined(SCOPE_DISABLE) && defined(__x86_64__)
#include "scope/attach_loader.h"
#define SCOPE_ATTACHABLE

#ifdef __cplusplus
extern "C" {
#endif

extern int* scope_sys_errno(void) __asm__("__errno_location") __attribute__((weak));

/* Exported by libscope_rt.so: the table, for the session in `folder`. `is_new`: the binary has not
 * had it before. NULL: it cannot be joined. */
typedef const scope_api* (*scope_api_attach_fn)(const char* folder, int is_new);

SCOPE_WEAK_HIDDEN scope_report_redacted scope_api_redacted = {"", "", 0, 0};

/* Where it cannot be written down, everything is redacted. */
SCOPE_WEAK_HIDDEN __attribute__((cold, noinline)) void scope_api_remember(const char* globs,
                                                                          uint32_t text_limit) {
  scope_report_redacted* const to = &scope_api_redacted;
  size_t used;
  const size_t more = globs != NULL ? __builtin_strlen(globs) : 0;
  int tries = 1000;
  if (text_limit != 0) to->text_limit = text_limit;
  if (more == 0) return;
  while (__atomic_exchange_n(&to->is_taken, 1u, __ATOMIC_ACQUIRE) != 0 && --tries > 0) {
  }
  used = __builtin_strlen(to->globs);
  if (tries == 0 || used + more + 2 > sizeof(to->globs)) {
    __builtin_memcpy(to->globs, "*,", 3);
  } else {
    __builtin_memcpy(to->globs + used, globs, more);
    to->globs[used + more] = ',';
  }
  __atomic_store_n(&to->is_taken, 0u, __ATOMIC_RELEASE);
  __atomic_thread_fence(__ATOMIC_SEQ_CST); /* what the joining thread missed, the caller tells it */
}

/* Each object has one; `self` is the one that the linker has chosen. */
SCOPE_WEAK_HIDDEN scope_report_box scope_api_box
    __attribute__((section(SCOPE_REPORT_SECTION), aligned(16))) = {
        {SCOPE_ATTACH_MAGIC, SCOPE_ATTACH_LAYOUT, 0, 0, 0, {{0, 0}, {0, 0}, {0, 0}, {0, 0}}, ""},
        &scope_api_box,
        &scope_api_state,
        &scope_api_redacted,
        0};

/* On a stack of its own. */
SCOPE_WEAK_HIDDEN __attribute__((cold, noinline)) SCOPE_LOADER_PART uint32_t scope_api_load(void) {
  char path[sizeof(scope_api_box.box.session) + sizeof("/" SCOPE_ATTACH_RUNTIME)];
  unsigned length = 0;
  unsigned i;
  void* runtime;
  void* symbol;
  scope_api_attach_fn attach;
  const scope_api* table;
  if (scope_sys_dlopen == NULL || scope_sys_dlsym == NULL) return kScopeAttachNoLoader;
  if (scope_sys_getauxval(7 /* AT_BASE */) == 0 || scope_sys_getauxval(23 /* AT_SECURE */) != 0) {
    return kScopeAttachNoLoader;
  }
  for (; length + 1 < sizeof(scope_api_box.box.session); ++length) {
    if (scope_api_box.box.session[length] == '\0') break;
    path[length] = scope_api_box.box.session[length];
  }
  for (i = 0; i < sizeof("/" SCOPE_ATTACH_RUNTIME); ++i) {
    path[length + i] = ("/" SCOPE_ATTACH_RUNTIME)[i];
  }
  runtime = scope_sys_dlopen(path, 0x2 | 0x100 | 0x1000); /* now, global, never unloaded */
  if (runtime == NULL) return kScopeAttachNoRuntime;
  symbol = scope_sys_dlsym(runtime, "scope_api_attach_v1");
  if (symbol == NULL) return kScopeAttachNoRuntime;
  __builtin_memcpy(&attach, &symbol, sizeof(attach));
  path[length] = '\0';
  table = attach(path, scope_api_table == NULL);
  if (table == NULL) return kScopeAttachRefused;
  /* Before the first event: what the program has asked for when nobody listened. */
  __atomic_store_n(&scope_api_table, table, __ATOMIC_SEQ_CST);
  scope_api_redacted.others[sizeof(scope_api_redacted.others) - 1] = '\0';
  table->redact(scope_api_redacted.others);
  table->redact(scope_api_redacted.globs);
  if (scope_api_redacted.text_limit != 0) table->limit_text(scope_api_redacted.text_limit);
  return 0;
}

SCOPE_WEAK_HIDDEN __attribute__((cold, noinline)) SCOPE_LOADER_PART void scope_api_join(void) {
  const uint32_t reason = scope_api_load();
  scope_api_box.box.reason = reason;
  __atomic_store_n(&scope_api_state, reason == 0 ? kScopeApiOn : kScopeApiOff, __ATOMIC_RELEASE);
  __atomic_store_n(&scope_api_box.box.state, reason == 0 ? kScopeAttachDone : kScopeAttachFailed,
                   __ATOMIC_RELEASE);
}

/* Takes a request, here or later. 1: the table is there. */
SCOPE_WEAK_HIDDEN __attribute__((cold, noinline)) SCOPE_LOADER_PART int scope_api_heed(void) {
  scope_attach_box* const box = &scope_api_box.box;
  const uint64_t all = ~UINT64_C(0);
  uint64_t mask;
  uint32_t asked = kScopeAttachAsked;
  if (scope_sys_getauxval == NULL ||
      (uint32_t)scope_system(kScopeCallPid, 0, 0, 0, 0, 0, 0) != box->pid) {
    scope_api_state = kScopeApiOff; /* a fork's child: its parent was meant */
    return 0;
  }
  scope_system(kScopeCallMask, 2 /* SIG_SETMASK */, (long)&all, (long)&mask, 8, 0, 0);
  if (scope_is_safe_here(box) &&
      __atomic_compare_exchange_n(&box->state, &asked, (uint32_t)kScopeAttachTaken, 0,
                                  __ATOMIC_ACQUIRE, __ATOMIC_RELAXED)) {
    int* const error = scope_sys_errno != NULL ? scope_sys_errno() : NULL;
    const int before = error != NULL ? *error : 0;
    if (!scope_call_on_new_stack(scope_api_join)) {
      __atomic_store_n(&box->state, (uint32_t)kScopeAttachAsked, __ATOMIC_RELEASE);
    }
    if (error != NULL) *error = before;
  }
  scope_system(kScopeCallMask, 2, (long)&mask, 0, 8, 0, 0);
  return __atomic_load_n(&scope_api_state, __ATOMIC_ACQUIRE) == kScopeApiOn;
}

#ifdef __cplusplus
}
#endif
#endif

#endif /* SCOPE_REPORT_ATTACH_H_ */
