#include "viewers/terminal/variable_history.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <tuple>
#include <utility>

#include "scope/trace/node_filter.h"
#include "viewers/terminal/meter_text.h"
#include "viewers/terminal/typed_value.h"

namespace scope::viewers {
namespace {

// The type is part of it: instantiations of a template share the function's id.
using VariableKey = std::tuple<uint64_t, std::string, std::string, int>;

VariableKey KeyOf(const trace::Node& node) {
  return {node.function_id, node.name, node.type_name, node.value_type};
}

}  // namespace

const trace::Node& VariableHistory::main_node() const {
  return *std::max_element(places.begin(), places.end(), [](const Place& a, const Place& b) {
            return a.count < b.count;
          })->node;
}

void VariableHistory::Add(const trace::Event& event) {
  const scope_value_type type = event.node->value_type;
  threads.insert(event.thread);
  if (count == 0) {
    first.Keep(event);
    first_seq = event.seq;
  } else if (!last.Holds(event)) {
    ++changes;
  }
  ++count;
  last.Keep(event);
  last_seq = event.seq;
  if (!IsNumeric(type)) return;
  const double value = AsDouble(event);
  if (std::isnan(value)) {
    ++nan_count;
    return;
  }
  if (!has_range || LessThan(event, min.event())) min.Keep(event);
  if (!has_range || LessThan(max.event(), event)) max.Keep(event);
  has_range = true;
  curve.Add(value);
}

std::vector<bool> MatchingNodes(const trace::TraceReader& reader, const VariablePattern& pattern,
                                const std::vector<bool>& among) {
  std::vector<bool> nodes(reader.nodes().size());
  for (const trace::Node& node : reader.nodes()) {
    nodes[node.number] = (among.empty() || among[node.number]) && pattern.Matches(node);
  }
  return nodes;
}

absl::StatusOr<std::vector<VariableHistory>> CollectHistories(trace::TraceReader& reader,
                                                              const std::vector<bool>& nodes) {
  std::vector<VariableHistory> histories;
  std::map<VariableKey, size_t> index_of;
  std::vector<size_t> history_of(nodes.size());
  std::vector<uint64_t> counts(nodes.size());
  for (const trace::Node& node : reader.nodes()) {
    if (!nodes[node.number]) continue;
    const auto [place, is_new] = index_of.try_emplace(KeyOf(node), histories.size());
    if (is_new) histories.emplace_back();
    history_of[node.number] = place->second;
    histories[place->second].places.push_back({&node, 0});
  }

  trace::Selection selection;
  selection.nodes = &nodes;
  selection.gaps = false;
  const absl::Status status = reader.ForEach(selection, [&](const trace::Event& event) {
    if (event.node == nullptr) return true;
    histories[history_of[event.node->number]].Add(event);
    ++counts[event.node->number];
    return true;
  });
  if (!status.ok()) return status;

  std::unordered_map<uint64_t, uint64_t> skipped = SkippedEvents(reader);
  for (VariableHistory& history : histories) {
    for (const auto& place : history.places) {
      history.skipped += std::exchange(skipped[place.node->id], 0);  // several may share the id
    }
    for (auto& place : history.places) place.count = counts[place.node->number];
    const auto position = [](const auto& place) {
      return std::make_tuple(std::cref(place.node->file), place.node->line, place.node->column);
    };
    std::sort(history.places.begin(), history.places.end(),
              [&](const auto& a, const auto& b) { return position(a) < position(b); });
    for (const trace::Thread& thread : reader.threads()) {
      if (history.threads.empty() || history.threads.count(thread.number) > 0) {
        history.lost_max += thread.dropped;
      }
    }
  }
  std::sort(histories.begin(), histories.end(), [](const auto& a, const auto& b) {
    const trace::Node& x = *a.places[0].node;
    const trace::Node& y = *b.places[0].node;
    return std::tie(x.file, x.line, x.column, x.number) <
           std::tie(y.file, y.line, y.column, y.number);
  });
  return histories;
}

}  // namespace scope::viewers
