// session_folder.h - the session's folder, also for a program that has changed its root.
//
// Path:    shared_file.cc -> THIS -> files under the session's folder
// Threads: KeepFolder() once; the rest any, and signal handlers: system calls only.
// Fails:   -1; errno says why.
//
// Only a program that starts as root may change its root, so only there is the folder kept open.
// The program may have closed the descriptor, and what has its number now is something else: it is
// looked at each time.

#pragma once

#include "runtime/cold/shared_file.h"

namespace scope::runtime {

void KeepFolder(const char* folder);

// As open() and unlink(), with O_CLOEXEC and O_NOFOLLOW.
int OpenInFolder(const SessionPath& path, int flags);
void UnlinkInFolder(const SessionPath& path);

}  // namespace scope::runtime
