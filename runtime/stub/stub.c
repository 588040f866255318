/* stub.c - what every instrumented object carries, and every binary keeps once.
 *
 * Path:    inline hooks -> THIS (slow path, plain hooks) -> libscope_rt.so, if the environment
 * names it Threads: any, and signal handlers; constructor and destructor run under the loader.
 * Fails:   without runtime or session the switches stay off and nothing happens.
 *
 * Compiled to bitcode and linked into each module by compiler_plugin/lowering/link_stub.h, which
 * also makes __scope_start a constructor and __scope_stop a destructor. Everything is weak and
 * hidden. The library functions are weak references: where there is no loader, there is no
 * recording.
 */
#include <dlfcn.h>
#include <elf.h>
#include <stddef.h>
#include <stdint.h>

#include "runtime/hot/cursor.h"
#include "scope/attach_loader.h"
#include "scope/hooks.h"
#include "scope/module.h"
#include "scope/wire/captured.h"
#include "scope/wire/session.h"

#define SHARED_IN_BINARY __attribute__((weak, visibility("hidden")))
#define SLOW SHARED_IN_BINARY __attribute__((preserve_most, cold, noinline))

/* Not null when the runtime was loaded for all to see: into a program that was attached to. */
extern __typeof__(scope_register_module_v1) scope_register_module_v1 __attribute__((weak));
extern __typeof__(scope_unregister_module_v1) scope_unregister_module_v1 __attribute__((weak));
extern __typeof__(scope_thread_cursor_v1) scope_thread_cursor_v1 __attribute__((weak));
extern __typeof__(dlopen) dlopen __attribute__((weak));
extern __typeof__(dlsym) dlsym __attribute__((weak));
extern int* __errno_location(void) __attribute__((weak));
extern char* secure_getenv(const char* name) __attribute__((weak));

extern char __start_scope_nodes[] SHARED_IN_BINARY;
extern char __stop_scope_nodes[] SHARED_IN_BINARY;

SHARED_IN_BINARY scope_cursor __scope_idle;
/* Where the thread's pointer to its cursor lies, counted from the thread pointer: the runtime's,
 * one for all binaries. As long as there is none it is the thread's table of thread-local blocks,
 * whose first slot is a small number and a zero: to code in place a cursor that is full. */
#define SCOPE_CURSOR_AT_NONE 8
SHARED_IN_BINARY int64_t __scope_cursor_at = SCOPE_CURSOR_AT_NONE;
/* Code in place of executables has a pointer of its own, which takes one instruction less. */
SHARED_IN_BINARY __thread scope_cursor* __scope_cursor __attribute__((tls_model("initial-exec"))) =
    &__scope_idle;
/* Where records go while there is no runtime. */
SHARED_IN_BINARY scope_record __scope_nowhere[SCOPE_WIDE_BYTES_MAX / sizeof(scope_record)];
SHARED_IN_BINARY scope_module __scope_module;
SHARED_IN_BINARY scope_unregister_module_fn __scope_unregister;
/* 1 once the runtime has taken this binary in. Until then all its switches are off, and code that
 * has a copy without events runs that. */
SHARED_IN_BINARY unsigned char __scope_registered
    __attribute__((section(SCOPE_REGISTERED_SECTION)));

SHARED_IN_BINARY scope_attach_box __scope_attach
    __attribute__((section(SCOPE_ATTACH_SECTION), aligned(16))) = {.magic = SCOPE_ATTACH_MAGIC,
                                                                   .layout = SCOPE_ATTACH_LAYOUT};

SHARED_IN_BINARY void __scope_bind_own(scope_cursor* cursor) { __scope_cursor = cursor; }
/* compiler_plugin/lowering/link_stub.h leaves that function out where nothing has such a pointer,
 * which the compiler of this file must not know better. */
SHARED_IN_BINARY void __scope_bind(scope_cursor* cursor) {
  void (*own)(scope_cursor*) = __scope_bind_own;
  __asm__("" : "+r"(own));
  if (own != NULL) own(cursor);
}

/* May be one to look at only, which is full. */
static inline scope_cursor* CursorOrNone(void) {
  typedef scope_cursor* __attribute__((address_space(257))) * OfThread;
  return *(OfThread)__atomic_load_n(&__scope_cursor_at, __ATOMIC_RELAXED);
}

