// exit_codes.h - what scope ends with. docs/exit_codes.md is the same list for people.
//
// Path: every verb -> THIS

#pragma once

namespace scope::tools {

inline constexpr int kExitOk = 0;
inline constexpr int kExitFailure = 1;       // a negative answer, or it could not be done
inline constexpr int kExitUsage = 2;         // wrong arguments; for record and run: kExitOwnFailure
inline constexpr int kExitLost = 3;          // --strict-loss, and something was lost
inline constexpr int kExitOwnFailure = 125;  // scope failed before the program could answer
inline constexpr int kExitNotExecutable = 126;  // the program is there but cannot be run
inline constexpr int kExitNotFound = 127;       // there is no such program
inline constexpr int kExitInterrupted = 130;    // Ctrl-C ended a query

}  // namespace scope::tools
