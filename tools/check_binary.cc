#include <cxxabi.h>

#include <algorithm>
#include <cstdlib>
#include <set>

#include "absl/strings/str_cat.h"
#include "scope/trace/binary.h"
#include "tools/checks.h"
#include "viewers/terminal/units.h"

namespace scope::tools {
namespace {

// The highest level whose kinds of node are there.
std::string LevelOf(const std::vector<trace::NodePlace>& nodes) {
  int level = kScopeLevelFunctions;
  for (const trace::NodePlace& place : nodes) {
    switch (place.node.kind) {
#define X(name, number, word, its_level)                  \
  case number:                                            \
    level = std::max<int>(level, kScopeLevel##its_level); \
    break;
      SCOPE_EVENT_KINDS(X)
#undef X
    }
  }
  return level == kScopeLevelFunctions ? "functions"
         : level == kScopeLevelValues  ? "values"
                                       : "all";
}

std::string AdviceFor(const std::string& path) {
  return absl::StrCat("no instrumented code; compile it with 'scope c++ ... -o ", path, "'");
}

std::string Demangled(const std::string& name) {
  int status = 0;
  char* text = abi::__cxa_demangle(name.c_str(), nullptr, nullptr, &status);
  const std::string demangled = status == 0 ? text : name;
  std::free(text);
  return demangled;
}

// ", all 12 functions instrumented", ", 3 of 12 functions not: f(int), g(), ..."
std::string CoverageText(const std::string& path) {
  const auto coverage = trace::ReadCoverage(path);
  if (!coverage.ok() || coverage->functions == 0) return ", coverage unknown: it was stripped";
  if (coverage->missing.empty()) {
    return absl::StrCat(", all ", viewers::CountText(coverage->functions, "function"),
                        " instrumented");
  }
  constexpr size_t kNamesMax = 3;
  std::string text = absl::StrCat(", ", coverage->missing.size(), " of ",
                                  viewers::CountText(coverage->functions, "function"), " not: ");
  for (size_t i = 0; i < coverage->missing.size() && i < kNamesMax; ++i) {
    absl::StrAppend(&text, i == 0 ? "" : ", ", Demangled(coverage->missing[i]));
  }
  if (coverage->missing.size() > kNamesMax) absl::StrAppend(&text, ", ...");
  return text;
}

}  // namespace

Check CheckBinary(const std::string& path) {
  Check check = {"binary", path, false, ""};
  const auto binary = trace::ReadBinary(path);
  if (!binary.ok()) {
    check.detail = std::string(binary.status().message());
    return check;
  }
  if (binary->nodes_image.empty()) {
    check.ok = binary->reports_by_hand;
    check.detail =
        check.ok ? "reports by hand (scope/report.h); where, shows when it runs" : AdviceFor(path);
    return check;
  }
  if (binary->is_static) {
    check.detail = "statically linked, so it cannot be recorded: link it without -static";
    return check;
  }
  const auto nodes = trace::ParseNodes(binary->nodes_image);
  if (!nodes.ok()) {
    check.detail = std::string(nodes.status().message());
    return check;
  }
  const auto facts = trace::NodeFacts::FromMaps(binary->maps_image);
  std::set<uint64_t> functions;
  uint64_t unknown = 0;
  for (const trace::NodePlace& place : *nodes) {
    trace::Node node;
    functions.insert(place.function_id);
    if (!facts.Fill(place.node.id, place.function_id, node)) ++unknown;
  }
  check.detail = absl::StrCat(viewers::CountText(functions.size(), "function"), ", ",
                              viewers::CountText(nodes->size(), "node"), ", ");
  if (binary->maps_image.empty()) {
    absl::StrAppend(&check.detail, "no map: places and names are unknown (was it stripped?)");
  } else if (facts.unreadable_count() > 0) {
    absl::StrAppend(&check.detail, facts.unreadable_count(),
                    " maps cannot be read: compile it again with this scope");
  } else if (unknown > 0) {
    absl::StrAppend(&check.detail, unknown, " nodes are in no map: compile all of it again");
  } else if (const std::string collision = trace::CollisionText(facts); !collision.empty()) {
    absl::StrAppend(&check.detail, collision);
  } else if (binary->build_id.empty()) {
    absl::StrAppend(&check.detail, "no build-id: link it with -Wl,--build-id");
  } else {
    check.ok = true;
    absl::StrAppend(&check.detail, "map and build-id agree, level ", LevelOf(*nodes),
                    CoverageText(path), binary->reports_by_hand ? "; reports by hand, too" : "");
  }
  return check;
}

}  // namespace scope::tools
