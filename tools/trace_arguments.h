// trace_arguments.h - what all verbs that read a trace have in common: -d, -F, -V, --json.
//
// Path:    command line -> THIS -> TraceReader and the nodes to show
// Threads: one owner.
// Fails:   what is wrong has been said; the verb ends with the given exit code.

#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "scope/trace/reader.h"
#include "tools/arguments.h"

namespace scope::tools {

struct TraceArguments {
  std::string directory = "scope.data";
  std::vector<std::string> functions;
  std::vector<std::string> variables;
  bool json = false;

  void Declare(Arguments& arguments);
  // Adds -F and -V.
  void DeclareFilters(Arguments& arguments);

  bool filtered() const { return !functions.empty() || !variables.empty(); }

  // Null: it could not be opened. Says so, and says what is missing from one that was cut off.
  std::unique_ptr<trace::TraceReader> Open();

  // Some damage shows only while the events are read: call again behind them. Says it once; true if
  // there is any.
  bool SayDamage(const trace::TraceReader& reader);

  // The nodes that -F and -V leave, by number. False: one of the globs matches nothing at all.
  bool SelectNodes(const trace::TraceReader& reader, std::vector<bool>& nodes) const;

 private:
  bool damage_said_ = false;
};

// Empty, or which of the globs matches nothing in the trace, and what it may have meant.
std::string UnmatchedGlob(const trace::TraceReader& reader, const std::string& directory,
                          const std::vector<std::string>& functions,
                          const std::vector<std::string>& variables);

// Names of the variables of a trace, each once.
std::vector<std::string> VariableNames(const trace::TraceReader& reader);

// Names of its functions, each once, also without what they belong to.
std::vector<std::string> FunctionNames(const trace::TraceReader& reader);

}  // namespace scope::tools
