// fork.h - the child of a fork reports into rings of its own.
//
// Path:  process.h -> THIS

#pragma once

namespace scope::runtime {

// Once a process. False: the library could not take the handlers.
bool PrepareFork();

// Makes the same of a child that was made by the system call itself, at its next slow path: until
// then it has written into its parent's ring. With signals blocked.
void LookForFork();

}  // namespace scope::runtime
