// call_choices.h - for each call that has not ended, whether its events are stored.
//
// Path:    admit.cc -> THIS
// Threads: each function acts on the calling thread; signal handlers nest.
// Fails:   a call that is not known here began before its function had a rule: it is stored.

#pragma once

#include <stdint.h>

namespace scope::runtime {

// A call begins. False: it cannot be remembered, and must be stored. `slot`: of the function's
// Enter; `frame`: about its stack pointer, which tells its calls apart when longjmp left some of
// them, or a thread has several stacks.
bool BeginCall(uint32_t slot, uint64_t frame, bool is_stored);

// Whether the innermost call is stored. `ends`: with this event.
bool IsCallStored(uint32_t slot, uint64_t frame, bool ends);

}  // namespace scope::runtime
