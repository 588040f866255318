// process.h - what the runtime holds for the whole process, and its file "process-N".
//
// Path:    modules.h, threads.h, fork.cc, finish.cc -> THIS -> session's folder
// Threads: `lock` guards all but `session` and `shared`, which only change while no other thread
//          can look: at the first registration, in the child of a fork, and when a program is
//          attached to again, which threads find out by `generation`.

#pragma once

#include "runtime/cold/lock.h"
#include "runtime/cold/module_table.h"
#include "runtime/cold/session.h"
#include "scope/module.h"
#include "scope/wire/session.h"

namespace scope::runtime {

// What a thread is still in the middle of when there is another session: each has its own place.
inline constexpr uint32_t kSessionPlaces = 8;
extern constinit Session g_sessions[kSessionPlaces];
extern constinit char g_folders[kSessionPlaces][900];

struct Process {
  Lock lock;
  Session* session = g_sessions;
  const char* folder = g_folders[0];
  uint32_t generation = 0;          // (atomic) of the session: how many there were before
  scope_process* shared = nullptr;  // This process's file; a fork's child has none at first.
  ModuleTable table;                // Of `shared`.
  ModuleTable parent;               // What that child copies from.
  scope_module* modules = nullptr;  // The registered ones.
  uint32_t reporters = 0;           // Binaries that report by hand.
  bool start_tried = false;
  bool finishing = false;  // The runtime's own destructor has run.
};

extern constinit Process g_process;

// Joins the session that the environment names, once. False: there is none that can be used.
// With `lock` held.
bool StartProcess();

// Joins the session in `folder`, after one that is over or without one. With `lock` held. False: it
// is not to be used, or the one before is not over.
bool ChangeSession(const char* folder);

// This process's file, made now if a fork left it without. nullptr: it cannot be made.
scope_process* CurrentProcess();

// Nothing more will be reported by code that ends with the process.
void MarkProcessExited();

}  // namespace scope::runtime
