/* scope/node.h - the tables of nodes that live in an instrumented binary.
 *
 * Path:   compiler plugin -> THIS in ELF section "scope_nodes" -> runtime (switches), reader (ids)
 * Stable: ABI.
 *
 * The section is a sequence of function tables, each 16-byte aligned and laid out as
 *
 *   scope_function_table            16 bytes
 *   uint8_t    switches[n]          padded with zeros to a multiple of 16
 *   scope_node nodes[n]
 *   scope_instance                  16 bytes; only if the function is an instance of a template
 *
 * A node is identified by its `id` everywhere outside a running program; inside, an event holds the
 * address of its scope_node. Bytes between tables (linker padding) are zero and skipped 16 at a
 * time.
 */
#ifndef SCOPE_NODE_H_
#define SCOPE_NODE_H_

#include <stdint.h>

#define SCOPE_NODES_SECTION "scope_nodes"
#define SCOPE_MAP_SECTION "scope_map"
/* AST maps too, which hold source text alone: one section a file, so that the linker keeps one. */
#define SCOPE_SOURCE_SECTION "scope_source"
#define SCOPE_FUNCTION_TABLE_MAGIC UINT32_C(0x314e4653) /* "SFN1" */

typedef struct scope_function_table {
  uint32_t magic; /* SCOPE_FUNCTION_TABLE_MAGIC */
  uint32_t node_count;
  uint64_t function_id; /* the id of the function's Enter node, even if that node is not here */
} scope_function_table;

typedef struct scope_node {
  uint64_t id;          /* stable: see docs/node_ids.md */
  uint32_t switch_back; /* (char*)this - switch_back is the node's switch byte */
  uint8_t kind;         /* scope_event_kind */
  uint8_t type;         /* scope_value_type */
  uint16_t flags;       /* SCOPE_NODE_... */
} scope_node;

/* All instances of a template have its ids. This tells them apart. */
#define SCOPE_INSTANCE_MAGIC UINT32_C(0x314e4953) /* "SIN1" */

typedef struct scope_instance {
  uint32_t magic; /* SCOPE_INSTANCE_MAGIC */
  uint32_t reserved;
  uint64_t id; /* not 0; what it is called says the AST map */
} scope_instance;

/* Armed: off unless a choice that was made when recording names it. */
#define SCOPE_NODE_ARMED 1u
/* Redacted: it reports that it was reached, its type is none and its value is nowhere. */
#define SCOPE_NODE_REDACTED 2u

/* The upper bits of the flags, while the program runs: scope/wire/meters.h. */
#define SCOPE_NODE_SLOT_SHIFT 3
#define SCOPE_NODE_SLOT(flags) ((uint32_t)(flags) >> SCOPE_NODE_SLOT_SHIFT)

/* A switch byte: the node reports while it is 1. Larger: a rule says which of its events are
 * stored, see scope/wire/meters.h. */
#define SCOPE_SWITCH_OFF 0
#define SCOPE_SWITCH_ON 1

#define SCOPE_PAD16(n) (((n) + 15u) & ~15u)

#endif /* SCOPE_NODE_H_ */
