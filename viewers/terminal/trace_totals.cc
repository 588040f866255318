#include "viewers/terminal/trace_totals.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace scope::viewers {

absl::StatusOr<TraceTotals> CollectTotals(trace::TraceReader& reader,
                                          const std::vector<bool>* nodes, uint64_t events_max) {
  FunctionTotals functions;
  std::vector<uint64_t> counts(reader.nodes().size());
  TraceTotals totals;
  uint64_t seen = 0;
  const absl::Status status = reader.ForEach({}, [&](const trace::Event& event) {
    if (seen++ == events_max) {
      totals.partial = true;
      return false;
    }
    functions.Add(event);
    if (event.node == nullptr || event.node->number >= counts.size()) return true;
    if (nodes != nullptr && !(*nodes)[event.node->number]) return true;
    ++counts[event.node->number];
    ++totals.events;
    return true;
  });
  if (!status.ok()) return status;
  functions.Finish();

  // Copies of an inline function share ids: one line for all. A template's instances have a line
  // each.
  std::map<std::pair<uint64_t, uint64_t>, size_t> place_of_id;
  std::set<FunctionKey> wanted_functions;
  for (const trace::Node& node : reader.nodes()) {
    if (nodes == nullptr || (*nodes)[node.number]) wanted_functions.insert(KeyOf(node));
    if (counts[node.number] == 0) continue;
    const auto [place, is_new] =
        place_of_id.try_emplace({node.id, node.function->instance}, totals.nodes.size());
    if (is_new) totals.nodes.push_back({&node, 0});
    totals.nodes[place->second].count += counts[node.number];
  }
  for (const FunctionTotal& total : functions.Sorted()) {
    if (wanted_functions.count({total.id, total.function->instance}) > 0)
      totals.functions.push_back(total);
  }
  std::sort(totals.nodes.begin(), totals.nodes.end(), [](const NodeTotal& a, const NodeTotal& b) {
    return a.count != b.count ? a.count > b.count : a.node->number < b.node->number;
  });
  return totals;
}

}  // namespace scope::viewers
