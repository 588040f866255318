/* scope/event.h - the 16-byte record, and the kinds of event that it can be.
 *
 * Path:   hook -> THIS in a ring -> drain -> batch -> store -> reader
 * Stable: ABI. Numbers are never reused; append kinds and types, readers accept unknown ones.
 */
#ifndef SCOPE_EVENT_H_
#define SCOPE_EVENT_H_

#include <stdint.h>

/* Numbers may come from a newer scope, so a C++ enum must be able to hold every one of them. */
#ifdef __cplusplus
#define SCOPE_ANY_U32 : uint32_t
#else
#define SCOPE_ANY_U32
#endif

/* Every kind of event: X(Name, number, "word shown to people", level that compiles it in).
 * A kind of event is also the kind of the node that produces it. */
#define SCOPE_EVENT_KINDS(X)                                                                 \
  X(Enter, 1, "enter", Functions)        /* a function was entered */                        \
  X(Exit, 2, "exit", Functions)          /* a function was left */                           \
  X(Param, 3, "param", Values)           /* a parameter's value */                           \
  X(Return, 4, "return", Values)         /* the value returned */                            \
  X(Init, 5, "init", Values)             /* a variable was initialised */                    \
  X(Assign, 6, "assign", Values)         /* lhs = value */                                   \
  X(CompoundAssign, 7, "update", Values) /* value after lhs op= rhs */                       \
  X(IncDec, 8, "step", Values)           /* value after ++ or -- */                          \
  X(Branch, 9, "branch", Values)         /* condition of if or ?: */                         \
  X(Loop, 10, "loop", Values)            /* condition of a loop */                           \
  X(Switch, 11, "switch", Values)        /* value switched on */                             \
  X(Throw, 12, "throw", Functions)       /* about to throw */                                \
  X(Catch, 13, "catch", Functions)       /* a handler was entered */                         \
  X(Read, 14, "read", All)               /* a variable was read */                           \
  X(Result, 15, "result", All)           /* what a call returned */                          \
  X(Argument, 16, "argument", All)       /* of a call, before it */                          \
  X(Member, 17, "member", Values)        /* a member was initialised */                      \
  X(Iteration, 18, "iteration", Values)  /* number of a loop's turn, from 0 */               \
  X(Case, 19, "case", Values)            /* the label that was entered */                    \
  X(Match, 20, "match", Values)          /* dynamic_cast, get_if, visit, typeid */           \
  X(Reserve, 21, "reserve", Values)      /* an assignment begins; its value comes later */   \
  X(Suspend, 22, "suspend", Functions)   /* a coroutine gave way */                          \
  X(Resume, 23, "resume", Functions)     /* and goes on; value: its frame */                 \
  X(Await, 24, "await", Values)          /* what co_await returned */                        \
  X(Yield, 25, "yield", Values)          /* what co_yield was given */                       \
  X(Frame, 26, "frame", Functions)       /* of the coroutine that the next event is about */ \
  X(Destroy, 27, "destroy", Functions)   /* a coroutine that had given way is destroyed */   \
  X(Line, 32, "line", All)               /* by hand, from here on: a line is reached */      \
  X(Value, 33, "value", Values)          /* an expression's value */                         \
  X(State, 34, "state", Values)          /* a state was changed */                           \
  X(Spawn, 35, "spawn", Functions)       /* a thread or task was started */                  \
  X(Send, 36, "send", Functions)         /* a message was sent */                            \
  X(Receive, 37, "receive", Functions)   /* and received */                                  \
  X(Error, 38, "error", Functions)       /* something went wrong */                          \
  X(Metric, 39, "metric", Values)        /* a sample of a quantity */                        \
  X(Custom, 40, "custom", Functions)     /* of a declared event type */                      \
  X(Context, 41, "context", Functions)   /* the thread took on a correlation */

enum scope_event_kind SCOPE_ANY_U32 {
#define X(name, number, word, level) kScopeEvent##name = number,
  SCOPE_EVENT_KINDS(X)
#undef X
};

/* What is compiled in: each level holds the ones before it. */
enum scope_level { kScopeLevelFunctions = 0, kScopeLevelValues = 1, kScopeLevelAll = 2 };

/* How the 64 bits of a record's value are to be read: X(Name, number, "word").
 * Integers are sign- or zero-extended to 64 bits; F32 travels as a double. The types from I128 on,
 * and LongDouble, are wide: see SCOPE_WIDE below. */
