#include "runtime/api/declare.h"

#include <string.h>

#include "runtime/api/declared_blocks.h"
#include "runtime/api/event_types.h"
#include "runtime/api/redact.h"
#include "runtime/cold/process.h"
#include "runtime/hot/shared.h"
#include "scope/wire/declared.h"

namespace scope::runtime {
namespace {

// Sites that could not get a node: its switch is off.
constinit scope_declared_table g_off = {
    .table = {}, .switches = {}, .node = {0, offsetof(scope_declared_table, node) - 16, 0, 0, 0}};

template <size_t kSize>
void CopyText(char (&out)[kSize], const char* text) {
  if (text == nullptr) text = "";
  const size_t length = strnlen(text, kSize - 1);
  memcpy(out, text, length);
  out[length] = '\0';
}

// The end of a long path says more than its beginning.
const char* Tail(const char* text, size_t room) {
  if (text == nullptr) return "";
  const size_t length = strlen(text);
  return length < room ? text : text + (length - room + 1);
}

void CopyFields(const scope_event_type& type, scope_declared_site& out) {
  CopyText(out.event_type, type.name);
  out.value_bytes = type.value_bytes;
  for (uint32_t i = 0; i < type.field_count && i < SCOPE_DECLARED_FIELDS_MAX; ++i) {
    const scope_field& field = type.fields[i];
    scope_declared_field& copy = out.fields[out.field_count];
    if (uint32_t{field.offset} + field.bytes > type.value_bytes) continue;
    CopyText(copy.name, field.name);
    CopyText(copy.unit, field.unit);
    copy.type = field.type;
    copy.offset = field.offset;
    copy.bytes = field.bytes;
    ++out.field_count;
  }
}

void Describe(const scope_site& site, scope_declared_site& out) {
  out.line = site.line;
  CopyText(out.file, Tail(site.file, sizeof(out.file)));
  CopyText(out.function, site.function);
  CopyText(out.name,
           site.name != nullptr || site.event_type == nullptr ? site.name : site.event_type->name);
  CopyText(out.unit, site.unit);
  if (site.event_type != nullptr) CopyFields(*site.event_type, out);
}

const scope_node* AddNode(scope_declared_block& block, uint32_t at, uint8_t kind, uint8_t type,
                          bool is_on) {
  scope_declared_table& table = block.tables[at];
  table.table = {.magic = SCOPE_FUNCTION_TABLE_MAGIC, .node_count = 1, .function_id = 0};
  table.switches[0] = is_on ? SCOPE_SWITCH_ON : SCOPE_SWITCH_OFF;
  table.node = {.id = 0,
                .switch_back =
                    offsetof(scope_declared_table, node) - offsetof(scope_declared_table, switches),
                .kind = kind,
                .type = type,
                .flags = 0};
  return &table.node;
}

// With the lock held. Returns what tells the collector's answer; nullptr: nobody needs to ask. A
// site that comes when the recording is over has no node yet: there may be another recording.
scope_declared_site* Add(scope_site* site) {
  if (IsOver(*g_process.session)) return nullptr;
  scope_process* const process = g_process.shared;
  const bool is_call = site->kind == kScopeEventEnter;
  const uint32_t wanted = is_call ? 2 : 1;
  scope_declared_block* const block =
      process != nullptr ? BlockWithRoom(*process, wanted) : nullptr;
  if (block == nullptr) {
    if (IsCollectorGone(*g_process.session)) return nullptr;
    Store(site->node, static_cast<const scope_node*>(&g_off.node));
    return nullptr;
  }
  const bool asks = g_process.session->shared->selects != 0;
  const uint32_t at = block->count;
  if (site->event_type == nullptr) site->event_type = EventTypeOfKind(site->kind);
  site->redacted = RedactedFields(*site);
  const bool is_hidden = site->redacted != 0 && site->event_type == nullptr;
  const uint8_t type = is_hidden ? uint8_t{kScopeValueText} : site->type;
  const scope_node* const node = AddNode(*block, at, site->kind, type, !asks);
  Describe(*site, block->sites[at]);
  if (is_call) {
    AddNode(*block, at + 1, kScopeEventExit, kScopeValueNone, !asks);
    Describe(*site, block->sites[at + 1]);
  }
  block->sites[at].state = asks ? kScopeDeclaredWaiting : kScopeDeclaredNew;
  Store(block->count, at + wanted);
  Store(site->node, node);
  return asks ? &block->sites[at] : nullptr;
}

}  // namespace

bool Declare(scope_site* site) {
  if (site->kind == kScopeEventError) PrepareStack();
  CurrentProcess();
  scope_declared_site* asked = nullptr;
  {
    Locked locked(g_process.lock);
    if (site->node == nullptr) asked = Add(site);
  }
  if (asked != nullptr) AwaitAnswer(*asked);
  const scope_node* const node = Load(site->node);
  if (node == nullptr) return false;
  return Load(*(reinterpret_cast<const uint8_t*>(node) - node->switch_back)) != SCOPE_SWITCH_OFF;
}

const scope_node* ExitOf(const scope_node* enter) {
  return reinterpret_cast<const scope_node*>(reinterpret_cast<const char*>(enter) +
                                             sizeof(scope_declared_table));
}

}  // namespace scope::runtime
