#include "sdk/query/node_argument.h"

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "scope/trace/captured.h"
#include "scope/trace/node_filter.h"

namespace scope::query {
namespace {

absl::StatusOr<std::vector<uint32_t>> ByNumber(const Source& source, int64_t number) {
  if (number >= 0 && static_cast<uint64_t>(number) < source.trace().nodes().size()) {
    return std::vector<uint32_t>{static_cast<uint32_t>(number)};
  }
  return absl::NotFoundError(absl::StrCat("there is no node ", number, "; the trace has ",
                                          source.trace().nodes().size(), ", counted from 0"));
}

}  // namespace

absl::StatusOr<std::vector<uint32_t>> NodesOf(const Source& source, const Value& argument) {
  if (const auto* number = std::get_if<int64_t>(&argument)) return ByNumber(source, *number);
  const auto* text = std::get_if<std::string>(&argument);
  if (text == nullptr) {
    return absl::NotFoundError("a node is a number, an id, or text like 'total@demo.cc:11'");
  }
  int64_t number = 0;
  if (text->size() < 16 && absl::SimpleAtoi(*text, &number)) return ByNumber(source, number);
  std::vector<uint32_t> nodes;
  uint64_t id = 0;
  if (text->size() == 16 && absl::SimpleHexAtoi(*text, &id)) {
    for (const trace::Node& node : source.trace().nodes()) {
      if (node.id == id) nodes.push_back(node.number);
    }
    if (!nodes.empty()) return nodes;
  }
  const auto pattern = trace::VariablePattern::Parse(*text);
  for (const trace::Node& node : source.trace().nodes()) {
    if (pattern.Matches(node)) nodes.push_back(node.number);
  }
  if (!nodes.empty()) return nodes;
  return absl::NotFoundError(absl::StrCat("no variable matches ", trace::QuoteText(*text)));
}

}  // namespace scope::query
