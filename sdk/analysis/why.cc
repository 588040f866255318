#include "scope/analysis/why.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "sdk/analysis/why_search.h"

namespace scope::analysis {
namespace {

using trace::CodeGraph;

// What is looked at behind the asked event, to see what its callers did next.
constexpr uint64_t kAhead = uint64_t{1} << 16;

class SourceText {
 public:
  explicit SourceText(const CodeGraph& graph) : graph_(graph) {}

  // In one line; at most so much as a line of a terminal.
  std::string At(const std::string& file, uint32_t line, uint32_t column, uint32_t end_line,
                 uint32_t end_column) {
    const std::vector<std::string>& lines = LinesOf(file);
    if (line == 0 || line > lines.size() || column == 0) return "";
    std::string text;
    for (uint32_t i = line; i <= end_line && i <= lines.size() && text.size() < kTextMax; ++i) {
      const std::string& whole = lines[i - 1];
      size_t begin = i == line ? column - 1 : whole.find_first_not_of(" \t");
      const size_t end = i == end_line && end_column > 0 ? end_column - 1 : whole.size();
      if (begin == std::string::npos) continue;
      begin = std::min(begin, whole.size());
      if (end <= begin) continue;
      if (!text.empty()) text += ' ';
      text += whole.substr(begin, end - begin);
    }
    if (text.size() > kTextMax) {
      text.resize(kTextMax - 3);
      text += "...";
    }
    return text;
  }

 private:
  static constexpr size_t kTextMax = 100;

  const std::vector<std::string>& LinesOf(const std::string& file) {
    const auto [known, added] = files_.try_emplace(file);
    if (!added) return known->second;
    const auto text = graph_.Source(file);
    if (!text.ok()) return known->second;
    size_t begin = 0;
    while (begin <= text->size()) {
      const size_t end = std::min(text->find('\n', begin), text->size());
      known->second.push_back(text->substr(begin, end - begin));
      begin = end + 1;
    }
    return known->second;
  }

  const CodeGraph& graph_;
  std::map<std::string, std::vector<std::string>> files_;
};

// Where the first value of `hop` stands in the text of what it explains.
size_t PositionIn(const std::string& text, const Hop& hop) {
  if (!hop.is_known) return std::string::npos;
  const trace::Node& node = *hop.event.node;
  std::string name = node.name;
  if (hop.how == Hop::How::kReturned) name = LastPart(node.function->name) + "(";
  // The first of it is what is written: "total = total + i".
  const size_t right = text.find('=');
  const size_t found = right == std::string::npos ? std::string::npos : text.find(name, right + 1);
  return found != std::string::npos ? found : text.find(name);
}

class Maker {
 public:
  Maker(trace::TraceReader& reader, const std::vector<WhySearch::Found>& found)
      : reader_(reader), found_(found), sources_(reader.graph()) {}

  absl::StatusOr<Why> Make() {
    numbers_.resize(found_.size(), kNoHop);
    if (!found_.empty()) Add(0, kNoHop);
    for (Hop& hop : why_.hops) {
      if (hop.same_as != kNoHop) hop.same_as = numbers_[hop.same_as];
    }
    if (absl::Status status = FetchEvents(); !status.ok()) return status;
    for (Hop& hop : why_.hops) AddText(hop);
    for (Hop& hop : why_.hops) Order(hop);
    for (Hop& hop : why_.hops) JudgeElement(hop);
    if (!why_.hops.empty()) TellFirst(0);
    return InOrder();
  }

 private:
  void Add(uint32_t number, size_t parent) {
    const WhySearch::Found& found = found_[number];
    const size_t index = numbers_[number] = why_.hops.size();
    Hop& hop = why_.hops.emplace_back();
    hop.how = found.how;
    hop.parent = parent;
    hop.is_known = found.has_event;
    hop.perhaps = found.perhaps;
    hop.remark = found.remark;
    hop.more = found.more;
    hop.more_are_calls = found.more_are_calls;
    hop.cut = found.cut;
    const bool refers = found.same_as != kNoNumber && !found_[found.same_as].dead &&
                        found_[found.same_as].serial == found.same_serial;
    if (refers) hop.same_as = found.same_as;
    if (found.has_event) {
      hop.event.seq = found.event.seq;
      hop.event.node = &reader_.nodes()[found.event.node];
      wanted_.emplace(found.event.seq, index);
    }
    if (found.site != nullptr) {
      const CodeGraph::Range& range = found.site->call.range;
      hop.call_file = range.file;
      hop.call_line = range.line;
      hop.call_text =
          sources_.At(range.file, range.line, range.column, range.end_line, range.end_column);
    }
    for (const uint32_t child : found.children) {
      if (found_[child].dead) continue;
      const size_t made = why_.hops.size();
      Add(child, index);
      why_.hops[index].children.push_back(made);
    }
  }

  // One pass for all of them: the search kept no more of an event than it needed.
  absl::Status FetchEvents() {
    if (wanted_.empty()) return absl::OkStatus();
    std::vector<bool> nodes(reader_.nodes().size());
    for (const Hop& hop : why_.hops) {
      if (hop.is_known) nodes[hop.event.node->number] = true;
    }
    trace::Selection selection;
    selection.first_seq = wanted_.begin()->first;
    selection.last_seq = wanted_.rbegin()->first;
    selection.nodes = &nodes;
    selection.gaps = false;
    return reader_.ForEach(selection, [&](const trace::Event& event) {
      const auto [first, last] = wanted_.equal_range(event.seq);
      for (auto wanted = first; wanted != last; ++wanted) {
        Hop& hop = why_.hops[wanted->second];
        hop.event = event;
        hop.event.abandoned = nullptr;
        hop.event.abandoned_count = 0;
        hop.bytes = std::string(event.bytes);
        hop.event.bytes = {};
      }
      return true;
    });
  }

