// recipes.h - which events may have given a node one of its values: the code graph, by node number.
//
// Path:    CodeGraph, nodes of a trace -> THIS -> why_search.h
// Threads: one: recipes are made when they are first asked for.

#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "scope/trace/code_graph.h"
#include "scope/trace/reader.h"

namespace scope::analysis {

// Where an event must have happened to be the one.
enum class Where : uint8_t {
  kSameCall,
  kCalled,    // in a call that the value's own call made, and no other event of that in between
  kAnywhere,  // in the process
  kThread
};

struct Recipe;

struct Arm {
  Recipe* decider;
  bool taken;
};

// One value that goes into a node: the last of these events before it.
struct Recipe {
  struct Alternative {
    uint32_t node;
    Where where;
    bool of_some;  // of one object among several
  };
  uint32_t number = 0;
  std::vector<Alternative> alternatives;
  std::vector<Arm> arms;
  std::string called;       // kCalled: whose value it is
  uint32_t count = 1;       // kCalled: so many calls of it
  bool has_object = false;  // it lies where other functions and threads may store
  bool outside = false;     // code that is not known may have changed it
};

// A call that is written in a function.
struct CallSite {
  trace::CodeGraph::Call call;
  std::vector<std::pair<uint32_t, Recipe*>> arguments;  // by parameter
};

class Recipes {
 public:
  explicit Recipes(const trace::TraceReader& reader);

  // What goes into the node of this number. Parameters have none.
  const std::vector<Recipe*>& Of(uint32_t node);
  // The conditions that decide about it.
  const std::vector<Recipe*>& Deciders(uint32_t node);
  // The throws of such a node in the same thread.
  Recipe* Thrown(uint32_t node);
  // The calls that are written in a function.
  const std::vector<CallSite>& CallsFrom(uint64_t function);
  // Which parameter a Param node is; negative: none.
  int ParameterOf(uint32_t node);
  // Is there a graph for its function?
  bool HasGraph(uint32_t node) const;

  // Each recipe in which a node is an alternative.
  struct Use {
    Recipe* recipe;
    Where where;
    bool of_some;
  };
  const std::vector<Use>& UsesOf(uint32_t node) const { return uses_[node]; }
  const std::deque<Recipe>& all() const { return all_; }

 private:
  struct PerNode {
    bool made = false;
    std::vector<Recipe*> values;
    bool made_deciders = false;
    std::vector<Recipe*> deciders;
    Recipe* thrown = nullptr;
  };

  Recipe* Make();
  Recipe* MakeOf(const trace::CodeGraph::ValueSource& source, uint64_t function);
  void AddNode(Recipe& recipe, uint64_t id, Where where, bool of_some = false);
  void AddReturned(Recipe& recipe, uint64_t callee, uint64_t caller);
  Recipe* LocalOf(uint64_t id);
  // The values of several calls of one function are told apart by their order alone.
  static void JoinCalls(std::vector<Recipe*>& recipes);
  // Of an object whose members are known one by one, the rest need not be.
  void DropRest(std::vector<Recipe*>& recipes) const;

  const trace::TraceReader& reader_;
  const trace::CodeGraph& graph_;
  std::deque<Recipe> all_;
  std::vector<PerNode> nodes_;
  std::vector<std::vector<Use>> uses_;
  std::unordered_map<uint64_t, std::vector<uint32_t>> numbers_;  // by id
  std::unordered_map<uint64_t, Recipe*> locals_;
  std::unordered_map<uint64_t, std::vector<CallSite>> calls_;
  std::unordered_map<std::string, std::vector<uint32_t>> returns_;  // by the last part of a name
};

// "ns::Class::method" -> "method".
std::string LastPart(const std::string& qualified);

}  // namespace scope::analysis
