/* scope/wire/ring.h - the bytes of one thread's ring, a file in the session's folder.
 *
 * Path:    inline hooks and runtime (writer) -> THIS in shared memory -> drain (reader)
 * Threads: one writer thread, and the signal handlers that interrupt it; one reader.
 * Stable:  ABI between a runtime and a collector of the same layout version.
 *
 * File:  scope_ring_header | chunk 0 | chunk 1 | ... | chunk K-1 | scratch
 *
 * A ring is K chunks that are filled in turn. Region r (r = 0, 1, 2, ...) is either an opened chunk
 * or one use of the scratch area, where events go that nobody will read (the ring is full, or
 * capture was stopped). The cursor holds the next address and, in its upper 16 bits, the region's
 * tag, r mod 2^16, so that one `xadd` takes both. Writing n bytes is
 *
 *   if ((int64_t)(end - cur) < n) slow path: open the next region, take n bytes from it
 *   c = xadd(&cur, n)             without `lock`: only this thread's signal handlers compete
 *   at (c & ADDRESS): store value, then head | (c & TAG)
 *
 * A handler that runs between test and xadd may use up the region; the n bytes (at most
 * SCOPE_WIDE_BYTES_MAX) then fall into the red zone behind the limit, which belongs to the region.
 * A record that was reserved but not written still carries an older tag, or zero: it is absent.
 *
 * Numbers: every reservation counts, in a chunk or in scratch, so the thread's sequence is dense
 * and emitted = region_seq[tag & 1] + (address(cur) - start of the region) / 16 is exact at any
 * instruction: opening a region writes region_seq of the other parity first and then `cur`. A jump
 * between the end of a chunk and the next chunk's first_seq is what was dropped there.
 */
#ifndef SCOPE_WIRE_RING_H_
#define SCOPE_WIRE_RING_H_

#include <stdint.h>

#include "scope/event.h"

#define SCOPE_RING_MAGIC UINT64_C(0x31474e4952435353) /* "SSCRING1" */
#define SCOPE_RING_LAYOUT 1u
#define SCOPE_RING_CHUNKS_MAX 64u
#define SCOPE_RING_BYTES_MIN (16u * 1024u)
#define SCOPE_RING_BYTES_DEFAULT (1024u * 1024u)
#define SCOPE_RING_BYTES_MAX (UINT64_C(1) << 32)
#define SCOPE_SCRATCH_BYTES 8192u  /* the red zone included */
#define SCOPE_GROUP_BYTES_MAX 256u /* of an inline group */
#define SCOPE_WIDE_BYTES_MAX 512u  /* of one piece of a wide value, and of any reservation */

#define SCOPE_CURSOR_ADDRESS UINT64_C(0x0000ffffffffffff)
#define SCOPE_CURSOR_TAG UINT64_C(0xffff000000000000)

/* Strategy when the reader is behind. */
enum scope_on_full {
  kScopeOnFullBlock = 0, /* wait, at most block_timeout_ms, then drop and count */
  kScopeOnFullDropNewest = 1,
  kScopeOnFullDropOldest = 2 /* overwrite; the reader sees the jump */
};

enum scope_clock {
  kScopeClockOff = 0,
  kScopeClockExact = 1,    /* every Enter and Exit is stamped */
  kScopeClockAdaptive = 2, /* one in 1 to SCOPE_STAMP_PERIOD_MAX, the fewer the closer they come */
  /* In a cursor only: exact, but not from the counter, which is all that code in place can read.
   * Each stamp is due. */
  kScopeClockExactOutOfLine = 3
};

/* Stamps that come closer together than this are taken half as often, and those that come further
 * apart than twice this four times as often. */
#define SCOPE_STAMP_TICKS_CLOSE 16384u
#define SCOPE_STAMP_PERIOD_MAX 256u