static inline scope_cursor* Cursor(void) {
  return __scope_cursor_at == SCOPE_CURSOR_AT_NONE ? &__scope_idle : CursorOrNone();
}

static inline __attribute__((always_inline)) void FillModule(void) {
  __scope_module.struct_size = sizeof(__scope_module);
  __scope_module.nodes_begin = __start_scope_nodes;
  __scope_module.nodes_end = __stop_scope_nodes;
  __scope_module.idle = &__scope_idle;
  __scope_module.bind = __scope_bind;
}

static inline __attribute__((always_inline)) uint32_t JoinSession(void) {
  if (dlopen == NULL || dlsym == NULL || scope_sys_getauxval(AT_BASE) == 0 ||
      scope_sys_getauxval(AT_SECURE) != 0) {
    return kScopeAttachNoLoader;
  }
  char path[sizeof(__scope_attach.session) + sizeof("/" SCOPE_ATTACH_RUNTIME)];
  const char* const name = "/" SCOPE_ATTACH_RUNTIME;
  unsigned length = 0;
  for (; length + 1 < sizeof(__scope_attach.session) && __scope_attach.session[length]; ++length) {
    path[length] = __scope_attach.session[length];
  }
  for (unsigned i = 0; i < sizeof("/" SCOPE_ATTACH_RUNTIME); ++i) path[length + i] = name[i];
  void* const runtime = dlopen(path, RTLD_NOW | RTLD_GLOBAL | RTLD_NODELETE);
  if (runtime == NULL) return kScopeAttachNoRuntime;
  const scope_attach_module_fn attach =
      (scope_attach_module_fn)dlsym(runtime, "scope_attach_module_v1");
  __scope_unregister = (scope_unregister_module_fn)dlsym(runtime, "scope_unregister_module_v1");
  const scope_thread_cursor_fn thread_cursor =
      (scope_thread_cursor_fn)dlsym(runtime, "scope_thread_cursor_v1");
  if (attach == NULL || __scope_unregister == NULL || thread_cursor == NULL) {
    return kScopeAttachNoRuntime;
  }
  __scope_cursor_at = thread_cursor();
  if (__scope_module.struct_size == 0) FillModule();
  path[length] = '\0';
  return attach(&__scope_module, path) == 0 ? 0 : kScopeAttachRefused;
}

SHARED_IN_BINARY __attribute__((cold, noinline)) void __scope_join(void) {
  const uint32_t reason = JoinSession();
  __scope_registered = reason == 0;
  __scope_attach.reason = reason;
  __atomic_store_n(&__scope_attach.state, reason == 0 ? kScopeAttachDone : kScopeAttachFailed,
                   __ATOMIC_RELEASE);
}

/* Takes a request, here or later. */
SHARED_IN_BINARY __attribute__((cold, noinline)) void __scope_heed(void) {
  if ((uint32_t)scope_system(kScopeCallPid, 0, 0, 0, 0, 0, 0) != __scope_attach.pid) return;
  if (scope_sys_getauxval == NULL) {
    __scope_attach.reason = kScopeAttachNoLoader;
    __atomic_store_n(&__scope_attach.state, kScopeAttachFailed, __ATOMIC_RELEASE);
    return;
  }
  uint64_t mask;
  const uint64_t all = ~UINT64_C(0);
  scope_system(kScopeCallMask, 2 /* SIG_SETMASK */, (long)&all, (long)&mask, 8, 0, 0);
  uint32_t asked = kScopeAttachAsked;
  if (scope_is_safe_here(&__scope_attach) &&
      __atomic_compare_exchange_n(&__scope_attach.state, &asked, kScopeAttachTaken, 0,
                                  __ATOMIC_ACQUIRE, __ATOMIC_RELAXED)) {
    int* const error = __errno_location != NULL ? __errno_location() : NULL;
    const int before = error != NULL ? *error : 0;
    if (!scope_call_on_new_stack(__scope_join)) {
      __atomic_store_n(&__scope_attach.state, kScopeAttachAsked, __ATOMIC_RELEASE);
    }
    if (error != NULL) *error = before;
  }
  scope_system(kScopeCallMask, 2, (long)&mask, 0, 8, 0, 0);
}

