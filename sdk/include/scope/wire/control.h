/* scope/wire/control.h - asks the collector of a running session for a change.
 *
 * Path:    scope switch -> THIS, file "commands" of the session's folder -> collector -> program
 * Threads: one asker at a time, who holds a lock (flock) on the file; one collector.
 * Fails:   a request that cannot be met is answered with a reason; nothing is changed half.
 * Stable:  ABI between a scope and a collector of the same layout version.
 *
 * The asker fills the request and then raises `version`; the collector does what it says, fills the
 * answer and then sets `answered` to that version. Versions count the changes of a session.
 */
#ifndef SCOPE_WIRE_CONTROL_H_
#define SCOPE_WIRE_CONTROL_H_

#include <stdint.h>

#define SCOPE_CONTROL_MAGIC UINT64_C(0x314c544343535353) /* "SSSCCTL1" */
#define SCOPE_CONTROL_LAYOUT 1u
#define SCOPE_CONTROL_FILE "commands"
#define SCOPE_CONTROL_TEXT_BYTES 3072u

enum scope_command {
  kScopeCommandOn = 1,    /* the nodes that `request` names report from now on */
  kScopeCommandOff = 2,   /* they report no more */
  kScopeCommandMeter = 3, /* those of them that are on get a rule: scope/wire/meters.h */
  /* Write out what was kept. `request`: the folder, absolute; empty: the next one. The answer's
   * `nodes` are its events, `changed` its length in ns, `reason` the folder. */
  kScopeCommandSnapshot = 16,
  kScopeCommandDetach = 17, /* end the recording of a program that was attached to */
  /* Read rings with so many workers, 1 to 16. `request`: the number. The answer's `nodes` is that
   * number, `changed` the one before. */
  kScopeCommandWorkers = 18
};

enum scope_answer { kScopeAnswerNone = 0, kScopeAnswerAccepted = 1, kScopeAnswerRejected = 2 };

typedef struct scope_control {
  uint64_t magic;
  uint32_t layout;
  uint32_t version;   /* (atomic) of the newest request */
  uint32_t answered;  /* (atomic, futex) version of the request answered last */
  uint32_t command;   /* scope_command */
  uint32_t answer;    /* scope_answer */
  uint32_t processes; /* answer: processes that were reached */
  uint64_t nodes;     /* answer: nodes that the request names */
  uint64_t changed;   /* answer: switches that stood the other way, of all processes */
  /* Lines: F, V or N and then a glob of functions, of variables, or the id of a node in hex. Of
   * Meter: one line, S or R and then what follows --sample or --rate. */
  char request[SCOPE_CONTROL_TEXT_BYTES];
  char reason[960]; /* answer: why not, or why not everywhere; zero-terminated */
} scope_control;

#endif /* SCOPE_WIRE_CONTROL_H_ */
