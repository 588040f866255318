#include "viewers/terminal/event_json.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "viewers/terminal/event_words.h"
#include "viewers/terminal/json_text.h"
#include "viewers/terminal/typed_value.h"

namespace scope::viewers {
namespace {

std::string NodeMembers(const trace::Node& node) {
  return absl::StrCat(
      "\"node\": ", JsonId(node.id), ", \"kind\": ", JsonString(KindWord(node.kind)),
      ", \"file\": ", JsonString(node.file), ", \"line\": ", node.line, ", \"col\": ", node.column,
      ", \"function\": ", JsonString(node.function->name), ", \"name\": ", JsonString(node.name));
}

}  // namespace

std::string EventJson::Line(const trace::Event& event) {
  std::string line =
      absl::StrCat("{\"seq\": ", event.seq, ", \"thread\": ", event.thread,
                   ", \"thread_seq\": ", event.thread_seq, ", \"time_ns\": ", event.time_ns);
  if (event.node == nullptr) {
    absl::StrAppend(
        &line, ", \"node\": null, \"kind\": \"gap\", \"name\": null, \"value\": null, \"count\": ",
        event.gap_count, ", \"reason\": ", JsonString(GapWord(event.gap_reason)), "}");
    return line;
  }
  const trace::Node& node = *event.node;
  if (node.number >= node_members_.size()) node_members_.resize(node.number + 1);
  std::string& members = node_members_[node.number];
  if (members.empty()) members = NodeMembers(node);

  absl::StrAppend(&line, ", \"order\": ", event.order, ", ", members,
                  ", \"value\": ", HasValue(node) ? ValueJson(event) : "null", ", \"call\": ");
  absl::StrAppend(&line, event.call == trace::kNoCall ? "null" : absl::StrCat(event.call));
  if (node.kind == kScopeEventExit) {
    absl::StrAppend(&line, ", \"how\": ", JsonString(ExitWord(event.exit_how)));
  }
  if (event.thrown != nullptr) {
    absl::StrAppend(&line, ", \"exception\": ", JsonString(event.thrown->type_name));
  }
  if (event.iteration != trace::kNoIteration) {
    absl::StrAppend(&line, ", \"iteration\": ", event.iteration);
  }
  if (event.reserved_seq != trace::kNoSeq) {
    absl::StrAppend(&line, ", \"reserved_seq\": ", event.reserved_seq);
  }
  if (event.abandoned_count > 0) {
    const std::vector<uint64_t> seqs(event.abandoned, event.abandoned + event.abandoned_count);
    absl::StrAppend(&line, ", \"abandoned\": [", absl::StrJoin(seqs, ", "), "]");
  }
  if (const trace::Type* type = node.type;
      type != nullptr && type->kind == trace::TypeKind::kEnum && HasValue(node)) {
    const std::string name = trace::EnumName(*type, static_cast<int64_t>(event.bits));
    if (!name.empty()) absl::StrAppend(&line, ", \"value_name\": ", JsonString(name));
  }
  if (node.redacted) absl::StrAppend(&line, ", \"redacted\": true");
  if (event.truncated) {
    absl::StrAppend(&line, ", \"truncated\": true, \"whole_bytes\": ", event.whole_bytes);
  }
  if (event.unwound > 0) absl::StrAppend(&line, ", \"unwound\": ", event.unwound);
  line += '}';
  return line;
}

}  // namespace scope::viewers