static inline int IsAsked(void) {
  const uint32_t state = __atomic_load_n(&__scope_attach.state, __ATOMIC_ACQUIRE);
  return state == kScopeAttachAsked || state == kScopeAttachTaken;
}

SLOW uint64_t __scope_reserve(uint64_t bytes) {
  if (__builtin_expect(IsAsked(), 0)) {
    __scope_heed();
    if (IsAsked()) return (uintptr_t)__scope_nowhere;
  }
  if (__scope_module.reserve != NULL) return __scope_module.reserve(&__scope_module, bytes);
  return (uintptr_t)__scope_nowhere;
}

static inline uint64_t RoomFor(uint64_t bytes) {
  scope_cursor* const cursor = CursorOrNone();
  if (__builtin_expect(!ScopeHasRoom(cursor, bytes), 0)) return __scope_reserve(bytes);
  return ScopeTakeRoom(cursor, bytes);
}

static inline uint64_t Room(void) { return RoomFor(SCOPE_RECORD_BYTES); }

/* The cursor has come to stamp_at, and its clock is not exact. */
SLOW uint64_t __scope_adapt_stamp(void) { return ScopeTakeDueStamp(Cursor()); }

/* The cursor has come to stamp_at. A jump, so that the exact clock pays for no more registers. */
SLOW uint64_t __scope_due_stamp(void) {
  if (Cursor()->clock == kScopeClockExact) return __builtin_ia32_rdtsc();
  __attribute__((musttail)) return __scope_adapt_stamp();
}

/* What an entry or exit at `room` carries: the time, or 0. */
static inline uint64_t Stamp(uint64_t room) {
  scope_cursor* const cursor = Cursor();
  const uint64_t at = __atomic_load_n(&cursor->stamp_at, __ATOMIC_RELAXED);
  if ((int64_t)(room - at) < 0) return 0;
  if (cursor->clock == kScopeClockExact) return __builtin_ia32_rdtsc();
  return __scope_adapt_stamp();
}

static inline uint8_t SwitchOf(const scope_node* node) {
  return __atomic_load_n((const uint8_t*)node - node->switch_back, __ATOMIC_RELAXED);
}

/* Whether a node with a rule has this event written. Asked once an event: it counts. `frame`: the
 * frame of the function that instrumented code has called, which tells the calls of one function
 * apart. */
static inline int IsAdmitted(const scope_node* node, uint8_t rule, const void* frame) {
  return __scope_module.admit == NULL || __scope_module.admit(node, rule, frame);
}

static inline const scope_node* NodeOf(uint64_t node_and_flags) {
  return (const scope_node*)(uintptr_t)(node_and_flags & ~SCOPE_HEAD_FLAGS);
}

/* An event without code of its own, or of a group whose nodes are not all simply on. */
SLOW void __scope_emit_metered(uint64_t node_and_flags, uint64_t value) {
  const scope_node* const node = NodeOf(node_and_flags);
  if (!IsAdmitted(node, SwitchOf(node), __builtin_frame_address(0))) return;
  ScopePutRecord(Room(), node_and_flags, value);
}

SLOW void __scope_emit(uint64_t node_and_flags, uint64_t value) {
  const uint8_t state = SwitchOf(NodeOf(node_and_flags));
  /* A jump, so that there is no frame in between, and none on the other way. */
  if (__builtin_expect(state > SCOPE_SWITCH_ON, 0)) {
    __attribute__((musttail)) return __scope_emit_metered(node_and_flags, value);
  }
  if (state != SCOPE_SWITCH_OFF) ScopePutRecord(Room(), node_and_flags, value);
}

/* The same for entry and exit. */
static inline void PutStamped(uint64_t node_and_flags) {
  const uint64_t room = Room(); /* First: it gives the thread its cursor, and so its clock. */
  ScopePutRecord(room, node_and_flags, Stamp(room));
}

SLOW void __scope_emit_stamp_metered(uint64_t node_and_flags) {
  const scope_node* const node = NodeOf(node_and_flags);
  if (IsAdmitted(node, SwitchOf(node), __builtin_frame_address(0))) PutStamped(node_and_flags);
}

