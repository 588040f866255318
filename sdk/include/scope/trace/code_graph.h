// scope/trace/code_graph.h - how the nodes of a program hang together.
//
// Path:    AST maps of a binary or a trace -> THIS -> queries about why and where from
// Threads: one at a time: the index is made when it is first asked for.
// Fails:   never; what a map does not say is empty. Ids are those of nodes; a function is named by
//          the id of its Enter node.

#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace scope::trace {

class MapSet;

class CodeGraph {
 public:
  enum class FlowKind { kValue, kArgument, kReturned, kControl };

  // A value goes from one node to another. `from` 0: also from a place that is not known.
  struct Flow {
    uint64_t from = 0;
    uint64_t to = 0;
    FlowKind kind = FlowKind::kValue;
  };

  // A place where a value may come from.
  struct Origin {
    enum class Kind {
      kNode,       // the value of the node `from`
      kReturned,   // what a call of the function `from` returned
      kUnknown,    // code that is not known may have put it there
      kOneObject,  // the last store to the object `from`: see StoresTo()
      kSomeObject  // the last store to one of the objects `from`, it is not known to which
    };
    Kind kind = Kind::kNode;
    uint64_t from = 0;
  };

  // The value is only taken if the branch `decider` had the value `taken`.
  struct Arm {
    uint64_t decider = 0;
    bool taken = false;
  };

  // One of the values that something is computed from. It comes from one of the origins: from that
  // which happened last.
  struct ValueSource {
    std::vector<Origin> origins;
    std::vector<Arm> arms;
    uint32_t parameter = 0;  // of a call's argument: passed as this one
  };

  struct Range {
    std::string file;
    uint32_t line = 0;  // from 1; 0: unknown
    uint32_t column = 0;
    uint32_t end_line = 0;
    uint32_t end_column = 0;  // behind the last character
  };

  struct Block {
    std::vector<uint64_t> nodes;       // in the order of evaluation
    std::vector<uint32_t> successors;  // indices; kUnreachable: an edge that is never taken
    std::vector<uint64_t> controls;    // the nodes that decide whether it runs
    Range range;
  };
  static constexpr uint32_t kUnreachable = ~uint32_t{0};

  struct Call {
    uint64_t caller = 0;
    uint64_t callee = 0;  // 0: not known before run time
    std::string callee_name;
    uint64_t node = 0;  // the nearest node that takes its value
    Range range;
    bool is_virtual = false;
    std::vector<ValueSource> arguments;  // by parameter
  };

  struct FunctionFacts {
    Range range;
    std::string instance;  // the template arguments of the instantiation that was looked at
    std::vector<uint64_t> parameters;
    std::vector<uint64_t> returns;
  };

  struct NodeFacts {
    Range spelling;     // of code from a macro: where the macro's text stands
    std::string macro;  // its name; empty: no macro
    uint64_t of = 0;    // of a Reserve: the assignment
  };

  struct SourceFile {
    std::string path;
    uint64_t hash = 0;  // XXH3_64bits of its text
    uint64_t bytes = 0;
    bool has_text = false;
  };

  // Of several binaries together: a flow may go from one to another.
  explicit CodeGraph(std::vector<std::shared_ptr<const MapSet>> binaries);
  CodeGraph();
  ~CodeGraph();
  CodeGraph(CodeGraph&&) noexcept;
  CodeGraph& operator=(CodeGraph&&) noexcept;

  // What a node's value comes from; with the nodes that decided whether it happens.
  std::vector<Flow> FlowsInto(uint64_t node) const;
  std::vector<Flow> FlowsOutOf(uint64_t node) const;
  // What a node's value is computed from, value by value. Parameters have none: their values are in
  // the calls.
  std::vector<ValueSource> SourcesOf(uint64_t node) const;
  // The nodes that write an object, or one of several: Origin::from.
  std::vector<uint64_t> StoresTo(uint64_t object) const;

  // Block 0 is the exit of the function, the last one its entry. Empty: not known.
  std::vector<Block> Blocks(uint64_t function) const;
  std::vector<Call> CallsFrom(uint64_t function) const;
  std::vector<Call> CallsTo(uint64_t function) const;
  FunctionFacts Facts(uint64_t function) const;
  NodeFacts FactsOfNode(uint64_t node) const;

  // Each file once.
  std::vector<SourceFile> Sources() const;
  // The text of a file as it was compiled. NotFound: the maps do not carry it.
  absl::StatusOr<std::string> Source(const std::string& path) const;

 private:
  struct Index;
  const Index& index() const;  // Made when it is first asked for.
  std::unique_ptr<Index> index_;
};

}  // namespace scope::trace