  void AddText(Hop& hop) {
    if (!hop.is_known) return;
    const trace::Node& node = *hop.event.node;
    hop.text = sources_.At(node.file, node.line, node.column, node.end_line, node.end_column);
    if (node.kind == kScopeEventParam) hop.text = node.function->signature;
    if (hop.text.empty()) hop.text = node.name;
  }

  void Order(Hop& hop) {
    std::sort(hop.children.begin(), hop.children.end(), [&](size_t a, size_t b) {
      return KeyOf(hop, why_.hops[a]) < KeyOf(hop, why_.hops[b]);
    });
  }

  // "x = a[1]" and "a[1] = 5": the same element.
  void JudgeElement(Hop& hop) const {
    if (!hop.perhaps || !hop.is_known || hop.how != Hop::How::kValue) return;
    const std::string& name = hop.event.node->name;
    const size_t open = name.find('[');
    if (open == std::string::npos || hop.parent == kNoHop) return;
    const size_t close = name.find_first_not_of("0123456789", open + 1);
    if (close == open + 1 || close + 1 != name.size()) return;
    const std::string& text = why_.hops[hop.parent].text;
    const size_t right = text.find('=');
    if (text.find(name, right == std::string::npos ? 0 : right) == std::string::npos) return;
    hop.perhaps = false;
    hop.remark.clear();
  }

  // What is explained once is explained where it is read first.
  void TellFirst(size_t index) {
    told_.resize(why_.hops.size());
    told_[index] = true;
    Hop& hop = why_.hops[index];
    if (hop.same_as != kNoHop && !told_[hop.same_as] &&
        why_.hops[hop.same_as].event.seq == hop.event.seq && !IsAbove(hop.same_as, index)) {
      Hop& other = why_.hops[hop.same_as];
      hop.children = std::exchange(other.children, {});
      for (const size_t child : hop.children) why_.hops[child].parent = index;
      hop.cut = std::exchange(other.cut, false);
      const size_t moved = std::exchange(hop.same_as, kNoHop);
      for (Hop& third : why_.hops) {
        if (third.same_as == moved) third.same_as = index;
      }
      other.same_as = index;
    }
    const std::vector<size_t> children = hop.children;
    for (const size_t child : children) TellFirst(child);
  }

  // As they are read.
  Why InOrder() {
    std::vector<size_t> order;
    std::vector<size_t> open;
    if (!why_.hops.empty()) open.push_back(0);
    std::vector<size_t> place(why_.hops.size(), kNoHop);
    while (!open.empty()) {
      const size_t hop = open.back();
      open.pop_back();
      place[hop] = order.size();
      order.push_back(hop);
      const std::vector<size_t>& children = why_.hops[hop].children;
      open.insert(open.end(), children.rbegin(), children.rend());
    }
    Why ordered;
    for (const size_t hop : order) {
      Hop& moved = ordered.hops.emplace_back(std::move(why_.hops[hop]));
      if (moved.parent != kNoHop) moved.parent = place[moved.parent];
      if (moved.same_as != kNoHop) moved.same_as = place[moved.same_as];
      for (size_t& child : moved.children) child = place[child];
    }
    return ordered;
  }

  bool IsAbove(size_t above, size_t index) const {
    for (size_t hop = index; hop != kNoHop; hop = why_.hops[hop].parent) {
      if (hop == above) return true;
    }
    return false;
  }

  std::tuple<bool, size_t, uint64_t> KeyOf(const Hop& parent, const Hop& hop) const {
    const std::string& text =
        parent.call_text.empty() || hop.how != Hop::How::kArgument ? parent.text : parent.call_text;
    return {hop.how == Hop::How::kDecided, PositionIn(text, hop), ~hop.event.seq};
  }

  trace::TraceReader& reader_;
  const std::vector<WhySearch::Found>& found_;
  SourceText sources_;
  Why why_;
  std::vector<size_t> numbers_;
  std::multimap<uint64_t, size_t> wanted_;
  std::vector<bool> told_;
};

// The calls around the asked one that nothing behind it shows.
absl::Status FindCallers(trace::TraceReader& reader, const trace::Event& asked, WhySearch& search) {
  std::vector<bool> open(asked.depth, true);
  size_t count = open.size();
  const auto take = [&](uint32_t thread, uint32_t depth) {
    if (thread != asked.thread || depth >= open.size() || !open[depth]) return false;
    open[depth] = false;
    --count;
    return true;
  };
  if (count == 0) return absl::OkStatus();
  trace::Selection behind;
  behind.first_seq = asked.seq + 1;
  behind.last_seq = asked.seq + kAhead;
  absl::Status status = reader.ForEach(behind, [&](const trace::Event& event) {
    if (event.node != nullptr) take(event.thread, event.depth);
    return count > 0;
  });
  if (!status.ok() || count == 0) return status;
  return ForEachBackward(reader, asked.seq, [&](const ShortEvent& event) {
    if (event.node != kNoNumber && take(event.thread, event.depth)) {
      search.SetCaller(event.thread, event.depth, event.call, event.node);
    }
    return count > 0;
  });
}

}  // namespace

absl::StatusOr<Why> ExplainValue(trace::TraceReader& reader, const trace::Event& asked,
                                 const WhyOptions& options) {
  WhySearch search(reader, options, asked.seq);
  if (absl::Status status = FindCallers(reader, asked, search); !status.ok()) return status;
  const absl::Status status = ForEachBackward(
      reader, asked.seq + kAhead, [&](const ShortEvent& event) { return search.Visit(event); });
  if (!status.ok()) return status;
  search.Finish();
  return Maker(reader, search.hops()).Make();
}

}  // namespace scope::analysis