SLOW void __scope_emit_stamp(uint64_t node_and_flags) {
  const uint8_t state = SwitchOf(NodeOf(node_and_flags));
  if (__builtin_expect(state > SCOPE_SWITCH_ON, 0)) {
    __attribute__((musttail)) return __scope_emit_stamp_metered(node_and_flags);
  }
  if (state != SCOPE_SWITCH_OFF) PutStamped(node_and_flags);
}

static inline __attribute__((always_inline)) int IsWanted(const scope_node* node) {
  const uint8_t state = SwitchOf(node);
  return state <= SCOPE_SWITCH_ON ? state : IsAdmitted(node, state, __builtin_frame_address(0));
}

static inline __attribute__((always_inline)) void Report(const scope_node* node, uint64_t value) {
  if (IsWanted(node)) ScopePutRecord(Room(), (uintptr_t)node, value);
}

static inline __attribute__((always_inline)) void ReportStamped(const scope_node* node,
                                                                uint64_t flags) {
  if (IsWanted(node)) PutStamped((uintptr_t)node | flags);
}

SHARED_IN_BINARY void __scope_report_enter(const scope_node* node) { ReportStamped(node, 0); }

SHARED_IN_BINARY void __scope_report_exit(const scope_node* node, uint32_t how) {
  ReportStamped(node, how);
}

SHARED_IN_BINARY void __scope_report_value(const scope_node* node, uint64_t value) {
  Report(node, value);
}

SHARED_IN_BINARY void __scope_report_double(const scope_node* node, double value) {
  uint64_t bits;
  __builtin_memcpy(&bits, &value, sizeof(bits));
  Report(node, bits);
}

SHARED_IN_BINARY void __scope_report_pointer(const scope_node* node, const volatile void* value) {
  Report(node, (uintptr_t)value);
}

typedef uint64_t UnalignedWord __attribute__((aligned(1), may_alias));

/* The first 8 of `count` bytes as a word; where there are fewer, the rest of it is zero. No memcpy:
 * it may be instrumented, replaced, or not there. */
static inline uint64_t WordOf(const volatile unsigned char* bytes, uint64_t count) {
  if (count >= 8) return *(const volatile UnalignedWord*)bytes;
  uint64_t word = 0;
  for (uint64_t i = 0; i < count; ++i) word |= (uint64_t)bytes[i] << (8 * i);
  return word;
}

/* One piece, at most SCOPE_WIDE_PIECE_MAX bytes. */
static void PutPiece(const scope_node* node, const volatile unsigned char* value, uint64_t bytes,
                     uint64_t head) {
  const uint64_t room = RoomFor((1 + SCOPE_WIDE_PARTS(bytes)) * SCOPE_RECORD_BYTES);
  ScopePutRecord(room, (uintptr_t)node, head);
  uint64_t part = room;
  for (uint64_t at = 0; at < bytes; at += 8) {
    part += SCOPE_RECORD_BYTES;
    ScopePutRecord(part, (uintptr_t)node | SCOPE_FLAG_PART, WordOf(value + at, bytes - at));
  }
}

static void PutBytes(const scope_node* node, const volatile void* value, uint64_t bytes,
                     uint64_t whole) {
  if (bytes > SCOPE_WIDE_LENGTH_MAX) bytes = SCOPE_WIDE_LENGTH_MAX;
  if (whole > SCOPE_WIDE_LENGTH_MAX) whole = SCOPE_WIDE_LENGTH_MAX;
  if (bytes > whole) bytes = whole;
  const volatile unsigned char* const from = value;
  uint64_t at = 0;
  uint64_t piece;
  do {
    const uint64_t left = bytes - at;
    piece = left < SCOPE_WIDE_PIECE_MAX ? left : SCOPE_WIDE_PIECE_MAX;
    PutPiece(node, from + at, piece, SCOPE_WIDE_HEAD(piece, at, whole));
    at += piece;
  } while (piece == SCOPE_WIDE_PIECE_MAX && at < whole);
}

