/* scope/ingestor.h - makes a shared object an ingestor: include it once, and name the struct.
 *
 * Path:    `scope run --ingest NAME` -> the program's loader (LD_PRELOAD) -> THIS -> start()
 * Threads: the loader's.
 * Fails:   without a recording it does nothing; a start that fails is said once on stderr.
 * Stable:  source. C11, C++11.
 *
 *   static const scope_ingestor kIngestor = {sizeof(scope_ingestor), SCOPE_PLUGIN_VERSION,
 *                                            "frames", "frames of the game loop", Start};
 *   SCOPE_INGESTOR(kIngestor)
 */
#ifndef SCOPE_INGESTOR_H_
#define SCOPE_INGESTOR_H_

#include "scope/plugin.h"
#include "scope/report.h"

#ifdef __GNUC__
#pragma GCC system_header
#endif

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SCOPE_ENV_INGEST "SCOPE_INGEST" /* "NAME:OPTIONS", a line each */

/* 0: the run does not ask for it. */
static inline int scope_ingestor_options(const char* name, char* options, size_t bytes) {
  const char* line = getenv(SCOPE_ENV_INGEST);
  const size_t length = strlen(name);
  while (line != NULL && *line != '\0') {
    const size_t end = strcspn(line, "\n");
    if (end >= length && strncmp(line, name, length) == 0 &&
        (end == length || line[length] == ':')) {
      const size_t from = end == length ? end : length + 1;
      const size_t room = end - from < bytes - 1 ? end - from : bytes - 1;
      memcpy(options, line + from, room);
      options[room] = '\0';
      return 1;
    }
    line += end + (line[end] == '\n');
  }
  return 0;
}

static inline void scope_ingestor_begin(const scope_ingestor* ingestor) {
  char options[1024];
  char error[SCOPE_PLUGIN_ERROR_BYTES] = "it gave no reason";
  if (scope_api_table == NULL) return;
  if (!scope_ingestor_options(ingestor->name, options, sizeof(options))) return;
  if (ingestor->start(options, error) == 0) return;
  error[sizeof(error) - 1] = '\0';
  fprintf(stderr, "scope: ingestor %s: %s\n", ingestor->name, error);
}

#ifdef __cplusplus
#define SCOPE_EXTERN_C_ extern "C"
#else
#define SCOPE_EXTERN_C_ extern
#endif

/* Behind the definition of a scope_ingestor. */
#define SCOPE_INGESTOR(ingestor)                                                            \
  SCOPE_EXTERN_C_ SCOPE_PLUGIN_EXPORT const scope_ingestor* scope_ingestor_entry_v1(void);  \
  SCOPE_EXTERN_C_ SCOPE_PLUGIN_EXPORT const scope_ingestor* scope_ingestor_entry_v1(void) { \
    return &(ingestor);                                                                     \
  }                                                                                         \
  static __attribute__((constructor(200))) void scope_ingestor_start_(void) {               \
    scope_ingestor_begin(&(ingestor));                                                      \
  }

#endif /* SCOPE_INGESTOR_H_ */
