// session_list.h - the sessions of this user that lie in /dev/shm: running, or left behind.
//
// Path:    /dev/shm/scope-* -> THIS -> scope switch, scope recover, the line that tells of them
// Threads: any.
// Fails:   never; what is no session of ours is not listed. Of one that another version of scope
//          has made, nothing but its folder is certain.

#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace scope::pipeline {

struct ListedProcess {
  uint32_t pid = 0;
  std::string executable;
  bool is_alive = false;
};

struct ListedSession {
  std::string folder;
  bool has_collector = false;  // somebody holds it; otherwise it was left behind
  bool is_of_other_version = false;
  uint32_t collector_pid = 0;
  std::string directory;  // of its trace; empty: a window is kept
  std::vector<ListedProcess> processes;

  bool HasPid(uint32_t pid) const;
  bool HasLiveProcess() const;
};

std::vector<ListedSession> ListSessions();

}  // namespace scope::pipeline
