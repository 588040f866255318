#include "sdk/analysis/recipes.h"

#include <algorithm>
#include <map>

#include "absl/strings/match.h"

namespace scope::analysis {
namespace {

using trace::CodeGraph;
using trace::Node;

// Its value is where it refers to, not what is there.
bool IsReference(const Node& node) {
  return node.value_type == kScopeValuePointer && absl::EndsWith(node.type_name, "&");
}

}  // namespace

std::string LastPart(const std::string& qualified) {
  const size_t colons = qualified.rfind("::");
  return colons == std::string::npos ? qualified : qualified.substr(colons + 2);
}

Recipes::Recipes(const trace::TraceReader& reader)
    : reader_(reader),
      graph_(reader.graph()),
      nodes_(reader.nodes().size()),
      uses_(reader.nodes().size()) {
  for (const Node& node : reader.nodes()) {
    numbers_[node.id].push_back(node.number);
    if (node.kind == kScopeEventReturn) {
      returns_[LastPart(node.function->name)].push_back(node.number);
    }
  }
}

Recipe* Recipes::Make() {
  Recipe& recipe = all_.emplace_back();
  recipe.number = static_cast<uint32_t>(all_.size() - 1);
  return &recipe;
}

void Recipes::AddNode(Recipe& recipe, uint64_t id, Where where, bool of_some) {
  const auto found = numbers_.find(id);
  if (found == numbers_.end()) return;
  for (const uint32_t number : found->second) {
    const auto known =
        std::find_if(recipe.alternatives.begin(), recipe.alternatives.end(),
                     [&](const auto& alternative) { return alternative.node == number; });
    if (known != recipe.alternatives.end()) {
      // One object: any call may have stored to it, also another one of the same function.
      if (where != Where::kAnywhere || of_some) continue;
      known->where = where;
      for (Use& use : uses_[number]) {
        if (use.recipe == &recipe) use.where = where;
      }
      continue;
    }
    recipe.alternatives.push_back({number, where, of_some});
    uses_[number].push_back({&recipe, where, of_some});
  }
}

void Recipes::AddReturned(Recipe& recipe, uint64_t callee, uint64_t caller) {
  for (const uint64_t node : graph_.Facts(callee).returns) AddNode(recipe, node, Where::kCalled);
  for (const CodeGraph::Call& call : graph_.CallsFrom(caller)) {
    if (call.callee != callee) continue;
    recipe.called = call.callee_name;
    if (!call.is_virtual) return;
    // Any of those that override it.
    const auto found = returns_.find(LastPart(call.callee_name));
    if (found == returns_.end()) return;
    for (const uint32_t node : found->second) {
      AddNode(recipe, reader_.nodes()[node].id, Where::kCalled);
    }
    return;
  }
}

Recipe* Recipes::MakeOf(const CodeGraph::ValueSource& source, uint64_t function) {
  Recipe* recipe = Make();
  using Kind = CodeGraph::Origin::Kind;
  const bool has_object =
      std::any_of(source.origins.begin(), source.origins.end(), [](const auto& origin) {
        return origin.kind == Kind::kOneObject || origin.kind == Kind::kSomeObject;
      });
  for (const CodeGraph::Origin& origin : source.origins) {
    switch (origin.kind) {
      case Kind::kNode: {
        const auto found = numbers_.find(origin.from);
        const bool is_reference =
            found != numbers_.end() && IsReference(reader_.nodes()[found->second[0]]);
        if (!is_reference || !has_object) AddNode(*recipe, origin.from, Where::kSameCall);
        break;
      }
      case Kind::kReturned:
        AddReturned(*recipe, origin.from, function);
        break;
      case Kind::kUnknown:
        recipe->outside = true;
        break;
      case Kind::kOneObject:
      case Kind::kSomeObject:
        recipe->outside = recipe->outside || origin.kind == Kind::kSomeObject;
        recipe->has_object = true;
        for (const uint64_t node : graph_.StoresTo(origin.from)) {
          AddNode(*recipe, node, Where::kAnywhere, origin.kind == Kind::kSomeObject);
        }
    }
  }
  for (const CodeGraph::Arm& arm : source.arms) {
    recipe->arms.push_back({LocalOf(arm.decider), arm.taken});
  }
  return recipe;
}

void Recipes::JoinCalls(std::vector<Recipe*>& recipes) {
  for (size_t i = 0; i < recipes.size(); ++i) {
    if (recipes[i]->called.empty()) continue;
    for (size_t j = recipes.size() - 1; j > i; --j) {
      if (recipes[j]->called != recipes[i]->called || !recipes[j]->arms.empty()) continue;
      ++recipes[i]->count;
      recipes.erase(recipes.begin() + static_cast<ptrdiff_t>(j));
    }
  }
}

void Recipes::DropRest(std::vector<Recipe*>& recipes) const {
  const bool has_members = std::any_of(recipes.begin(), recipes.end(), [&](const Recipe* recipe) {
    return !recipe->alternatives.empty() &&
           absl::StrContains(reader_.nodes()[recipe->alternatives[0].node].name, ".");
  });
  if (!has_members) return;
  std::erase_if(recipes, [](const Recipe* recipe) {
    return recipe->alternatives.empty() && recipe->outside && recipe->called.empty();
  });
}

Recipe* Recipes::LocalOf(uint64_t id) {
  Recipe*& recipe = locals_[id];
  if (recipe == nullptr) {
    recipe = Make();
    AddNode(*recipe, id, Where::kSameCall);
  }
  return recipe;
}

const std::vector<Recipe*>& Recipes::Of(uint32_t node) {
  PerNode& of = nodes_[node];
  if (of.made) return of.values;
  of.made = true;
  const Node& asked = reader_.nodes()[node];
  for (const CodeGraph::ValueSource& source : graph_.SourcesOf(asked.id)) {
    of.values.push_back(MakeOf(source, asked.function_id));
  }
  JoinCalls(of.values);
  DropRest(of.values);
  return of.values;
}

const std::vector<Recipe*>& Recipes::Deciders(uint32_t node) {
  PerNode& of = nodes_[node];
  if (of.made_deciders) return of.deciders;
  of.made_deciders = true;
  for (const CodeGraph::Flow& flow : graph_.FlowsInto(reader_.nodes()[node].id)) {
    if (flow.kind == CodeGraph::FlowKind::kControl) of.deciders.push_back(LocalOf(flow.from));
  }
  return of.deciders;
}

Recipe* Recipes::Thrown(uint32_t node) {
  PerNode& of = nodes_[node];
  if (of.thrown == nullptr) {
    of.thrown = Make();
    AddNode(*of.thrown, reader_.nodes()[node].id, Where::kThread);
  }
  return of.thrown;
}

const std::vector<CallSite>& Recipes::CallsFrom(uint64_t function) {
  const auto [known, added] = calls_.try_emplace(function);
  if (!added) return known->second;
  for (CodeGraph::Call& call : graph_.CallsFrom(function)) {
    CallSite site;
    std::map<uint32_t, std::vector<Recipe*>> of_parameter;
    for (const CodeGraph::ValueSource& source : call.arguments) {
      of_parameter[source.parameter].push_back(MakeOf(source, function));
    }
    for (auto& [parameter, recipes] : of_parameter) {
      JoinCalls(recipes);
      DropRest(recipes);
      for (Recipe* recipe : recipes) site.arguments.emplace_back(parameter, recipe);
    }
    site.call = std::move(call);
    known->second.push_back(std::move(site));
  }
  return known->second;
}

int Recipes::ParameterOf(uint32_t node) {
  const Node& asked = reader_.nodes()[node];
  const std::vector<uint64_t> parameters = graph_.Facts(asked.function_id).parameters;
  const auto found = std::find(parameters.begin(), parameters.end(), asked.id);
  return found == parameters.end() ? -1 : static_cast<int>(found - parameters.begin());
}

bool Recipes::HasGraph(uint32_t node) const {
  return !graph_.Blocks(reader_.nodes()[node].function_id).empty();
}

}  // namespace scope::analysis
