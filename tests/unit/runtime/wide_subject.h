/* wide_subject.h - the wide values that the subject reports, and the records that they are.
 *
 * Path: subject.cc, every_instruction_test.cc -> THIS
 */
#ifndef SCOPE_TESTS_WIDE_SUBJECT_H_
#define SCOPE_TESTS_WIDE_SUBJECT_H_

#include <stdint.h>

#include "scope/event.h"

/* Two pieces: a full one and a short one whose last word is not full, either. */
enum { kWideBytes = 260, kWideFirstRecords = 1 + SCOPE_WIDE_PARTS(SCOPE_WIDE_PIECE_MAX) };
enum {
  kWideLastBytes = kWideBytes - SCOPE_WIDE_PIECE_MAX,
  kWideRecords = kWideFirstRecords + 1 + SCOPE_WIDE_PARTS(kWideLastBytes)
};

/* Byte `at` of the subject's value `i`. */
static inline unsigned char WideByte(uint64_t i, uint64_t at) {
  return (unsigned char)(i * 31 + at * 7 + 1);
}

/* What record `n` of all its values holds. */
static inline uint64_t WideRecordValue(uint64_t n) {
  const uint64_t i = n / kWideRecords;
  const uint64_t k = n % kWideRecords;
  if (k == 0) return SCOPE_WIDE_HEAD(SCOPE_WIDE_PIECE_MAX, 0, kWideBytes);
  if (k == kWideFirstRecords) {
    return SCOPE_WIDE_HEAD(kWideLastBytes, SCOPE_WIDE_PIECE_MAX, kWideBytes);
  }
  /* Heads are no bytes: one of them stands before the first piece's words, two before the last's.
   */
  const uint64_t at = 8 * (k - (k < kWideFirstRecords ? 1 : 2));
  uint64_t word = 0;
  for (uint64_t b = 0; b < 8 && at + b < kWideBytes; ++b)
    word |= (uint64_t)WideByte(i, at + b) << (8 * b);
  return word;
}

#endif /* SCOPE_TESTS_WIDE_SUBJECT_H_ */
