// write_group.h - the machine code of an event: the steps of runtime/hot/cursor.h, in place.
//
// Path:  event_groups.h -> THIS -> ring
//
//   switches of the group:  none on -> nothing
//                           all on  -> in place: one reservation, all records
//                           mixed   -> a call for each record, which looks at its switch
//
// Without `in_place`, all on is like mixed.

#pragma once

#include "compiler_plugin/lowering/event_groups.h"
#include "compiler_plugin/lowering/hot_places.h"

namespace scope::compiler_plugin {

// Replaces the group's calls by code at the place of the last one.
void WriteGroup(const EventGroup& group, EventPlace place);

}  // namespace scope::compiler_plugin