/* What the inline code touches. In its own cache line, written by the owning thread only. */
typedef struct scope_cursor {
  uint64_t cur;   /* tag | address of the next record */
  uint64_t end;   /* tag | address behind the last usable byte, red zone not counted */
  uint64_t clock; /* scope_clock */
  /* tag | address. The first Enter or Exit there or behind is stamped; a new region is always
   * behind, and with an exact clock every place is. With the clock off it is far away. A handler
   * may come in between: no harm. */
  uint64_t stamp_at;
  uint64_t stamp_period; /* in records: the distance at which stamp_at was last set */
  uint64_t stamp_ticks;  /* the last stamp of the adaptive clock */
  uint64_t source;       /* scope_clock_source */
  uint64_t reserved;
} scope_cursor;

/* One chunk's label. The writer fills number, first_seq, first_ticks, tag, then sets `opened`. */
typedef struct scope_chunk {
  uint64_t number;       /* the k-th chunk of the stream, from 0; slot k mod K holds it */
  uint64_t first_seq;    /* thread sequence number of its first record */
  uint64_t first_ticks;  /* time stamp counter when it was opened */
  uint64_t tag;          /* region number mod 2^16 */
  uint64_t opened;       /* number + 1, written after the fields above; 0 while they change */
  uint64_t sealed_bytes; /* (used bytes | 1) once nothing more will be reserved; 0 before */
  uint64_t reserved[2];
} scope_chunk;

enum scope_ring_state {
  kScopeRingNew = 0, /* being set up: do not touch */
  kScopeRingLive = 1,
  kScopeRingEnded = 2 /* its thread has ended; nothing more will be written */
};

typedef struct scope_ring_header {
  uint64_t magic;
  uint32_t layout;      /* SCOPE_RING_LAYOUT */
  uint32_t chunk_count; /* K, a power of two */
  uint64_t file_bytes;
  uint64_t chunk_bytes; /* a power of two, red zone included */
  uint64_t red_zone_bytes;
  uint64_t data_offset;  /* of chunk 0 in the file; scratch follows chunk K-1 */
  uint64_t data_address; /* of chunk 0 in the writer's address space */
  uint32_t thread;       /* number in the session, from 0: the N of "ring-N" */
  uint32_t process;      /* number in the session: the N of "process-N" */
  uint32_t pid;
  uint32_t tid;
  uint32_t on_full; /* scope_on_full */
  uint32_t reserved0;
  uint64_t started_ticks;
  char name[16];    /* the thread's name when its ring was made */
  uint8_t pad0[24]; /* to 128 bytes */

  scope_cursor cursor; /* 128: writer */

  uint64_t region_seq[2]; /* 192: sequence number at the start of the region of that parity */
  uint64_t chunks_opened;
  uint64_t ended_seq;  /* emitted, written before state becomes kScopeRingEnded */
  uint32_t state;      /* scope_ring_state */
  uint32_t waiting;    /* 1: the writer sleeps on `released` */
  uint64_t blocked_ns; /* time the writer has spent waiting */
  uint8_t pad1[16];

  uint64_t chunks_released; /* 256: reader. Chunk k may be opened while k < released + K. */
  uint32_t release_futex;   /* bumped with every release; the writer sleeps on it */
  uint32_t reserved1;
  uint64_t read_seq; /* records before this one are safe with the reader */
  uint8_t pad2[40];

  scope_chunk chunks[SCOPE_RING_CHUNKS_MAX]; /* 320 */
} scope_ring_header;

/* Chunks for a ring of `bytes`: 8, or fewer so that a chunk has at least 4 KiB. */
#define SCOPE_RING_CHUNKS_WANTED 8u
#define SCOPE_CHUNK_BYTES_MIN 4096u
/* Room for four interrupted writers of the largest size, each inside the other; more where it is
 * cheap. */
#define SCOPE_RED_ZONE_BYTES(chunk_bytes) ((chunk_bytes) >= 65536u ? 4096u : 2048u)
#define SCOPE_SCRATCH_RED_ZONE_BYTES 4096u
#define SCOPE_RING_DATA_OFFSET 8192u /* page-aligned, behind the header */

#endif /* SCOPE_WIRE_RING_H_ */
