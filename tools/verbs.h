// verbs.h - every verb of the command, one function and one file each.
//
// Path:  scope.cc -> THIS -> <verb>.cc
// Fails: each returns the exit code (exit_codes.h) and has said why on stderr.

#pragma once

#include <string>
#include <vector>

namespace scope::tools {

using Words = std::vector<std::string>;  // the command line behind the verb

int CompileCxx(const Words& args);
int CompileC(const Words& args);
int Build(const Words& args);
int Record(const Words& args);
int Run(const Words& args);
int Attach(const Words& args);
int Switch(const Words& args);
int Snapshot(const Words& args);
int Status(const Words& args);
int Recover(const Words& args);
int Report(const Words& args);
int Replay(const Words& args);
int Vars(const Words& args);
int Why(const Words& args);
int CheckTrace(const Words& args);
int DiffTraces(const Words& args);
int Query(const Words& args);
int Info(const Words& args);
int Export(const Words& args);
int Nodes(const Words& args);
int Index(const Words& args);
int Doctor(const Words& args);
int Live(const Words& args);
int Feed(const Words& args);
int Plugins(const Words& args);
int New(const Words& args);

}  // namespace scope::tools
