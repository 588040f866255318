/* scope/wire/block.h - the envelope around each block of a trace file.
 *
 * Path:   store -> THIS | payload (a FlatBuffer of sdk/schema/trace.fbs), padded to 8 -> reader
 * Fails:  a block whose magic, length or checksum is wrong ends the readable part of the file.
 * Stable: file format.
 *
 * A trace is a folder; "events.scope" in it starts with a scope_file_header, then block after
 * block, only ever appended. Integers are little-endian.
 */
#ifndef SCOPE_WIRE_BLOCK_H_
#define SCOPE_WIRE_BLOCK_H_

#include <stdint.h>

#define SCOPE_TRACE_FILE "events.scope"
#define SCOPE_FILE_MAGIC UINT64_C(0x3145434152544353) /* "SCTRACE1" */
#define SCOPE_FILE_VERSION 1u
#define SCOPE_BLOCK_MAGIC UINT32_C(0x4b4c4253) /* "SBLK" */
#define SCOPE_BLOCK_BYTES_MAX (64u * 1024u * 1024u)
#define SCOPE_EVENTS_IN_BLOCK_MAX 65536u

typedef struct scope_file_header {
  uint64_t magic;
  uint32_t version;
  uint32_t reserved;
} scope_file_header;

enum scope_block_kind {
  kScopeBlockSession = 1,
  kScopeBlockClock = 2,
  kScopeBlockProcess = 3,
  kScopeBlockModule = 4,
  kScopeBlockThread = 5,
  kScopeBlockEvents = 6,
  kScopeBlockTotals = 7,
  kScopeBlockMeters = 8,
  kScopeBlockIndex = 9
};

typedef struct scope_block_header {
  uint32_t magic;
  uint32_t kind;          /* scope_block_kind; unknown kinds are skipped */
  uint64_t sequence;      /* 0, 1, 2, ... in the file */
  uint64_t payload_bytes; /* without the padding */
  uint64_t checksum;      /* XXH3_64bits over kind, sequence, payload_bytes (as stored), payload */
} scope_block_header;

/* Why events are missing. */
enum scope_gap_reason {
  kScopeGapDropped = 1,    /* the ring was full, or capture was stopped */
  kScopeGapTorn = 2,       /* reserved, but its thread died or left before it was written */
  kScopeGapNotKept = 3,    /* of a snapshot: it lies before the window that was kept */
  kScopeGapQuarantined = 4 /* the collector could not store it: see quarantine-N.txt beside it */
};

#endif /* SCOPE_WIRE_BLOCK_H_ */
