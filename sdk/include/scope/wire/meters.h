/* scope/wire/meters.h - nodes of which not every event is stored, and the counts of the others.
 *
 * Path:    collector makes "meters" at its first rule; a thread that comes to such a node adds
 *          "meter-N" -> THIS -> collector
 * Threads: the collector fills rules and slots before a switch or a node names them. A row has one
 *          writer at a time, the thread that holds it, and the signal handlers that interrupt it.
 * Fails:   without a row every event of the thread is stored.
 * Stable:  ABI between a runtime and a collector of the same layout version.
 *
 * A switch byte from SCOPE_METER_RULE_FIRST on is the number of a rule. The node's flags then hold
 * its slot, which is the same for all nodes of one id in all processes of the session. Cell `slot`
 * of a row counts what one thread after the other did with them.
 *
 * Of a call either everything is stored or nothing: the events of a slot with a `frame` follow what
 * was decided at the Enter, whose slot that is.
 */
#ifndef SCOPE_WIRE_METERS_H_
#define SCOPE_WIRE_METERS_H_

#include <stdint.h>

#define SCOPE_METERS_FILE "meters"
#define SCOPE_METERS_MAGIC UINT64_C(0x315254454d435353)    /* "SSCMETR1" */
#define SCOPE_METER_ROW_MAGIC UINT64_C(0x31574f524d435353) /* "SSCMROW1" */
#define SCOPE_METERS_LAYOUT 1u
#define SCOPE_METER_RULE_FIRST 2u
#define SCOPE_METER_RULES_MAX 256u
#define SCOPE_METER_SLOTS_MAX 8192u /* slot 0 is none */
#define SCOPE_METER_ROW_SLOTS_MIN 256u

/* An event is stored if it is the first, or the `every`-th after one that the sampling let pass;
 * and if then the last of `per_second` allowances of this second is not used up. */
typedef struct scope_meter_rule {
  uint32_t every;       /* 1: each */
  uint32_t per_second;  /* 0: no limit */
  uint64_t interval_ns; /* between two allowances */
  uint64_t burst_ns;    /* how far ahead of the time they may be used */
} scope_meter_rule;

typedef struct scope_meter_slot {
  uint64_t id;      /* of the node */
  uint64_t due_ns;  /* (atomic) CLOCK_MONOTONIC: when all allowances that were used are due */
  uint64_t passed;  /* (collector) of rows that are gone */
  uint64_t skipped; /* (collector) the same */
  uint32_t frame;   /* slot of the function's Enter; 0: decides for itself */
  uint32_t rule;    /* (collector) that it has, or had last */
} scope_meter_slot;

typedef struct scope_meters {
  uint64_t magic;
  uint32_t layout;
  uint32_t slot_count; /* (atomic) in use, slot 0 included */
  uint32_t rule_count; /* (atomic) in use, SCOPE_METER_RULE_FIRST included */
  uint32_t row_count;  /* (atomic) number of the next "meter-N" */
  uint64_t reserved;
  scope_meter_rule rules[SCOPE_METER_RULES_MAX];
  scope_meter_slot slots[SCOPE_METER_SLOTS_MAX];
} scope_meters;

typedef struct scope_meter_cell {
  uint64_t passed; /* went on to the ring */
  uint64_t skipped;
  uint32_t left; /* events until the next one that is stored, itself included */
  uint32_t rule; /* that `left` was set for */
} scope_meter_cell;

typedef struct scope_meter_row {
  uint64_t magic; /* (atomic) set last */
  uint32_t layout;
  uint32_t slot_count; /* cells */
  uint32_t process;    /* number in the session */
  uint32_t reserved;
  uint64_t next; /* the writer's own */
} scope_meter_row;

/* They follow the row. */
#define SCOPE_METER_CELLS(row) ((scope_meter_cell*)((row) + 1))

#endif /* SCOPE_WIRE_METERS_H_ */
