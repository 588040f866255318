// fork.h - the child of a fork reports into rings of its own.
//
// Path:  process.h -> THIS

#pragma once

namespace scope::runtime {

// Once a process. False: the library could not take the handlers.
bool PrepareFork();

}  // namespace scope::runtime
