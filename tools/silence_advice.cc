#include "tools/silence_advice.h"

#include <algorithm>
#include <map>
#include <vector>

#include "absl/strings/str_cat.h"
#include "scope/trace/node_filter.h"
#include "viewers/terminal/printable.h"
#include "viewers/terminal/units.h"

namespace scope::tools {
namespace {

struct Share {
  uint64_t function_id = 0;
  const scope::trace::Function* function = nullptr;
  uint64_t count = 0;
};

std::vector<Share> ByFunction(const viewers::TraceTotals& totals) {
  std::map<uint64_t, Share> shares;
  for (const viewers::NodeTotal& total : totals.nodes) {
    Share& share = shares[total.node->function_id];
    share.function_id = total.node->function_id;
    share.function = total.node->function;
    share.count += total.count;
  }
  std::vector<Share> sorted;
  for (const auto& [id, share] : shares) sorted.push_back(share);
  std::sort(sorted.begin(), sorted.end(),
            [](const Share& a, const Share& b) { return a.count > b.count; });
  return sorted;
}

}  // namespace

std::string SilenceAdvice(const viewers::TraceTotals& totals, uint64_t events,
                          uint64_t trace_bytes) {
  if ((events < kBigTraceEvents && trace_bytes < kBigTraceBytes) || totals.nodes.empty()) return "";
  const std::vector<Share> shares = ByFunction(totals);
  // The busiest value in it; entries and exits bear the function's own name.
  const auto node =
      std::find_if(totals.nodes.begin(), totals.nodes.end(), [&](const viewers::NodeTotal& total) {
        return total.node->function_id == shares[0].function_id && trace::IsVariable(*total.node);
      });
  const std::string busiest = viewers::Printable(shares[0].function->name);
  std::string text =
      absl::StrCat("  big: ", busiest, " made ",
                   viewers::PercentText(shares[0].count, totals.events), " of the events");
  if (node != totals.nodes.end()) {
    absl::StrAppend(&text, " (", viewers::Printable(node->node->name), " alone ",
                    viewers::PercentText(node->count, totals.events), ")");
  }
  absl::StrAppend(&text, "; -F '!", busiest, "' leaves it out\n");
  return text;
}

}  // namespace scope::tools