SHARED_IN_BINARY void __scope_report_bytes(const scope_node* node, const volatile void* value,
                                           uint64_t bytes, uint64_t whole) {
  if (IsWanted(node)) PutBytes(node, value, bytes, whole);
}

static inline uint64_t PutVarint(unsigned char* to, uint64_t value) {
  uint64_t n = 0;
  for (; value >= 0x80; value >>= 7) to[n++] = (unsigned char)(value | 0x80);
  to[n++] = (unsigned char)value;
  return n;
}

/* Not in the middle of a UTF-8 character. */
static inline uint64_t WholeCharacters(const volatile unsigned char* text, uint64_t bytes) {
  while (bytes > 0 && (text[bytes - 1] & 0xc0) == 0x80) --bytes;
  if (bytes > 0 && text[bytes - 1] >= 0xc0) --bytes;
  return bytes;
}

/* As scope/wire/captured.h says. Addresses in the first page and beyond those of programs stand for
 * something else. */
SHARED_IN_BINARY __attribute__((noinline)) void __scope_report_text(const scope_node* node,
                                                                    const char* text) {
  const volatile unsigned char* const from = (const volatile unsigned char*)text;
  unsigned char value[1 + 10 + 10 + SCOPE_TEXT_BYTES_MAX];
  uint64_t size = 1;
  if (!IsWanted(node)) return;
  if (text == NULL) {
    value[0] = kScopeCapturedNull;
  } else if ((uintptr_t)text < 4096 || (uintptr_t)text >> 47 != 0) {
    value[0] = kScopeCapturedPointer;
    size += PutVarint(value + size, (uintptr_t)text);
  } else {
    uint64_t length = 0;
    while (length < SCOPE_TEXT_BYTES_MAX && from[length] != 0) ++length;
    const int is_whole = length < SCOPE_TEXT_BYTES_MAX;
    if (!is_whole) length = WholeCharacters(from, length);
    value[0] = kScopeCapturedText;
    size += PutVarint(value + size, is_whole ? length : UINT64_MAX);
    size += PutVarint(value + size, length);
    for (uint64_t i = 0; i < length; ++i) value[size++] = from[i];
  }
  PutBytes(node, value, size, size);
}

SHARED_IN_BINARY int __scope_is_on(const scope_node* node) {
  return SwitchOf(node) != SCOPE_SWITCH_OFF;
}

SHARED_IN_BINARY void __scope_report_mark(const scope_node* node) { Report(node, 0); }

SHARED_IN_BINARY void __scope_start(void) {
  if (secure_getenv == NULL || dlopen == NULL || dlsym == NULL || scope_sys_getauxval == NULL)
    return;
  /* A static program may have dlopen, but what that loads would bring a second libc. */
  if (scope_sys_getauxval(AT_BASE) == 0) return;
  if (__scope_module.struct_size != 0) return;
  if (secure_getenv(SCOPE_ENV_SESSION) == NULL) {
    if (scope_register_module_v1 == NULL || scope_unregister_module_v1 == NULL) return;
    if (scope_thread_cursor_v1 == NULL) return;
    __scope_unregister = scope_unregister_module_v1;
    __scope_cursor_at = scope_thread_cursor_v1();
    FillModule();
    if (scope_register_module_v1(&__scope_module) == 0) __scope_registered = 1;
    return;
  }
  const char* const path = secure_getenv(SCOPE_ENV_RUNTIME);
  if (path == NULL) return;
  void* const runtime = dlopen(path, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
  if (runtime == NULL) return;
  const scope_register_module_fn register_module =
      (scope_register_module_fn)dlsym(runtime, "scope_register_module_v1");
  __scope_unregister = (scope_unregister_module_fn)dlsym(runtime, "scope_unregister_module_v1");
  const scope_thread_cursor_fn thread_cursor =
      (scope_thread_cursor_fn)dlsym(runtime, "scope_thread_cursor_v1");
  if (register_module == NULL || __scope_unregister == NULL || thread_cursor == NULL) return;
  __scope_cursor_at = thread_cursor();
  FillModule();
  if (register_module(&__scope_module) == 0) __scope_registered = 1;
}

SHARED_IN_BINARY void __scope_stop(void) {
  if (__scope_unregister != NULL) __scope_unregister(&__scope_module);
}
