#include "tools/nearest.h"

#include <algorithm>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

namespace scope::tools {
namespace {

constexpr size_t kNameBytesMax = 200;
constexpr size_t kAnswersMax = 3;

// Optimal string alignment distance.
size_t Distance(const std::string& a, const std::string& b) {
  std::vector<size_t> before(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t change = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, change});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        row[j] = std::min(row[j], before[j - 2] + 1);
      }
    }
    before.swap(last);
    last.swap(row);
  }
  return last[b.size()];
}

}  // namespace

std::vector<std::string> Nearest(const std::string& name, const std::vector<std::string>& known) {
  const std::string wanted = absl::AsciiStrToLower(name.substr(0, kNameBytesMax));
  const size_t limit = 1 + wanted.size() / 3;
  std::set<std::pair<size_t, std::string>> ranked;
  for (const std::string& candidate : known) {
    if (candidate.empty() || candidate.size() > kNameBytesMax) continue;
    const std::string lower = absl::AsciiStrToLower(candidate);
    size_t distance = Distance(wanted, lower);
    const bool contains = wanted.size() >= 2 && lower.find(wanted) != std::string::npos;
    if (contains) distance = std::min(distance, limit);
    // Two letters with nothing in common are no suggestion.
    if (distance > limit || distance >= std::max(wanted.size(), lower.size())) continue;
    ranked.insert({distance, candidate});
  }
  std::vector<std::string> nearest;
  for (const auto& [distance, candidate] : ranked) {
    const bool near = distance <= ranked.begin()->first + 1;
    if (near && nearest.size() < kAnswersMax) nearest.push_back(candidate);
  }
  return nearest;
}

std::string DidYouMean(const std::string& name, const std::vector<std::string>& known) {
  std::string text;
  for (const std::string& candidate : Nearest(name, known)) {
    absl::StrAppend(&text, text.empty() ? "; did you mean '" : " or '", candidate, "'");
  }
  return text.empty() ? "" : absl::StrCat(text, "?");
}

}  // namespace scope::tools
