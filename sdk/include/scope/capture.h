// scope/capture.h - how a class of yours says what of it is to be seen in a trace.
//
// Path:    your ScopeCapture -> THIS -> wide records of the thread's ring -> reader
// Threads: any; a capture lives on one stack and allocates nothing.
// Fails:   never; what does not fit into scope/capture/writer.h's Limits is left out and marked.
// Stable:  what is declared in namespace scope.
//
// Strings, containers, smart pointers and so on are known. A class of yours shows its public
// members. To show something else, write beside the class:
//
//   void ScopeCapture(scope::Sink& sink, const Account& account) {
//     sink.Field("owner", account.owner());
//     sink.Field("cents", account.cents());
//   }
//
// It may be a template, or a friend that sees what is private. It is called while the program runs,
// so it must not change anything or take a lock; if it throws, what it has said so far is shown. It
// makes no events itself. Functions that it calls do, unless they are marked scope:ignore, but look
// into no objects.
#ifndef SCOPE_CAPTURE_H_
#define SCOPE_CAPTURE_H_

#include "scope/capture/sink.h"

#if defined(__cplusplus) && __cplusplus >= 201103L

namespace scope {

using __scope::Sink;

}  // namespace scope

#endif  // C++11
#endif  // SCOPE_CAPTURE_H_