#define SCOPE_VALUE_TYPES(X)                                                                \
  X(None, 0, "none")                                                                        \
  X(Bool, 1, "bool")                                                                        \
  X(I8, 2, "i8")                                                                            \
  X(I16, 3, "i16")                                                                          \
  X(I32, 4, "i32")                                                                          \
  X(I64, 5, "i64")                                                                          \
  X(U8, 6, "u8")                                                                            \
  X(U16, 7, "u16")                                                                          \
  X(U32, 8, "u32")                                                                          \
  X(U64, 9, "u64")                                                                          \
  X(F32, 10, "f32")                                                                         \
  X(F64, 11, "f64")                                                                         \
  X(LongDouble, 12, "f80")                                                                  \
  X(Pointer, 13, "pointer")                                                                 \
  X(Char, 14, "char")                                                                       \
  X(I128, 15, "i128")                                                                       \
  X(U128, 16, "u128")                                                                       \
  X(Object, 17, "object")     /* the bytes of an object; the AST map says what they mean */ \
  X(Text, 18, "text")         /* characters */                                              \
  X(Captured, 19, "captured") /* scope/wire/captured.h: describes itself */

enum scope_value_type SCOPE_ANY_U32 {
#define X(name, number, word) kScopeValue##name = number,
  SCOPE_VALUE_TYPES(X)
#undef X
};

/* How a function was left; in the low bits of an Exit record's head. */
enum scope_exit_how {
  kScopeExitReturn = 0,   /* return, or the end of the body */
  kScopeExitUnwind = 1,   /* an exception passed through */
  kScopeExitTailCall = 2, /* the call that follows takes its place */
  kScopeExitThread = 3,   /* the thread ends: pthread_exit, pthread_cancel */
  kScopeExitDestroy = 4   /* of a coroutine that had given way; said by the reader, never written */
};

/* Kinds whose records carry a time stamp instead of a value. */
#define SCOPE_HAS_STAMP(kind)                                                                 \
  ((kind) == kScopeEventEnter || (kind) == kScopeEventExit || (kind) == kScopeEventSuspend || \
   (kind) == kScopeEventResume || (kind) == kScopeEventDestroy)

/* One record.
 *   head  bits 0..3    flags (of an Exit: a scope_exit_how; otherwise 0)
 *         bits 4..47   address of the node's scope_node in the program (16-byte aligned)
 *         bits 48..63  the tag of the region of the ring that the record was written to
 *   value SCOPE_HAS_STAMP: time stamp counter, 0 when none was taken. Otherwise the value's bits.
 * `value` is stored first and `head` last, so a record whose tag is right is whole. */
typedef struct scope_record {
  uint64_t head;
  uint64_t value;
} scope_record;

#define SCOPE_RECORD_BYTES 16u
#define SCOPE_HEAD_FLAGS UINT64_C(0x000000000000000f)
#define SCOPE_HEAD_NODE UINT64_C(0x0000fffffffffff0)
#define SCOPE_HEAD_TAG_SHIFT 48

/* SCOPE_WIDE: a value of more than 64 bits is a head record, whose value says how the bytes go on,
 * and then part records of the same node, 8 bytes each, the last padded with zeros; all in one
 * reservation, the head stored first. A larger value is several such pieces one after the other.
 * In the head record's value:
 *   bits 0..15   bytes in this piece
 *   bits 16..39  offset of the piece
 *   bits 40..63  bytes of the whole value, SCOPE_WIDE_LENGTH_MAX if it has more
 * All pieces but the last have SCOPE_WIDE_PIECE_MAX bytes. The last is the one that reaches the
 * whole, or a shorter one (of 0 bytes, if need be): then the writer has left out the rest. Other
 * pieces of the thread may stand between two pieces, from a signal handler; nothing stands between
 * a head and its parts. */
#define SCOPE_FLAG_PART 0xfu /* in the flags of a part record */
#define SCOPE_WIDE_PIECE_MAX 248u
#define SCOPE_WIDE_LENGTH_MAX 0xffffffu
#define SCOPE_WIDE_PARTS(bytes) (((bytes) + 7u) / 8u)
#define SCOPE_WIDE_HEAD(bytes, offset, whole) \
  ((uint64_t)(bytes) | (uint64_t)(offset) << 16 | (uint64_t)(whole) << 40)
#define SCOPE_WIDE_BYTES(value) ((uint32_t)((value)&0xffffu))
#define SCOPE_WIDE_OFFSET(value) ((uint32_t)((value) >> 16 & 0xffffffu))
#define SCOPE_WIDE_WHOLE(value) ((uint32_t)((value) >> 40))
#define SCOPE_IS_WIDE(type) \
  ((type) == kScopeValueLongDouble || ((type) >= kScopeValueI128 && (type) <= kScopeValueCaptured))

#endif /* SCOPE_EVENT_H_ */
