// finish.h - the end of the process: says when no more events can come in order.
//
// Path:  runtime's own destructor, last unregistration -> THIS -> "process-N", ring

#pragma once

namespace scope::runtime {

// Ends the calling thread's ring and the process, if the program is exiting and no instrumented
// binary is left that could still report. Destructors of binaries run in an order that the loader
// chooses, the runtime's among them.
void FinishIfLast();

}  // namespace scope::runtime
