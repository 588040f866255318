/* scope/wire/captured.h - the bytes of a captured object: a value that describes itself.
 *
 * Path:   scope/capture.h in the program -> THIS in wide records -> sdk/trace/captured.h
 * Stable: numbers are never reused; append tags. A reader stops at a tag that it does not know.
 *
 * A value is a tag byte and what the list says. Numbers are LEB128: 7 bits a byte, the lowest
 * first, bit 7 set in all but the last; "signed" ones are zigzag coded before. A name is its length
 * and its bytes. "count" is the number of elements + 1, 0 where nobody knows it. A group holds
 * values until End. The length of a whole text is all ones where nobody knows it. More may stand
 * for any value and says that something was left out; the bytes may also end anywhere, when the
 * record of the value was cut short.
 */
#ifndef SCOPE_WIRE_CAPTURED_H_
#define SCOPE_WIRE_CAPTURED_H_

#define SCOPE_CAPTURED_TAGS(X)                                                             \
  X(End, 0)          /* closes the innermost group */                                      \
  X(False, 1)        /* */                                                                 \
  X(True, 2)         /* */                                                                 \
  X(Signed, 3)       /* signed number */                                                   \
  X(Unsigned, 4)     /* number */                                                          \
  X(Char, 5)         /* number: a code point */                                            \
  X(F32, 6)          /* 4 bytes, little endian */                                          \
  X(F64, 7)          /* 8 bytes */                                                         \
  X(F80, 8)          /* 10 bytes */                                                        \
  X(I128, 9)         /* 16 bytes */                                                        \
  X(U128, 10)        /* 16 bytes */                                                        \
  X(Pointer, 11)     /* number: the address */                                             \
  X(Text, 12)        /* number: bytes of the whole text; a name: its first bytes, UTF-8 */ \
  X(Sequence, 13)    /* count; a group of elements */                                      \
  X(Map, 14)         /* count; a group of keys, each followed by its value */              \
  X(Tuple, 15)       /* a group of elements */                                             \
  X(Record, 16)      /* a group: each value has a name in front of its tag */              \
  X(Typed, 17)       /* a name: the type; a value of this type */                          \
  X(Some, 18)        /* a value: of an optional */                                         \
  X(Nothing, 19)     /* an optional without value */                                       \
  X(Alternative, 20) /* number: which one; a value: of a variant */                        \
  X(Valueless, 21)   /* a variant without value */                                         \
  X(PointsTo, 22)    /* a value: what a smart pointer owns */                              \
  X(Null, 23)        /* a pointer to nothing */                                            \
  X(Duration, 24)    /* numbers n and d; a value: ticks of n/d seconds */                  \
  X(TimePoint, 25)   /* a Duration: since the epoch of its clock */                        \
  X(ErrorCode, 26)   /* a name: the category; signed number */                             \
  X(Exception, 27)   /* a name: the mangled type, may be empty; a Text: what() */          \
  X(Opaque, 28)      /* number: bytes of an object that was not looked into */             \
  X(More, 29)        /* a limit was reached */                                             \
  X(Redacted, 30)    /* a value that must not be seen */                                   \
  X(Unexpected, 31)  /* a value: the error of a std::expected */                           \
  X(Bits, 32)        /* number: bits of the whole; a name: '0' and '1', highest first */   \
  X(Type, 33)        /* a name: a mangled type, which is the value */

/* A byte from elsewhere may be any number, so the C++ enum must be able to hold every one. */
#ifdef __cplusplus
enum scope_captured_tag : unsigned char {
#else
enum scope_captured_tag {
#endif
#define X(name, number) kScopeCaptured##name = number,
  SCOPE_CAPTURED_TAGS(X)
#undef X
};

#endif /* SCOPE_WIRE_CAPTURED_H_ */
