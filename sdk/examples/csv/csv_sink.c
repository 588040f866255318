/* A sink in plain C: every event is a line of a CSV file (RFC 4180).
 *
 *   scope run --sink csv:events.csv -- ./demo
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scope/plugin.h"

struct csv {
  const scope_host* host;
  FILE* file;
  const scope_node_info** nodes; /* by number; their texts live as long as we do */
  uint32_t node_count;
};

static void tell(char* error, const char* what, const char* why) {
  snprintf(error, SCOPE_PLUGIN_ERROR_BYTES, "%s: %s", what, why);
}

static void* csv_open(const scope_host* host, char* error) {
  struct csv* self;
  if (host->options[0] == '\0') {
    tell(error, "which file?", "--sink csv:FILE");
    return NULL;
  }
  self = calloc(1, sizeof(*self));
  if (self == NULL) return NULL;
  self->host = host;
  self->file = fopen(host->options, "w");
  if (self->file == NULL) {
    tell(error, host->options, "it cannot be written");
    free(self);
    return NULL;
  }
  fputs("seq,time_ns,thread,kind,file,line,function,name,value\r\n", self->file);
  return self;
}

static int csv_node(void* opaque, const scope_node_info* node) {
  struct csv* self = opaque;
  const scope_node_info** nodes = realloc(self->nodes, (node->number + 1) * sizeof(*nodes));
  scope_node_info* copy = malloc(sizeof(*copy));
  if (nodes != NULL) self->nodes = nodes;
  if (nodes == NULL || copy == NULL) {
    free(copy);
    return 1;
  }
  *copy = *node;
  self->nodes[node->number] = copy;
  self->node_count = node->number + 1;
  return 0;
}

static void put_text(FILE* file, const char* text) {
  if (strpbrk(text, ",\"\r\n") == NULL) {
    fputs(text, file);
    return;
  }
  fputc('"', file);
  for (; *text != '\0'; ++text) {
    if (*text == '"') fputc('"', file);
    fputc(*text, file);
  }
  fputc('"', file);
}

static void put_event(struct csv* self, const scope_event_info* event) {
  char value[4096];
  const scope_node_info* const node = self->nodes[event->node];
  fprintf(self->file, "%" PRIu64 ",%" PRId64 ",%" PRIu32 ",%s,", event->seq, event->time_ns,
          event->thread, node->kind_word);
  put_text(self->file, node->file);
  fprintf(self->file, ",%" PRIu32 ",", node->line);
  put_text(self->file, node->function);
  fputc(',', self->file);
  put_text(self->file, node->name);
  fputc(',', self->file);
  self->host->format(self->host, event, value, sizeof(value));
  put_text(self->file, value);
  fputs("\r\n", self->file);
}

static int csv_events(void* opaque, const scope_event_info* events, size_t count) {
  struct csv* self = opaque;
  size_t i;
  for (i = 0; i < count; ++i) {
    if (events[i].node != SCOPE_NO_NODE) {
      put_event(self, &events[i]);
    } else {
      fprintf(self->file, "%" PRIu64 ",%" PRId64 ",%" PRIu32 ",gap,,,,,%" PRIu64 "\r\n",
              events[i].seq, events[i].time_ns, events[i].thread, events[i].gap_count);
    }
  }
  return ferror(self->file);
}

static int csv_close(void* opaque, const scope_end_info* end, char* error) {
  struct csv* self = opaque;
  const int had_error = ferror(self->file);
  const int failed = fclose(self->file) != 0 || had_error;
  uint32_t i;
  (void)end;
  if (failed) tell(error, self->host->options, "not everything could be written");
  for (i = 0; i < self->node_count; ++i) free((void*)self->nodes[i]);
  free(self->nodes);
  free(self);
  return failed;
}

SCOPE_PLUGIN_EXPORT const scope_sink* scope_sink_entry_v1(void);
SCOPE_PLUGIN_EXPORT const scope_sink* scope_sink_entry_v1(void) {
  static const scope_sink sink = {sizeof(sink), SCOPE_PLUGIN_VERSION,
                                  "csv",        "a line of a CSV file for each event: csv:FILE",
                                  csv_open,     csv_node,
                                  NULL,         csv_events,
                                  csv_close};
  return &sink;
}
