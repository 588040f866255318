/* scope/wire/declared.h - nodes that a process declares while it runs: "declared-P-B".
 *
 * Path:    scope/report.h, ingestors -> runtime -> THIS in the session's folder -> collector
 * Threads: the process appends under its lock and then sets `count`; the collector sets switches
 *          and `state`.
 * Stable:  ABI between a runtime and a collector of the same layout version.
 *
 * Block B of process P holds up to SCOPE_DECLARED_SITES nodes, each in a table of its own, and
 * behind them what is known of each: the collector makes a module with an AST map of it, so that
 * readers know no difference. In a record a node's address is where its table is mapped in the
 * process: `address` of the block + the table's offset. The switches are the shared ones: what the
 * collector stores there, the process sees.
 */
#ifndef SCOPE_WIRE_DECLARED_H_
#define SCOPE_WIRE_DECLARED_H_

#include <stdint.h>

#include "scope/node.h"

#define SCOPE_DECLARED_MAGIC UINT64_C(0x314c434544435353) /* "SSCDECL1" */
#define SCOPE_DECLARED_LAYOUT 1u
#define SCOPE_DECLARED_SITES 64u
#define SCOPE_DECLARED_BLOCKS_MAX 256u
#define SCOPE_DECLARED_FIELDS_MAX 16u

typedef struct scope_declared_table {
  scope_function_table table; /* node_count 1; ids are 0: the collector makes them */
  uint8_t switches[16];
  scope_node node;
} scope_declared_table;

/* One member of an event's value. */
typedef struct scope_declared_field {
  char name[24];
  char unit[10]; /* "ms"; may be empty */
  uint8_t type;  /* scope_value_type; Text: characters that end at the first zero */
  uint8_t reserved;
  uint16_t offset; /* in the value, in bytes */
  uint16_t bytes;
} scope_declared_field;

enum scope_declared_state {
  kScopeDeclaredNew = 0,
  kScopeDeclaredWaiting = 1, /* the process waits for its switch (session.selects) */
  kScopeDeclaredAnswered = 2
};

/* Texts are zero-terminated and were cut to fit. */
typedef struct scope_declared_site {
  uint32_t state; /* (atomic, futex) scope_declared_state */
  uint32_t line;
  uint32_t field_count; /* 0: the value is a scalar of the node's type, or text */
  uint32_t value_bytes; /* of a value with fields */
  char file[112];
  char function[112];
  char name[96];
  char unit[16];
  char event_type[32]; /* name of the declared event type, for a value with fields */
  scope_declared_field fields[SCOPE_DECLARED_FIELDS_MAX];
} scope_declared_site;

typedef struct scope_declared_block {
  uint64_t magic;
  uint32_t layout;
  uint32_t count;   /* (atomic) sites that are whole */
  uint64_t address; /* of this block in the process */
  uint64_t reserved[5];
  scope_declared_table tables[SCOPE_DECLARED_SITES];
  scope_declared_site sites[SCOPE_DECLARED_SITES];
} scope_declared_block;

#endif /* SCOPE_WIRE_DECLARED_H_ */
