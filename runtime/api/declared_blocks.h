// declared_blocks.h - the shared memory that holds the nodes of sites that report by hand.
//
// Path:    declare.h -> THIS -> files "declared-P-B" (scope/wire/declared.h) -> collector
// Threads: the process's lock guards all of it, but for what says otherwise.
// Fails:   nullptr: no room; a block that cannot be taken along stays where it is, switched off.

#pragma once

#include "scope/wire/declared.h"
#include "scope/wire/session.h"

namespace scope::runtime {

// A block of the process with room for `wanted` more nodes. With the lock held.
scope_declared_block* BlockWithRoom(scope_process& process, uint32_t wanted);

// Sites keep the addresses of their nodes for ever: when the process takes part in another session,
// the nodes stay where they are and their blocks become files of that session. With the lock held.
void TakeBlocksAlong(scope_process& process);

// Waits for the collector to choose about what was taken along. Without the lock.
void AwaitBlocks();

// Waits for its answer about one site. Without the lock.
void AwaitAnswer(scope_declared_site& declared);

// Sites declared by this process; its parent's are not among them.
uint32_t DeclaredCount();

// Once the session is over. Fit for a signal handler.
void SwitchDeclaredOff();

}  // namespace scope::runtime
