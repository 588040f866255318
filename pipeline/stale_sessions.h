// stale_sessions.h - removes what collectors that were killed have left in /dev/shm.
//
// Path:    session -> THIS
// Fails:   never; what cannot be removed stays.

#pragma once

#include <string>
#include <vector>

namespace scope::pipeline {

// Holds the folder for as long as the process lives. Returns the lock's descriptor, or -1.
int LockSession(const std::string& folder);

// The same without waiting; -1 also where another process holds it.
int TryLockSession(const std::string& folder);

// Our folders of sessions in /dev/shm, whatever is in them.
std::vector<std::string> SessionFolders();

// Whether a process holds the session's folder: a lock and not a pid, because collectors of other
// containers may share /dev/shm.
bool IsHeld(const std::string& folder);

// Removes our own folders that nobody has locked for a day. Programs that still write into them
// keep their memory, and are not harmed.
void RemoveStaleSessions();

// Removes a session's folder, which is flat.
void RemoveSession(const std::string& folder);

}  // namespace scope::pipeline
