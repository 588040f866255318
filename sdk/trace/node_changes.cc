#include "scope/trace/node_changes.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <string>
#include <tuple>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"

namespace scope::trace {
namespace {

// Below this two nodes have too little in common.
constexpr double kConfidenceMin = 0.5;
// Pairs are weighed within a function; a larger one is not worth the time.
constexpr size_t kPairsMax = 4'000'000;

using ById = absl::flat_hash_map<uint64_t, const Node*>;

ById IndexById(const std::vector<Node>& nodes) {
  ById by_id;
  for (const Node& node : nodes) by_id.try_emplace(node.id, &node);
  return by_id;
}

// The folders may differ: the same sources are built in two places.
absl::string_view BaseName(absl::string_view path) {
  const size_t slash = path.rfind('/');
  return slash == absl::string_view::npos ? path : path.substr(slash + 1);
}

bool SamePlace(const Node& a, const Node& b) {
  return a.line == b.line && a.column == b.column && BaseName(a.file) == BaseName(b.file);
}

// The part of pairs of neighbouring characters that two texts share (Dice's coefficient).
double Likeness(absl::string_view a, absl::string_view b) {
  if (a == b) return 1;
  if (a.size() < 2 || b.size() < 2) return 0;
  std::multiset<std::pair<char, char>> pairs;
  for (size_t i = 0; i + 1 < a.size(); ++i) pairs.emplace(a[i], a[i + 1]);
  size_t shared = 0;
  for (size_t i = 0; i + 1 < b.size(); ++i) {
    const auto found = pairs.find({b[i], b[i + 1]});
    if (found == pairs.end()) continue;
    pairs.erase(found);
    ++shared;
  }
  return 2.0 * static_cast<double>(shared) / static_cast<double>(a.size() + b.size() - 2);
}

// Where a node stands in its function, in lines.
double Depth(const Node& node) {
  return static_cast<double>(node.line) - static_cast<double>(node.function->line);
}

double Confidence(const Node& before, const Node& after) {
  const double distance = std::abs(Depth(before) - Depth(after));
  const double name = Likeness(before.name, after.name);
  const double type = before.type_name == after.type_name ? 1 : 0;
  const double near = 1 / (1 + distance / 4);
  return 0.5 * name + 0.2 * type + 0.3 * near;
}

// Went and came inside one function, by kind.
struct Lost {
  std::vector<const Node*> before;
  std::vector<const Node*> after;
};

using FunctionKey = std::tuple<std::string, scope_event_kind>;

void Anchor(const Lost& lost, std::vector<NodeChange>& changes) {
  std::vector<std::tuple<double, size_t, size_t>> pairs;
  if (lost.before.size() * lost.after.size() <= kPairsMax) {
    for (size_t i = 0; i < lost.before.size(); ++i) {
      for (size_t j = 0; j < lost.after.size(); ++j) {
        const double confidence = Confidence(*lost.before[i], *lost.after[j]);
        if (confidence >= kConfidenceMin) pairs.emplace_back(-confidence, i, j);
      }
    }
  }
  std::sort(pairs.begin(), pairs.end());
  std::vector<bool> old_done(lost.before.size());
  std::vector<bool> new_done(lost.after.size());
  for (const auto& [negative, i, j] : pairs) {
    if (old_done[i] || new_done[j]) continue;
    old_done[i] = new_done[j] = true;
    changes.push_back({NodeChange::Kind::kChanged, lost.before[i], lost.after[j], -negative});
  }
  for (size_t i = 0; i < lost.before.size(); ++i) {
    if (!old_done[i]) changes.push_back({NodeChange::Kind::kWent, lost.before[i], nullptr});
  }
  for (size_t j = 0; j < lost.after.size(); ++j) {
    if (!new_done[j]) changes.push_back({NodeChange::Kind::kCame, nullptr, lost.after[j]});
  }
}

// Which instance of a template a node was found in says nothing.
const std::string& TemplateOf(const Node& node) {
  const Function& function = *node.function;
  return function.template_name.empty() ? function.name : function.template_name;
}

bool Earlier(const NodeChange& a, const NodeChange& b) {
  const auto key = [](const NodeChange& change) {
    const Node& node = change.after != nullptr ? *change.after : *change.before;
    return std::tuple(change.after == nullptr, node.file, node.line, node.column, node.kind,
                      node.id);
  };
  return key(a) < key(b);
}

}  // namespace

std::vector<NodeChange> CompareNodes(const std::vector<Node>& before,
                                     const std::vector<Node>& after) {
  const ById old_nodes = IndexById(before);
  const ById new_nodes = IndexById(after);
  std::vector<NodeChange> changes;
  std::map<FunctionKey, Lost> lost;
  for (const auto& [id, node] : old_nodes) {
    const auto found = new_nodes.find(id);
    if (found == new_nodes.end()) {
      lost[{TemplateOf(*node), node->kind}].before.push_back(node);
      continue;
    }
    const bool same = SamePlace(*node, *found->second);
    changes.push_back(
        {same ? NodeChange::Kind::kStayed : NodeChange::Kind::kMoved, node, found->second});
  }
  for (const auto& [id, node] : new_nodes) {
    if (!old_nodes.contains(id)) lost[{TemplateOf(*node), node->kind}].after.push_back(node);
  }
  for (auto& [key, nodes] : lost) {
    const auto by_place = [](const Node* a, const Node* b) {
      return std::tuple(a->line, a->column, a->id) < std::tuple(b->line, b->column, b->id);
    };
    std::sort(nodes.before.begin(), nodes.before.end(), by_place);
    std::sort(nodes.after.begin(), nodes.after.end(), by_place);
    Anchor(nodes, changes);
  }
  std::sort(changes.begin(), changes.end(), Earlier);
  return changes;
}

}  // namespace scope::trace
